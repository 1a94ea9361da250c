using Azure;
using Azure.Data.Tables;

namespace SalesforceConnector.Queues;

/// <summary>What is known of one correlation id.</summary>
internal sealed class LedgerEntry : ITableEntity
{
    public const string Row = "operation";

    /// <summary>SHA-256 of the correlation id, which may have characters that a key may not.</summary>
    public required string PartitionKey { get; set; }

    public string RowKey { get; set; } = Row;

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    public required string Operation { get; set; }

    /// <summary>SHA-256 of operation and payload: the same id with another payload is a mistake.</summary>
    public required string Fingerprint { get; set; }

    /// <summary>One of <see cref="LedgerState"/>.</summary>
    public required string State { get; set; }

    /// <summary>Who wrote it last: tells a write of one's own, repeated after a lost answer, from another's.</summary>
    public Guid Writer { get; set; }

    /// <summary>Until when a running attempt counts as running.</summary>
    public DateTimeOffset? LeaseUntil { get; set; }

    /// <summary>Whether an attempt was begun before the current one.</summary>
    public bool EarlierAttempt { get; set; }

    /// <summary>The result message, in UTF-8, when it is finished.</summary>
    public byte[]? Result { get; set; }

    /// <summary>Until when the result can be fetched.</summary>
    public DateTimeOffset? ResultUntil { get; set; }

    /// <summary>When the entry means nothing any more.</summary>
    public DateTimeOffset ExpiresAt { get; set; }
}

/// <summary>How far an operation has come.</summary>
internal static class LedgerState
{
    /// <summary>Accepted over HTTP; a message about it is on its way, or was about to be sent.</summary>
    public const string Accepted = nameof(Accepted);

    /// <summary>The message is on the queue.</summary>
    public const string Enqueued = nameof(Enqueued);

    /// <summary>An attempt has begun.</summary>
    public const string Running = nameof(Running);

    /// <summary>An attempt has ended without an outcome; another one will be made.</summary>
    public const string Waiting = nameof(Waiting);

    /// <summary>The result is there.</summary>
    public const string Finished = nameof(Finished);
}
