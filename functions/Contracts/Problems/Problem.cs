using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using SalesforceConnector.Contracts.Annotations;

namespace SalesforceConnector.Contracts.Problems;

/// <summary>Why an operation failed (RFC 9457). A process can branch on <c>errorCode</c> and <c>retryable</c>.</summary>
/// <remarks>
/// RFC 9457, application/problem+json, with extension members. Always one JSON object: Camunda's REST connector drops an
/// error body that is an array with several entries.
/// </remarks>
[Example(
    """
    {
      "type": "urn:salesforce-connector:problem:salesforce-refused",
      "title": "Salesforce refused the request",
      "status": 400,
      "detail": "Salesforce answered 400 DUPLICATE_VALUE: duplicate value found: External_Id__c duplicates value on record with id: 001R0000005hDFY",
      "errorCode": "DUPLICATE_VALUE",
      "errors": [
        {
          "message": "duplicate value found: External_Id__c duplicates value on record with id: 001R0000005hDFY",
          "errorCode": "DUPLICATE_VALUE",
          "fields": []
        }
      ],
      "retryable": false
    }
    """)]
public sealed record Problem
{
    /// <summary>The media type of a problem.</summary>
    public const string MediaType = "application/problem+json";

    /// <summary>A URN that identifies the kind of problem.</summary>
    public required string Type { get; init; }

    /// <summary>A short title, the same for all problems of one kind.</summary>
    public required string Title { get; init; }

    /// <summary>The HTTP status of the reply.</summary>
    [Range(300, 599)]
    public required int Status { get; init; }

    /// <summary>What went wrong in this case, and what is expected instead.</summary>
    public required string Detail { get; init; }

    /// <summary>Salesforce's error code (the first one, if there are several) or one of the connector's.</summary>
    [Schema("""{ "anyOf": [{ "$ref": "#/components/schemas/ErrorCode" }, { "type": "string" }] }""")]
    public required string ErrorCode { get; init; }

    /// <summary>All errors, in the form of Salesforce's error array. Salesforce's own are unchanged.</summary>
    [Schema("""{ "type": "array", "items": { "$ref": "#/components/schemas/SalesforceError" } }""")]
    public required JsonElement Errors { get; init; }

    /// <summary>Whether the same request can succeed later.</summary>
    public required bool Retryable { get; init; }

    /// <summary>For writes: <see langword="true"/> if Salesforce may have executed the request.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool OutcomeUnknown { get; init; }

    /// <summary>The URLs of the records that the external id matches, or that the new record would duplicate.</summary>
    public IReadOnlyList<string>? Matches { get; init; }

    /// <summary>
    /// Salesforce's reply, unchanged, if it contains more than <see cref="Errors"/>: an Apex class's own JSON, or the failed
    /// records of a tree.
    /// </summary>
    public JsonElement? Response { get; init; }

    /// <summary>When to retry; sent as the header <c>Retry-After</c>.</summary>
    [JsonIgnore]
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The same problem for a write that may have been executed: status 502, or 504 for a timeout.</summary>
    public Problem WithUnknownOutcome() => OutcomeUnknown
        ? this
        : this with
        {
            Status = Status == StatusCodes.Status504GatewayTimeout ? Status : StatusCodes.Status502BadGateway,
            OutcomeUnknown = true,
            RetryAfter = null,
        };

    /// <summary>
    /// The same problem for a write with an earlier attempt that may have been executed: whatever the last attempt reports,
    /// the outcome is unknown.
    /// </summary>
    public Problem WithEarlierAttempt() => OutcomeUnknown
        ? this
        : WithUnknownOutcome().Add("An earlier attempt may have been carried out.");

    /// <summary>The same problem with a further sentence in its detail.</summary>
    public Problem Add(string sentence) => this with { Detail = Join(Detail, sentence) };

    /// <summary>Puts a sentence behind a detail, which ends with a full stop or without one, as Salesforce's messages do.</summary>
    public static string Join(string detail, string sentence) => $"{detail}{(detail.AsSpan().TrimEnd() is [.., '.' or '!' or '?'] ? "" : ".")} {sentence}";

    /// <summary>A shorter form: the detail is cut, and Salesforce's own errors are left out.</summary>
    public Problem Shorten(int maxDetail)
    {
        const int MaxCode = 100;
        var detail = Cut(Detail, maxDetail);
        var code = Cut(ErrorCode, MaxCode);
        return this with { Detail = detail, ErrorCode = code, Response = null, Errors = ToJson([new SalesforceError(detail, code)]) };
    }

    // Does not split a surrogate pair.
    private static string Cut(string text, int max) =>
        text.Length <= max ? text : text[..(char.IsHighSurrogate(text[max - 1]) ? max - 1 : max)] + "…";

    public static Problem Create(ProblemKind kind, int status, string errorCode, string detail, bool retryable = false) =>
        Create(kind, status, [new SalesforceError(detail, errorCode)], detail, retryable);

    /// <summary>Creates a problem whose <see cref="Errors"/> are <paramref name="errors"/>, at least one.</summary>
    public static Problem Create(
        ProblemKind kind, int status, IReadOnlyList<SalesforceError> errors, string detail, bool retryable = false) =>
        new()
        {
            Type = kind.Type,
            Title = kind.Title,
            Status = status,
            Detail = detail,
            ErrorCode = errors[0].ErrorCode,
            Errors = ToJson(errors),
            Retryable = retryable,
        };

    private static JsonElement ToJson(IReadOnlyList<SalesforceError> errors) =>
        JsonSerializer.SerializeToElement(errors, ProblemJson.Default.IReadOnlyListSalesforceError);
}

/// <summary>One entry of Salesforce's error array.</summary>
/// <remarks>REST API Developer Guide, "Status Codes and Error Responses".</remarks>
public sealed record SalesforceError(string Message, string ErrorCode, IReadOnlyList<string>? Fields = null);

/// <summary>A kind of problem, with its URN and title.</summary>
public sealed record ProblemKind
{
    public static readonly ProblemKind InvalidPayload = new("invalid-payload", "The payload is not valid");
    public static readonly ProblemKind Forbidden = new("caller-not-allowed", "The caller may not use the org");
    public static readonly ProblemKind Refused = new("salesforce-refused", "Salesforce refused the request");
    public static readonly ProblemKind Authentication = new("salesforce-authentication", "Salesforce refused the connector's credentials");
    public static readonly ProblemKind Unavailable = new("salesforce-unavailable", "Salesforce is not available; the request was not executed");
    public static readonly ProblemKind NoAnswer = new("salesforce-no-answer", "Salesforce sent no usable reply");
    public static readonly ProblemKind KeyVault = new("key-vault", "The org's secrets could not be read");
    public static readonly ProblemKind Receiver = new("event-receiver", "The receiver of an event did not take it");
    public static readonly ProblemKind InProgress = new("in-progress", "A request with the same key is in progress");
    public static readonly ProblemKind ResultNotFound = new("result-not-found", "There is no such result");
    public static readonly ProblemKind Internal = new("internal", "The connector failed");

    private ProblemKind(string name, string title)
    {
        Type = $"urn:salesforce-connector:problem:{name}";
        Title = title;
    }

    public string Type { get; }

    public string Title { get; }
}

/// <summary>The operation failed. The problem is reported to the caller.</summary>
public class ConnectorException(Problem problem, Exception? innerException = null)
    : Exception(problem.Detail, innerException)
{
    public Problem Problem { get; } = problem;
}
