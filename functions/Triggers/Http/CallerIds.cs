using Microsoft.AspNetCore.Http;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Triggers.Http;

/// <summary>The ids that a caller gives its request. One that cannot be used is refused, never replaced by another one.</summary>
/// <param name="CorrelationId">The header <c>x-correlation-id</c>; <see langword="null"/> if there is none.</param>
/// <param name="IdempotencyKey">The header <c>Idempotency-Key</c>, without quotes; <see langword="null"/> if there is none.</param>
/// <param name="Refusal">Why one of them cannot be used.</param>
/// <remarks>The header <c>Idempotency-Key</c> as the IETF's draft of that name has it.</remarks>
internal sealed record CallerIds(string? CorrelationId, string? IdempotencyKey, Problem? Refusal = null)
{
    public const string IdempotencyKeyHeader = "Idempotency-Key";

    /// <summary>What stays the same when the caller sends the request again.</summary>
    public string? OperationId => IdempotencyKey ?? CorrelationId;

    public static CallerIds Read(HttpRequest request)
    {
        string? correlationId = null, key = null;
        if (request.Headers.TryGetValue(HttpOperation.CorrelationIdHeader, out var correlationIds))
        {
            correlationId = correlationIds.ToString();
            if (correlationIds.Count != 1 || correlationId.Length is 0 or > Envelope.MaxCorrelationIdLength || !correlationId.All(c => c is > ' ' and <= '~'))
            {
                return new CallerIds(null, null, Refuse(
                    $"The header {HttpOperation.CorrelationIdHeader} must be there once, with 1 to {Envelope.MaxCorrelationIdLength} printable ASCII characters and no space, or be left out."));
            }
        }

        if (request.Headers.TryGetValue(IdempotencyKeyHeader, out var keys))
        {
            // The draft has the key in quotes; most callers have not.
            key = keys.ToString().Trim('"');
            if (keys.Count != 1 || !AcceptedRequests.FitsInUrl(key))
            {
                return new CallerIds(correlationId, null, Refuse(
                    $"The header {IdempotencyKeyHeader} must be there once, with 1 to {Envelope.MaxCorrelationIdLength} letters, digits and - _ . ~, as it becomes part of a URL, or be left out."));
            }
        }

        return new CallerIds(correlationId, key);
    }

    private static Problem Refuse(string detail) =>
        Problem.Create(ProblemKind.InvalidPayload, StatusCodes.Status400BadRequest, ErrorCodes.InvalidHeader, detail);
}
