using Microsoft.AspNetCore.Http;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Triggers.Http;

/// <summary>The ids in a request's headers. An invalid id is rejected, never replaced.</summary>
/// <param name="CorrelationId">The header <c>x-correlation-id</c>; <see langword="null"/> if absent.</param>
/// <param name="IdempotencyKey">The header <c>Idempotency-Key</c>, without quotes; <see langword="null"/> if absent.</param>
/// <param name="Refusal">Why one of the ids is invalid.</param>
/// <remarks><c>Idempotency-Key</c>: the IETF draft of that name.</remarks>
internal sealed record RequestIds(string? CorrelationId, string? IdempotencyKey, Problem? Refusal = null)
{
    public const string IdempotencyKeyHeader = "Idempotency-Key";

    /// <summary>The id that stays the same when the caller retries the request.</summary>
    public string? OperationId => IdempotencyKey ?? CorrelationId;

    public static RequestIds Read(HttpRequest request)
    {
        string? correlationId = null, key = null;
        if (request.Headers.TryGetValue(HttpOperation.CorrelationIdHeader, out var correlationIds))
        {
            correlationId = correlationIds.ToString();
            if (correlationIds.Count != 1 || correlationId.Length is 0 or > Envelope.MaxCorrelationIdLength || !correlationId.All(c => c is > ' ' and <= '~'))
            {
                return new RequestIds(null, null, Refuse(
                    $"The header {HttpOperation.CorrelationIdHeader} must occur at most once and have 1 to {Envelope.MaxCorrelationIdLength} printable ASCII characters without spaces."));
            }
        }

        if (request.Headers.TryGetValue(IdempotencyKeyHeader, out var keys))
        {
            // The draft puts the key in quotes; most callers do not.
            key = keys.ToString().Trim('"');
            if (keys.Count != 1 || !AcceptedRequests.FitsInUrl(key))
            {
                return new RequestIds(correlationId, null, Refuse(
                    $"The header {IdempotencyKeyHeader} must occur at most once and have 1 to {Envelope.MaxCorrelationIdLength} letters, digits and - _ . ~, because it becomes part of a URL."));
            }
        }

        return new RequestIds(correlationId, key);
    }

    private static Problem Refuse(string detail) =>
        Problem.Create(ProblemKind.InvalidPayload, StatusCodes.Status400BadRequest, ErrorCodes.InvalidHeader, detail);
}
