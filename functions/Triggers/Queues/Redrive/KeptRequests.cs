using SalesforceConnector.Contracts.Annotations;

namespace SalesforceConnector.Triggers.Queues.Redrive;

/// <summary>Which kept messages an operator means.</summary>
public sealed record KeptRequest
{
    /// <summary>One message, by the id that the list has, or the result's <c>poisonMessageId</c>.</summary>
    public string? Id { get; init; }

    /// <summary><see langword="true"/>: all of them, in the place of <see cref="Id"/>.</summary>
    public bool? All { get; init; }

    /// <summary>The operation to whose queue the one message goes, if it does not say so itself.</summary>
    public string? Operation { get; init; }
}

/// <summary>What is kept.</summary>
/// <param name="Total">About how many there are; the list has the first 32.</param>
public sealed record KeptList(int Total, IReadOnlyList<KeptMessage> Messages);

/// <summary>One message that is kept.</summary>
public sealed record KeptMessage
{
    public required string Id { get; init; }

    /// <summary><see langword="null"/> for what is no envelope; the log names it, under the id.</summary>
    public string? Operation { get; init; }

    public string? CorrelationId { get; init; }

    /// <summary>Why it was given up.</summary>
    public string? ErrorCode { get; init; }

    public DateTimeOffset? KeptAt { get; init; }

    public double? AgeInSeconds { get; init; }

    /// <summary>Its text; only if it was asked for.</summary>
    public string? Message { get; init; }
}

/// <summary>What became of a request.</summary>
/// <param name="Done">How many messages were sent or dropped.</param>
/// <param name="Left">About how many are still kept.</param>
public sealed record KeptOutcome(int Done, int Left);
