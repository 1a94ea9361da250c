using Microsoft.AspNetCore.Http;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Triggers;

/// <summary>The problems that only queues have.</summary>
internal static class Problems
{
    public static Problem Abandoned { get; } =
        Problem.Create(
            ProblemKind.NoAnswer,
            StatusCodes.Status502BadGateway,
            ErrorCodes.Abandoned,
            "An earlier attempt was begun and left without an end; whether Salesforce executed it is unknown, and it is not repeated, so that nothing is done twice. A create that names externalIdField can be repeated.",
            retryable: false) with
        {
            OutcomeUnknown = true,
        };

    public static Problem BrokenOff { get; } = Problem.Create(
        ProblemKind.NoAnswer, StatusCodes.Status502BadGateway, ErrorCodes.BrokenReply, "Salesforce's reply broke off.", retryable: true);

    public static Problem Stopping { get; } = Problem.Create(
        ProblemKind.Unavailable, StatusCodes.Status503ServiceUnavailable, ErrorCodes.Stopping, "The connector is stopping.", retryable: true);

    public static Problem Faulted { get; } = Problem.Create(
        ProblemKind.Internal, StatusCodes.Status500InternalServerError, ErrorCodes.Internal, "The connector failed; its log says more, under the correlation id.", retryable: true);

    public static Problem BodyNotStored { get; } =
        Problem.Create(
            ProblemKind.Internal,
            StatusCodes.Status502BadGateway,
            ErrorCodes.ResultNotStored,
            "Salesforce carried the operation out, and the connector's storage did not take its reply. Look at Salesforce for what was done, and do not send the request again.") with
        {
            OutcomeUnknown = true,
        };

    public static Problem InProgress { get; } = Problem.Create(
        ProblemKind.InProgress,
        StatusCodes.Status409Conflict,
        ErrorCodes.InProgress,
        "A request with this Idempotency-Key is being carried out. Send this one again later: it gets that one's result.",
        retryable: true) with
    {
        RetryAfter = TimeSpan.FromSeconds(5),
    };

    public static Problem TooLarge { get; } = Problem.Create(
        ProblemKind.InvalidPayload,
        StatusCodes.Status413PayloadTooLarge,
        ErrorCodes.PayloadTooLarge,
        $"The payload is too large for a queue: with its envelope it must take at most {MessageText.MaxRequestBytes} bytes of XML, in which &, < and > take 4 or 5 bytes each. Send it by HTTP, without Prefer: respond-async.");

    /// <summary>The host has given the message up, or too many of its attempts were left without an end.</summary>
    public static Problem Poisoned(bool outcomeUnknown) =>
        Problem.Create(
            ProblemKind.Internal,
            StatusCodes.Status500InternalServerError,
            ErrorCodes.Poisoned,
            $"The message was delivered again and again without an end and has been given up{(outcomeUnknown ? "; whether Salesforce executed it is unknown" : "")}.") with
        {
            OutcomeUnknown = outcomeUnknown,
        };

    /// <summary>The invocation's time is over.</summary>
    public static Problem DeadlineOver(TimeSpan time, bool outcomeUnknown) =>
        Problem.Create(
            ProblemKind.NoAnswer,
            StatusCodes.Status504GatewayTimeout,
            ErrorCodes.DeadlineExceeded,
            $"The operation took longer than {time} (Salesforce__InvocationTimeout). Ask for less at a time; for so many records use Salesforce's Bulk API 2.0.{(outcomeUnknown ? " Whether Salesforce executed the call is unknown." : "")}") with
        {
            OutcomeUnknown = outcomeUnknown,
        };

    public static Problem StorageUnavailable { get; } =
        Problem.Create(
            ProblemKind.Internal,
            StatusCodes.Status503ServiceUnavailable,
            ErrorCodes.StorageUnavailable,
            "The connector's storage does not answer. Send the request again, with the same Idempotency-Key if it had one.",
            retryable: true) with
        {
            RetryAfter = TimeSpan.FromSeconds(5),
        };

    public static Problem CorrelationIdReused(string correlationId) => Problem.Create(
        ProblemKind.InvalidPayload,
        StatusCodes.Status422UnprocessableEntity,
        ErrorCodes.CorrelationIdReused,
        $"The correlation id {Quote.Value(correlationId)} was used for another operation or payload before: give each operation its own.");

    public static Problem ResultNotFound(string correlationId) => Problem.Create(
        ProblemKind.InvalidPayload,
        StatusCodes.Status404NotFound,
        ErrorCodes.ResultNotFound,
        $"There is no result under {Quote.Value(correlationId)}: nothing was accepted under it, or its time is over (Queues__ResultLifetime).");
}
