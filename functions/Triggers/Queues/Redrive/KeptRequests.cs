namespace SalesforceConnector.Triggers.Queues.Redrive;

/// <summary>Which messages on the poison queue a request is about.</summary>
public sealed record KeptRequest
{
    /// <summary>The id of one message, from the list or from a result's <c>poisonMessageId</c>.</summary>
    public string? Id { get; init; }

    /// <summary><see langword="true"/> for all messages, instead of <see cref="Id"/>.</summary>
    public bool? All { get; init; }

    /// <summary>The operation to whose queue the message is sent, if the message does not contain it.</summary>
    public string? Operation { get; init; }
}

/// <summary>The messages on the poison queue.</summary>
/// <param name="Total">The approximate number of messages. The list contains the first 32.</param>
public sealed record KeptList(int Total, IReadOnlyList<KeptMessage> Messages);

/// <summary>A message on the poison queue.</summary>
public sealed record KeptMessage
{
    public required string Id { get; init; }

    /// <summary><see langword="null"/> if the message is not a valid envelope. The log has it under the message's id.</summary>
    public string? Operation { get; init; }

    public string? CorrelationId { get; init; }

    /// <summary>The error that the message failed with.</summary>
    public string? ErrorCode { get; init; }

    public DateTimeOffset? KeptAt { get; init; }

    public double? AgeInSeconds { get; init; }

    /// <summary>The message's text, if requested.</summary>
    public string? Message { get; init; }
}

/// <summary>The outcome of a request.</summary>
/// <param name="Done">The number of messages that were sent or dropped.</param>
/// <param name="Left">The approximate number of messages that remain.</param>
public sealed record KeptOutcome(int Done, int Left);
