using Azure;
using Azure.Data.Tables;
using SalesforceConnector.Contracts.Annotations;

namespace SalesforceConnector.Triggers.Queues.Ledger;

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

    /// <summary>Who began the last attempt: tells a write of one's own, repeated after a lost answer, from another's.</summary>
    public Guid Writer { get; set; }

    /// <summary>Until when a running attempt counts as running.</summary>
    public DateTimeOffset? LeaseUntil { get; set; }

    /// <summary>Attempts that were begun, with those that were left without an end.</summary>
    public int Attempts { get; set; }

    /// <summary>Those that were left without an end.</summary>
    public int Abandoned { get; set; }

    /// <summary>When the first attempt began.</summary>
    public DateTimeOffset? Since { get; set; }

    /// <summary>Whether an attempt before the current one may have been carried out.</summary>
    public bool EarlierAttempt { get; set; }

    /// <summary>Whether the result was promised to a caller over HTTP, who may fetch it.</summary>
    public bool RespondAsync { get; set; }

    /// <summary>Whether there is a message on a queue that brings the operation to its end.</summary>
    public bool HasMessage { get; set; }

    /// <summary>How often the message had been given up before; see <see cref="Envelope.Redrive"/>.</summary>
    public int Redrive { get; set; }

    /// <summary>Whether the result says that it was given up, and a new request may be carried out.</summary>
    public bool GivenUp { get; set; }

    /// <summary>The result message, in UTF-8, when it is finished.</summary>
    public byte[]? Result { get; set; }

    /// <summary>Until when the result can be fetched.</summary>
    public DateTimeOffset? ResultUntil { get; set; }

    /// <summary>When the entry means nothing any more; an operation that has not finished by then is ended.</summary>
    public DateTimeOffset ExpiresAt { get; set; }

    /// <summary>Takes over what is known of the operation, as a new attempt begins.</summary>
    /// <param name="abandoned">Whether the attempt before was left without an end.</param>
    public void TakeOver(LedgerEntry found, bool abandoned)
    {
        var isSame = found.Fingerprint == Fingerprint;
        var isNewRound = found.State == LedgerState.Finished;
        Attempts = isNewRound ? 1 : found.Attempts + 1;
        Abandoned = isNewRound ? 0 : found.Abandoned + (abandoned ? 1 : 0);
        Since = isNewRound ? Since : found.Since ?? Since;
        EarlierAttempt |= isSame && (found.EarlierAttempt || abandoned);
        RespondAsync |= isSame && found.RespondAsync;
        HasMessage |= !isNewRound && found.HasMessage;
        Redrive = Math.Max(Redrive, found.Redrive);
    }

    /// <summary>Takes note of the result.</summary>
    public void Finish(byte[] result, bool givenUp, DateTimeOffset now, QueueOptions options)
    {
        State = LedgerState.Finished;
        LeaseUntil = null;
        Result = result;
        GivenUp = givenUp;
        ResultUntil = now + options.ResultLifetime;
        ExpiresAt = now + options.ClaimLifetime;
    }
}

/// <summary>How far an operation has come.</summary>
internal static class LedgerState
{
    /// <summary>Accepted over HTTP; nothing has been attempted.</summary>
    public const string Accepted = nameof(Accepted);

    /// <summary>An attempt has begun.</summary>
    public const string Running = nameof(Running);

    /// <summary>An attempt has ended without an outcome; another one will be made.</summary>
    public const string Waiting = nameof(Waiting);

    /// <summary>The result is there.</summary>
    public const string Finished = nameof(Finished);
}
