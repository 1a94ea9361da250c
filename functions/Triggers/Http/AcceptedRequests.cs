using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce;
using SalesforceConnector.Triggers.Queues;
using SalesforceConnector.Triggers.Queues.Ledger;

namespace SalesforceConnector.Triggers.Http;

/// <summary>Asynchronous requests over HTTP: accepts a request with 202, queues it, and returns its result later.</summary>
/// <remarks>RFC 7240, <c>respond-async</c>; <c>Idempotency-Key</c>: the IETF draft of that name.</remarks>
public sealed class AcceptedRequests(
    OperationLedger ledger, QueueOutbox outbox, ResultStore results, IOptions<SalesforceOptions> options, TimeProvider time)
{
    /// <summary>The longest time that a request waits for a result: Azure's load balancer ends a request after 230 s.</summary>
    internal static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(120);

    private static readonly TimeSpan PollAfter = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ShortestLook = TimeSpan.FromMilliseconds(250);

    /// <param name="ids">The ids that the caller sent. The idempotency key becomes part of a URL.</param>
    /// <param name="payload">A payload that has been validated.</param>
    /// <param name="org">The payload's org.</param>
    /// <exception cref="ConnectorException">The key cannot be used, or the payload cannot be queued.</exception>
    internal async Task<IStatusCodeHttpResult> AcceptAsync(
        string operation, RequestIds ids, RawJson payload, OrgUrl org, Preferences preferences, CancellationToken cancellationToken)
    {
        var envelope = new Envelope
        {
            // Without a key of the caller's, 122 random bits: the URL of the result cannot be guessed.
            CorrelationId = ids.IdempotencyKey ?? Guid.NewGuid().ToString(),
            CallerId = ids.IdempotencyKey is null ? ids.CorrelationId : null,
            Payload = payload,
            RespondAsync = true,
            Representation = preferences.Representation ? true : null,
            Traceparent = Activity.Current?.Id,
        };
        var message = envelope.ToMessage();
        if (!envelope.FitsWithRetries(message))
        {
            throw new ConnectorException(Problems.TooLarge);
        }

        // Reject now what the queue function would reject later.
        Envelope.Parse(message);

        var request = new ClaimRequest(envelope.CorrelationId, operation, envelope.Fingerprint(operation), Repetition.Idempotent) { Org = org };
        var entry = await ledger.AcceptAsync(request, cancellationToken).ConfigureAwait(false);
        if (entry.Fingerprint != request.Fingerprint)
        {
            throw new ConnectorException(Problems.CorrelationIdReused(envelope.CorrelationId));
        }

        // Also after a crash between sending and recording: a duplicate message finds the state of the first one.
        if (!entry.HasMessage && entry.State != LedgerState.Finished)
        {
            await EnqueueAsync(operation, message, hasKey: ids.IdempotencyKey is not null, cancellationToken).ConfigureAwait(false);
            try
            {
                await ledger.EnqueuedAsync(entry, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (StorageConnection.IsFailure(e))
            {
                // The message is queued. Recording that is optional.
            }
        }

        return preferences.Wait > TimeSpan.Zero
            ? await WaitAsync(envelope.CorrelationId, preferences.Wait, cancellationToken).ConfigureAwait(false)
            : new AcceptedResult(envelope.CorrelationId, PollAfter);
    }

    /// <summary>Waits for a result, up to the caller's limit and <see cref="LongestWait"/>.</summary>
    /// <remarks>RFC 7240, <c>wait</c>.</remarks>
    private async Task<IStatusCodeHttpResult> WaitAsync(string correlationId, TimeSpan wait, CancellationToken cancellationToken)
    {
        // Half of the time of an invocation is for the reply.
        TimeSpan[] limits = [wait, LongestWait, options.Value.InvocationTimeout / 2];
        var until = time.GetUtcNow() + limits.Min();
        var pause = ShortestLook;
        while (true)
        {
            // The caller has just been admitted.
            var result = await GetResultAsync(correlationId, admit: null, cancellationToken).ConfigureAwait(false);
            if (result is not AcceptedResult || time.GetUtcNow() + pause > until)
            {
                return result;
            }

            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
            pause = pause * 2 < PollAfter ? pause * 2 : PollAfter;
        }
    }

    /// <summary>Returns the result of an accepted request, as the synchronous call would have; 202 until it is available.</summary>
    /// <param name="admit">Checks that the caller may use the operation's org.</param>
    internal async Task<IStatusCodeHttpResult> GetResultAsync(string correlationId, Action<OrgUrl>? admit, CancellationToken cancellationToken)
    {
        // The ledger also holds ids of queue messages, in any form. Their results are not served here.
        var entry = FitsInUrl(correlationId) ? await ledger.FindAsync(correlationId, cancellationToken).ConfigureAwait(false) : null;
        if (entry is not { RespondAsync: true } || entry.ExpiresAt <= time.GetUtcNow() || entry.ResultUntil <= time.GetUtcNow())
        {
            return new ProblemResult(Problems.ResultNotFound(correlationId));
        }

        if (entry.Org is { } org)
        {
            admit?.Invoke(OrgUrl.Parse(org));
        }

        if (entry.State != LedgerState.Finished)
        {
            return new AcceptedResult(correlationId, PollAfter, entry.ShownProgress);
        }

        return new IdentifiedResult(await StoredResult.ReadAsync(entry.Result!, results, cancellationToken).ConfigureAwait(false), correlationId);
    }

    private async Task EnqueueAsync(string operation, string message, bool hasKey, CancellationToken cancellationToken)
    {
        try
        {
            await outbox.EnqueueAsync(operation, message, TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (!hasKey && StorageConnection.IsFailure(e))
        {
            // The message may be queued nevertheless. Without a key, a second request would execute the operation again.
            throw new ConnectorException(Problems.MayBeQueued, e);
        }
    }

    /// <summary>Whether a key can be the last path segment of a URL.</summary>
    internal static bool FitsInUrl(string key) =>
        key.Length is > 0 and <= Envelope.MaxCorrelationIdLength
        && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '~')
        && key.Trim('.').Length > 0;
}
