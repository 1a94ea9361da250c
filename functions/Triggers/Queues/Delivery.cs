using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Triggers.Queues.Ledger;

namespace SalesforceConnector.Triggers.Queues;

/// <summary>The delivery of one message.</summary>
/// <param name="Attempts">The attempts, including the current one.</param>
internal sealed record Delivery(string Operation, string Message, Envelope Envelope, Attempts Attempts)
{
    /// <summary>The id of this delivery's attempt in the ledger.</summary>
    public Guid Writer { get; } = Guid.NewGuid();

    /// <summary>Whether the operation can safely be executed again.</summary>
    public Repetition Repetition { get; init; }

    /// <summary>Whether the operation changes data in Salesforce.</summary>
    public bool IsWrite { get; init; }

    /// <summary>The message's id on the poison queue, once it is there.</summary>
    public string? PoisonMessageId { get; init; }

    /// <summary>Whether the operation needs a ledger entry.</summary>
    public bool IsClaimed => Repetition != Repetition.Idempotent || Envelope.RespondAsync == true;

    /// <summary>Whether an earlier attempt at a write may have been executed.</summary>
    public bool EarlierAttempt => IsWrite && Attempts.MayHaveRun == true;

    /// <summary>The attempts as the next message has them.</summary>
    public Attempts Next => Attempts with
    {
        Ended = Writer,
        Turn = Repetition == Repetition.Resumable ? (Attempts.Turn ?? 0) + 1 : null,
    };

    /// <summary>Whether Salesforce may have executed a message that is given up.</summary>
    public bool MayHaveRun(LedgerEntry? entry) =>
        IsWrite || (Repetition == Repetition.Resumable && entry?.EarlierAttempt == true);

    public ClaimRequest Claim => new(Envelope.CorrelationId, Operation, Envelope.Fingerprint(Operation), Repetition)
    {
        Message = Envelope,
        Writer = Writer,
    };

    /// <summary>A result with the members that do not depend on the outcome.</summary>
    public ResultMessage Result => new()
    {
        CorrelationId = Envelope.CorrelationId,
        Operation = Operation,
        Attempts = Attempts.Made,
        PoisonMessageId = PoisonMessageId,
    };

    /// <summary>The delivery with all attempts in the ledger entry.</summary>
    public Delivery With(LedgerEntry entry) => this with
    {
        Attempts = Attempts with
        {
            Made = Math.Max(Attempts.Made, entry.Attempts),
            Since = entry.Since < Attempts.Since ? entry.Since.Value : Attempts.Since,
            MayHaveRun = Attempts.MayHaveRun == true || entry.EarlierAttempt ? true : null,
        },
    };
}
