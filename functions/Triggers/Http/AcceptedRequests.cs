using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Triggers.Queues;
using SalesforceConnector.Triggers.Queues.Ledger;

namespace SalesforceConnector.Triggers.Http;

/// <summary>HTTP in front of the queues: takes a request, answers 202, and has its result when it is there.</summary>
/// <remarks>RFC 7240, <c>respond-async</c>; the header <c>Idempotency-Key</c> as the IETF's draft of that name has it.</remarks>
public sealed class AcceptedRequests(
    OperationLedger ledger, QueueOutbox outbox, ResultStore results, TimeProvider time)
{
    private static readonly TimeSpan PollAfter = TimeSpan.FromSeconds(2);

    /// <param name="ids">Those that the caller gave; the idempotency key stands in a URL later.</param>
    /// <param name="payload">Has been found to be valid.</param>
    /// <exception cref="ConnectorException">The key cannot be used, or the payload not be sent.</exception>
    internal async Task<IStatusCodeHttpResult> AcceptAsync(
        string operation, CallerIds ids, RawJson payload, bool representation, CancellationToken cancellationToken)
    {
        var envelope = new Envelope
        {
            // Of 122 random bits where the caller chose no key: nobody guesses the address of the result.
            CorrelationId = ids.IdempotencyKey ?? Guid.NewGuid().ToString(),
            CallerId = ids.IdempotencyKey is null ? ids.CorrelationId : null,
            Payload = payload,
            RespondAsync = true,
            Representation = representation ? true : null,
            Traceparent = Activity.Current?.Id,
        };
        var message = envelope.ToMessage();
        if (!envelope.FitsWithRetries(message))
        {
            throw new ConnectorException(Problems.TooLarge);
        }

        // What the function on the queue will refuse must not be accepted here.
        Envelope.Parse(message);

        var request = new ClaimRequest(envelope.CorrelationId, operation, envelope.Fingerprint(operation), Repetition.Harmless);
        var entry = await ledger.AcceptAsync(request, cancellationToken).ConfigureAwait(false);
        if (entry.Fingerprint != request.Fingerprint)
        {
            throw new ConnectorException(Problems.CorrelationIdReused(envelope.CorrelationId));
        }

        // Again too, if the app ended before it had taken note: a second message finds what the first one did.
        if (!entry.HasMessage && entry.State != LedgerState.Finished)
        {
            await EnqueueAsync(operation, message, hasKey: ids.IdempotencyKey is not null, cancellationToken).ConfigureAwait(false);
            try
            {
                await ledger.EnqueuedAsync(entry, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (StorageConnection.IsFailure(e))
            {
                // The message is on its way, and that is what counts.
            }
        }

        return new AcceptedResult(envelope.CorrelationId, PollAfter);
    }

    /// <summary>The result of an accepted request, as the direct call would have answered it; 202 until it is there.</summary>
    internal async Task<IStatusCodeHttpResult> GetResultAsync(string correlationId, CancellationToken cancellationToken)
    {
        // The ledger has the ids of queues too, which may be anything; what came by one is not served here.
        var entry = FitsInUrl(correlationId) ? await ledger.FindAsync(correlationId, cancellationToken).ConfigureAwait(false) : null;
        if (entry is not { RespondAsync: true } || entry.ExpiresAt <= time.GetUtcNow() || entry.ResultUntil <= time.GetUtcNow())
        {
            return new ProblemResult(Problems.ResultNotFound(correlationId));
        }

        if (entry.State != LedgerState.Finished)
        {
            return new AcceptedResult(correlationId, PollAfter);
        }

        return await StoredResult.ReadAsync(entry.Result!, results, cancellationToken).ConfigureAwait(false);
    }

    private async Task EnqueueAsync(string operation, string message, bool hasKey, CancellationToken cancellationToken)
    {
        try
        {
            await outbox.EnqueueAsync(operation, message, TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (!hasKey && StorageConnection.IsFailure(e))
        {
            // The message may be on the queue all the same, and without a key a second request would be another one.
            throw new ConnectorException(
                Problems.StorageUnavailable with { Status = StatusCodes.Status502BadGateway, RetryAfter = null, OutcomeUnknown = true }, e);
        }
    }

    /// <summary>Whether a key can be the last segment of a URL's path.</summary>
    internal static bool FitsInUrl(string key) =>
        key.Length is > 0 and <= Envelope.MaxCorrelationIdLength
        && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '~')
        && key.Trim('.').Length > 0;
}
