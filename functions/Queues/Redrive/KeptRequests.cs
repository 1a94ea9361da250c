namespace SalesforceConnector.Queues.Redrive;

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
/// <param name="Operation"><see langword="null"/> for what is no envelope; the log names it, under the id.</param>
/// <param name="Message">Its text; only if it was asked for.</param>
public sealed record KeptMessage(
    string Id, string? Operation, string? CorrelationId, string? ErrorCode, DateTimeOffset? KeptAt, double? AgeInSeconds, string? Message);

/// <summary>What became of a request.</summary>
/// <param name="Done">How many messages were sent or dropped.</param>
/// <param name="Left">About how many are still kept.</param>
public sealed record KeptOutcome(int Done, int Left);
