using SalesforceConnector.Contracts.Payloads;

namespace SalesforceConnector.Triggers.Queues.Ledger;

/// <summary>A request to start an attempt at an operation.</summary>
/// <param name="Fingerprint"><see cref="Envelope.Fingerprint"/>.</param>
/// <param name="Repetition">Whether the operation can safely be executed again.</param>
internal sealed record ClaimRequest(string CorrelationId, string Operation, string Fingerprint, Repetition Repetition)
{
    /// <summary>The id of the attempt.</summary>
    public Guid Writer { get; init; } = Guid.NewGuid();

    /// <summary>The org, of an HTTP call whose result the caller will fetch.</summary>
    public OrgUrl? Org { get; init; }

    /// <summary>The message that requests it; <see langword="null"/> for an HTTP call.</summary>
    public Envelope? Message { get; init; }

    /// <summary>Of a resumable operation, how many messages came before the requesting one.</summary>
    public int Turn => Message?.Retry?.Turn ?? 0;

    /// <summary>Tells messages of the same <see cref="Turn"/> apart: the attempt that queued the requesting one.</summary>
    public Guid? TurnBy => Message?.Retry?.Ended;

    /// <summary>Whether this is a new request for an operation that was given up, so that it is executed again.</summary>
    public bool IsNew(LedgerEntry givenUp) => Message is null || (Message.Redrive ?? 0) > givenUp.Redrive;
}

/// <summary>The ledger's response to a <see cref="ClaimRequest"/>.</summary>
internal abstract record Claim
{
    /// <summary>The attempt can start.</summary>
    /// <param name="Abandoned">Whether an earlier attempt started but did not finish. It may have been executed.</param>
    public sealed record Granted(LedgerEntry Entry, bool Abandoned) : Claim;

    /// <summary>Too many attempts did not finish. The requester must end the operation.</summary>
    public sealed record Exhausted(LedgerEntry Entry) : Claim;

    /// <summary>The operation has finished; this is its result.</summary>
    public sealed record Finished(byte[] Result) : Claim;

    /// <summary>Another attempt is running.</summary>
    public sealed record Running(DateTimeOffset Until) : Claim;

    /// <summary>A later message of the same operation has been delivered. It continues the operation.</summary>
    public sealed record Superseded : Claim;

    /// <summary>The correlation id was used for another operation or payload.</summary>
    public sealed record OtherPayload : Claim;
}
