using Microsoft.AspNetCore.Http;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Triggers;

/// <summary>The problems that triggers create.</summary>
internal static class Problems
{
    public static Problem Abandoned { get; } =
        Problem.Create(
            ProblemKind.NoAnswer,
            StatusCodes.Status502BadGateway,
            ErrorCodes.Abandoned,
            "An earlier attempt started but did not finish. Whether Salesforce executed it is unknown. It is not retried, to avoid a duplicate. To make a create retryable, set externalIdField.",
            retryable: false) with
        {
            OutcomeUnknown = true,
        };

    public static Problem IncompleteReply { get; } = Problem.Create(
        ProblemKind.NoAnswer, StatusCodes.Status502BadGateway, ErrorCodes.BrokenReply, "Salesforce's reply was incomplete.", retryable: true);

    public static Problem Stopping { get; } = Problem.Create(
        ProblemKind.Unavailable, StatusCodes.Status503ServiceUnavailable, ErrorCodes.Stopping, "The connector is stopping.", retryable: true);

    public static Problem Faulted { get; } = Problem.Create(
        ProblemKind.Internal, StatusCodes.Status500InternalServerError, ErrorCodes.Internal, "The connector failed. See its log for the correlation id.", retryable: true);

    /// <summary>Another attempt has started, because this one exceeded its lease.</summary>
    public static Problem LeaseLost { get; } = Problem.Create(
        ProblemKind.Internal,
        StatusCodes.Status500InternalServerError,
        ErrorCodes.Internal,
        "The attempt exceeded its lease (Queues__AttemptLease), and another one has taken over.",
        retryable: true);

    public static Problem BodyNotStored { get; } =
        Problem.Create(
            ProblemKind.Internal,
            StatusCodes.Status502BadGateway,
            ErrorCodes.ResultNotStored,
            "Salesforce executed the operation, but the connector could not store its reply. Check the result in Salesforce, and do not send the request again.") with
        {
            OutcomeUnknown = true,
        };

    public static Problem InProgress { get; } = Problem.Create(
        ProblemKind.InProgress,
        StatusCodes.Status409Conflict,
        ErrorCodes.InProgress,
        "A request with this Idempotency-Key is in progress. Send this request again later to get its result.",
        retryable: true) with
    {
        RetryAfter = TimeSpan.FromSeconds(5),
    };

    public static Problem TooLarge { get; } = Problem.Create(
        ProblemKind.InvalidPayload,
        StatusCodes.Status413PayloadTooLarge,
        ErrorCodes.PayloadTooLarge,
        $"The payload is too large for a queue: with its envelope it must take at most {MessageText.MaxRequestBytes} bytes of XML, in which &, < and > take 4 or 5 bytes each. Send it over HTTP, without Prefer: respond-async; a bulk query must be shorter.");

    /// <summary>The host gave up the message, or too many attempts did not finish.</summary>
    public static Problem Poisoned(bool outcomeUnknown) =>
        Problem.Create(
            ProblemKind.Internal,
            StatusCodes.Status500InternalServerError,
            ErrorCodes.Poisoned,
            $"The message was delivered several times but never completed, and is not retried{(outcomeUnknown ? "; whether Salesforce executed it is unknown" : "")}.") with
        {
            OutcomeUnknown = outcomeUnknown,
        };

    /// <summary>The invocation timed out.</summary>
    public static Problem DeadlineExceeded(TimeSpan time, bool outcomeUnknown) =>
        Problem.Create(
            ProblemKind.NoAnswer,
            StatusCodes.Status504GatewayTimeout,
            ErrorCodes.DeadlineExceeded,
            $"The operation took longer than {time} (Salesforce__InvocationTimeout). Request less data at a time, or use Salesforce's Bulk API 2.0 for this many records.{(outcomeUnknown ? " Whether Salesforce executed the call is unknown." : "")}") with
        {
            OutcomeUnknown = outcomeUnknown,
        };

    public static Problem StorageUnavailable { get; } =
        Problem.Create(
            ProblemKind.Internal,
            StatusCodes.Status503ServiceUnavailable,
            ErrorCodes.StorageUnavailable,
            "The connector's storage is not available. Send the request again, with the same Idempotency-Key if it had one.",
            retryable: true) with
        {
            RetryAfter = TimeSpan.FromSeconds(5),
        };

    /// <summary>The storage failed while it took a request without a key.</summary>
    public static Problem MayBeQueued { get; } =
        Problem.Create(
            ProblemKind.Internal,
            StatusCodes.Status502BadGateway,
            ErrorCodes.StorageUnavailable,
            "The connector's storage is not available. It may have taken the request, which is then carried out: sent again, it would be carried out twice. With an Idempotency-Key it would not.",
            retryable: true) with
        {
            OutcomeUnknown = true,
        };

    public static Problem CorrelationIdReused(string correlationId) => Problem.Create(
        ProblemKind.InvalidPayload,
        StatusCodes.Status422UnprocessableEntity,
        ErrorCodes.CorrelationIdReused,
        $"The correlation id {Quote.Value(correlationId)} was already used for another operation or payload. Use a new one for each operation.");

    public static Problem ResultNotFound(string correlationId) => Problem.Create(
        ProblemKind.ResultNotFound,
        StatusCodes.Status404NotFound,
        ErrorCodes.ResultNotFound,
        $"There is no result under {Quote.Value(correlationId)}: no request was accepted under it, or the result has expired (Queues__ResultLifetime).");
}
