using System.Diagnostics;
using System.Text.Json;
using System.Xml;
using Microsoft.AspNetCore.Http;
using SalesforceConnector.Hosting;
using SalesforceConnector.Salesforce;

namespace SalesforceConnector.Queues;

/// <summary>HTTP in front of the queues: takes a request, answers 202, and has its result when it is there.</summary>
/// <remarks>RFC 7240, <c>respond-async</c>; the header <c>Idempotency-Key</c> as the IETF's draft of that name has it.</remarks>
public sealed class AcceptedRequests(
    OperationLedger ledger, QueueOutbox outbox, ResultStore results, TimeProvider time)
{
    private const int MaxKeyLength = Envelope.MaxCorrelationIdLength;

    private static readonly TimeSpan PollAfter = TimeSpan.FromSeconds(2);

    /// <param name="key">The header <c>Idempotency-Key</c>, which stands in a URL later; empty if there is none.</param>
    /// <param name="payload">Has been found to be valid.</param>
    /// <exception cref="ConnectorException">The key cannot be used, or the payload not be sent.</exception>
    internal async Task<IStatusCodeHttpResult> AcceptAsync(
        string operation, string key, RawJson payload, bool representation, CancellationToken cancellationToken)
    {
        var envelope = new Envelope
        {
            CorrelationId = key.Length == 0 ? Guid.NewGuid().ToString() : Checked(key),
            Payload = payload,
            RespondAsync = true,
            Representation = representation ? true : null,
            Traceparent = Activity.Current?.Id,
        };
        var message = envelope.ToMessage();
        if (!QueueOutbox.Fits(message))
        {
            throw new ConnectorException(Problem.Create(
                ProblemKind.InvalidPayload,
                StatusCodes.Status413PayloadTooLarge,
                ErrorCodes.PayloadTooLarge,
                $"The payload is too large for a queue ({QueueOutbox.MaxMessageBytes} bytes with its envelope): send it without Prefer: respond-async."));
        }

        // What the function on the queue will refuse must not be accepted here.
        Envelope.Parse(message);
        VerifyCharacters(message);

        var fingerprint = envelope.Fingerprint(operation);
        var entry = await ledger.AcceptAsync(envelope.CorrelationId, operation, fingerprint, cancellationToken).ConfigureAwait(false);
        if (entry.Fingerprint != fingerprint)
        {
            throw new ConnectorException(Problems.CorrelationIdReused(envelope.CorrelationId));
        }

        // Again too, if the app ended before it had taken note: a second message finds what the first one did.
        if (entry.State == LedgerState.Accepted)
        {
            await EnqueueAsync(operation, message, hasKey: key.Length > 0, cancellationToken).ConfigureAwait(false);
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
        // The ledger has the ids of queues too, which may be anything; those of accepted requests fit in a URL.
        var entry = FitsInUrl(correlationId) ? await ledger.FindAsync(correlationId, cancellationToken).ConfigureAwait(false) : null;
        if (entry is null || entry.ExpiresAt <= time.GetUtcNow() || entry.ResultUntil <= time.GetUtcNow())
        {
            return new ProblemResult(Problems.ResultNotFound(correlationId));
        }

        if (entry.State != LedgerState.Finished)
        {
            return new AcceptedResult(correlationId, PollAfter);
        }

        var result = JsonSerializer.Deserialize(entry.Result, ConnectorJson.Default.ResultMessage)!;
        return result switch
        {
            { BodyUrl: { } url } => new StoredResult(result, await results.OpenAsync(url, cancellationToken).ConfigureAwait(false)),
            { Error: { } problem } => new ProblemResult(problem),
            _ => new StoredResult(result, new MemoryStream((result.Body?.Utf8 ?? default).ToArray())),
        };
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

    // Messages travel in XML, which cannot have two of the characters that JSON can.
    private static void VerifyCharacters(string message)
    {
        try
        {
            XmlConvert.VerifyXmlChars(message);
        }
        catch (XmlException e)
        {
            throw new ConnectorException(
                Problem.Create(
                    ProblemKind.InvalidPayload,
                    StatusCodes.Status400BadRequest,
                    ErrorCodes.InvalidJson,
                    "The payload has a character that a queue does not take (U+FFFE or U+FFFF): write it as an escape, such as \\uFFFF."),
                e);
        }
    }

    private static bool FitsInUrl(string key) =>
        key.Length is > 0 and <= MaxKeyLength
        && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '~')
        && key.Trim('.').Length > 0;

    private static string Checked(string key) =>
        FitsInUrl(key)
            ? key
            : throw new ConnectorException(Problem.Create(
                ProblemKind.InvalidPayload,
                StatusCodes.Status400BadRequest,
                ErrorCodes.InvalidHeader,
                $"The header Idempotency-Key must be 1 to {MaxKeyLength} letters, digits and - _ . ~, as it becomes part of a URL."));
}
