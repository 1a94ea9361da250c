using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Payloads;

namespace SalesforceConnector.Triggers.Queues.Ledger;

/// <summary>Who asks to carry out an operation.</summary>
/// <param name="Fingerprint"><see cref="Envelope.Fingerprint"/>.</param>
/// <param name="Repetition">What it means to carry the operation out twice.</param>
internal sealed record ClaimRequest(string CorrelationId, string Operation, string Fingerprint, Repetition Repetition)
{
    /// <summary>Marks the attempt that may be granted.</summary>
    public Guid Writer { get; init; } = Guid.NewGuid();

    /// <summary>The message that asks; <see langword="null"/> for a call over HTTP.</summary>
    public Envelope? Message { get; init; }

    /// <summary>Whether an operation that was given up is to be carried out after all: the request is a new one.</summary>
    public bool IsNew(LedgerEntry givenUp) => Message is null || (Message.Redrive ?? 0) > givenUp.Redrive;
}

/// <summary>Who may carry out an operation.</summary>
internal abstract record Claim
{
    /// <summary>Whoever asked.</summary>
    /// <param name="Abandoned">An attempt was begun before and left without an end: it may have been carried out.</param>
    public sealed record Granted(LedgerEntry Entry, bool Abandoned) : Claim;

    /// <summary>Whoever asked, to end it: too many attempts were left without an end.</summary>
    public sealed record Exhausted(LedgerEntry Entry) : Claim;

    /// <summary>The operation has finished with this result.</summary>
    public sealed record Finished(byte[] Result) : Claim;

    /// <summary>An attempt is running.</summary>
    public sealed record Running(DateTimeOffset Until) : Claim;

    /// <summary>The correlation id belongs to another operation or payload.</summary>
    public sealed record OtherPayload : Claim;
}
