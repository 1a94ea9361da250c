using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Triggers.Queues.Ledger;

namespace SalesforceConnector.Triggers.Queues;

/// <summary>One message, while it is being processed.</summary>
/// <param name="Attempts">With the one that is being made.</param>
internal sealed record Delivery(string Operation, string Message, Envelope Envelope, Attempts Attempts)
{
    /// <summary>The mark of this delivery's attempt in the ledger.</summary>
    public Guid Writer { get; } = Guid.NewGuid();

    /// <summary>What it means to carry the operation out twice.</summary>
    public Repetition Repetition { get; init; }

    /// <summary>Whether the operation changes anything at Salesforce.</summary>
    public bool IsWrite { get; init; }

    /// <summary>Set when the message is kept on the poison queue.</summary>
    public string? PoisonMessageId { get; init; }

    /// <summary>Whether the ledger has to know of the operation.</summary>
    public bool IsClaimed => Repetition != Repetition.Harmless || Envelope.RespondAsync == true;

    /// <summary>Whether an earlier attempt at a write may have been carried out.</summary>
    public bool EarlierAttempt => IsWrite && Attempts.MayHaveRun == true;

    public ClaimRequest Claim => new(Envelope.CorrelationId, Operation, Envelope.Fingerprint(Operation), Repetition)
    {
        Message = Envelope,
        Writer = Writer,
    };

    /// <summary>What the result says whatever became of the operation; status and time are yet to come.</summary>
    public ResultMessage Result => new()
    {
        CorrelationId = Envelope.CorrelationId,
        Operation = Operation,
        Attempts = Attempts.Made,
        PoisonMessageId = PoisonMessageId,
    };

    /// <summary>The delivery as the attempt that the ledger has granted: with all attempts that it knows of.</summary>
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
