using Azure;
using Azure.Data.Tables;

namespace SalesforceConnector.Triggers.Queues.Ledger;

/// <summary>The state of the operation with a correlation id.</summary>
internal sealed class LedgerEntry : ITableEntity
{
    public const string Row = "operation";

    /// <summary>SHA-256 of the correlation id, which can contain characters that are not allowed in keys.</summary>
    public required string PartitionKey { get; set; }

    public string RowKey { get; set; } = Row;

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    public required string Operation { get; set; }

    /// <summary><see cref="Envelope.Fingerprint"/>. The same correlation id with another fingerprint is an error.</summary>
    public required string Fingerprint { get; set; }

    /// <summary>One of <see cref="LedgerState"/>.</summary>
    public required string State { get; set; }

    /// <summary>The id of the last attempt. It identifies the attempt's own writes, when one is repeated after a lost reply.</summary>
    public Guid Writer { get; set; }

    /// <summary>When the running attempt's lease expires.</summary>
    public DateTimeOffset? LeaseUntil { get; set; }

    /// <summary>The number of started attempts, including abandoned ones.</summary>
    public int Attempts { get; set; }

    /// <summary>The number of attempts that started but did not finish.</summary>
    public int Abandoned { get; set; }

    /// <summary>When the first attempt started.</summary>
    public DateTimeOffset? Since { get; set; }

    /// <summary>Whether an attempt before the current one may have been executed.</summary>
    public bool EarlierAttempt { get; set; }

    /// <summary>Whether an HTTP caller was promised the result.</summary>
    public bool RespondAsync { get; set; }

    /// <summary>The org of an HTTP caller's operation, which says who may fetch the result.</summary>
    public string? Org { get; set; }

    /// <summary>Whether a queue has a message that will complete the operation.</summary>
    public bool HasMessage { get; set; }

    /// <summary>How often the message was given up before; see <see cref="Envelope.Redrive"/>.</summary>
    public int Redrive { get; set; }

    /// <summary>Whether the operation was given up, so that a new request can execute it.</summary>
    public bool GivenUp { get; set; }

    /// <summary>The result message in UTF-8, once the operation has finished.</summary>
    public byte[]? Result { get; set; }

    /// <summary>Until when the result is available to HTTP callers.</summary>
    public DateTimeOffset? ResultUntil { get; set; }

    /// <summary>The progress of a resumable operation, in a form of its own.</summary>
    public byte[]? Progress { get; set; }

    /// <summary>The same for callers: a JSON object.</summary>
    public byte[]? ShownProgress { get; set; }

    /// <summary><see cref="ClaimRequest.Turn"/> of the last message of a resumable operation.</summary>
    public int Turn { get; set; }

    /// <summary><see cref="ClaimRequest.TurnBy"/> of the last message of a resumable operation.</summary>
    public Guid? TurnBy { get; set; }

    /// <summary>When the entry expires. An operation that has not finished by then is ended.</summary>
    public DateTimeOffset ExpiresAt { get; set; }

    /// <summary>Copies the operation's state from an earlier entry, when a new attempt starts.</summary>
    /// <param name="abandoned">Whether the previous attempt did not finish.</param>
    /// <param name="mayHaveRun">Whether it may therefore have been executed.</param>
    public void TakeOver(LedgerEntry found, bool abandoned, bool mayHaveRun)
    {
        var isSame = found.Fingerprint == Fingerprint;
        var isNewRound = found.State == LedgerState.Finished;
        Attempts = isNewRound ? 1 : found.Attempts + 1;
        Abandoned = isNewRound ? 0 : found.Abandoned + (abandoned ? 1 : 0);
        Since = isNewRound ? Since : found.Since ?? Since;
        EarlierAttempt |= isSame && (found.EarlierAttempt || mayHaveRun);
        RespondAsync |= isSame && found.RespondAsync;
        Org ??= isSame ? found.Org : null;
        HasMessage |= !isNewRound && found.HasMessage;
        Redrive = Math.Max(Redrive, found.Redrive);
        KeepProgress(found);
    }

    /// <summary>Copies the progress of a resumable operation from an earlier entry.</summary>
    public void KeepProgress(LedgerEntry found)
    {
        if (found.Fingerprint == Fingerprint)
        {
            (Progress, ShownProgress) = (found.Progress, found.ShownProgress);
        }
    }

    /// <summary>Begins a step of a resumable operation: failures and retries of earlier steps do not count for it.</summary>
    public void BeginStep() => (Attempts, Abandoned, Since) = (0, 0, null);

    /// <summary>Sets the result.</summary>
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

/// <summary>The states of an operation.</summary>
internal static class LedgerState
{
    /// <summary>Accepted over HTTP; no attempt has started.</summary>
    public const string Accepted = nameof(Accepted);

    /// <summary>An attempt has started.</summary>
    public const string Running = nameof(Running);

    /// <summary>An attempt has ended without a final result; a retry will follow.</summary>
    public const string Waiting = nameof(Waiting);

    /// <summary>The operation has a result.</summary>
    public const string Finished = nameof(Finished);
}
