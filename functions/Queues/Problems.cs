using Microsoft.AspNetCore.Http;
using SalesforceConnector.Salesforce;

namespace SalesforceConnector.Queues;

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

    public static Problem Poisoned { get; } =
        Problem.Create(
            ProblemKind.Internal,
            StatusCodes.Status500InternalServerError,
            ErrorCodes.Poisoned,
            "The message was delivered again and again without an end and has been given up; whether Salesforce executed it is unknown.") with
        {
            OutcomeUnknown = true,
        };

    public static Problem BrokenOff { get; } = Problem.Create(
        ProblemKind.NoAnswer, StatusCodes.Status502BadGateway, ErrorCodes.BrokenReply, "Salesforce's reply broke off.", retryable: true);

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
