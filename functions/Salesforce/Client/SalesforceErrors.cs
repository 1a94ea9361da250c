using Microsoft.AspNetCore.Http;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce.Bodies;

namespace SalesforceConnector.Salesforce.Client;

/// <summary>Maps failed calls to problems: by Salesforce's error code first, by the status second.</summary>
/// <remarks>REST API Developer Guide, "Status Codes and Error Responses".</remarks>
internal static class SalesforceErrors
{
    /// <summary>Another record has this value in a field whose values are unique.</summary>
    public const string DuplicateValue = "DUPLICATE_VALUE";

    /// <summary>The requests of a day, of a short period or at a time are used up.</summary>
    public const string RequestLimitExceeded = "REQUEST_LIMIT_EXCEEDED";

    private const string UnableToLockRow = "UNABLE_TO_LOCK_ROW";
    private const string InvalidSession = "INVALID_SESSION_ID";

    // The daily limit. All other limits with this code are on concurrent requests or on a short period.
    private const string DailyLimit = "TotalRequests";

    // Checking the org's transaction security policies timed out, before the transaction started.
    private const string SecurityMetering = "TXN_SECURITY_METERING_ERROR";
    private const string Unknown = " Whether Salesforce executed the call is unknown.";

    // Salesforce does not send Retry-After.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongPause = TimeSpan.FromMinutes(15);

    // Codes of failed triggers and flows. The message contains the code of the cause.
    private static readonly string[] FailuresOfAutomation = ["CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "CANNOT_EXECUTE_FLOW_TRIGGER"];

    // INVALID_SESSION_ID also means a session of the wrong kind, which a new login does not change.
    private static readonly string[] WrongKindOfSession = ["not valid for use with the REST API", "not attached to Agent"];

    /// <summary>Whether a write was rolled back because another transaction had locked a row. It can be retried.</summary>
    /// <param name="code">The error code: of the locked row, or of the trigger or flow that failed on it.</param>
    public static bool IsLockedRow(string? code, string message) =>
        code == UnableToLockRow || (FailuresOfAutomation.Contains(code) && message.Contains(UnableToLockRow, StringComparison.Ordinal));

    /// <summary>Whether an error of Salesforce's means that nothing was executed, and that the same can succeed later.</summary>
    public static bool IsNotExecuted(string code, string message) =>
        code is RequestLimitExceeded or SecurityMetering || IsLockedRow(code, message);

    /// <summary>The problem of several inputs or requests that all failed, none of which was executed.</summary>
    /// <param name="status">The status with which Salesforce refused them.</param>
    /// <param name="errors">The errors of all of them, at least one.</param>
    /// <param name="what">What failed: "inputs (2)".</param>
    public static Problem AllFailed(int status, IReadOnlyList<SalesforceError> errors, string what)
    {
        var first = errors[0];
        var detail = $"Salesforce refused all {what}; the first: {first.ErrorCode}: {first.Message}";
        return errors.All(error => IsNotExecuted(error.ErrorCode, error.Message))
            ? Problem.Create(ProblemKind.Unavailable, StatusCodes.Status503ServiceUnavailable, errors, detail, retryable: true) with
            {
                RetryAfter = errors.Any(error => IsDailyLimit(error.ErrorCode, error.Message)) ? LongPause : Pause,
            }
            : Problem.Create(ProblemKind.Refused, status, errors, detail);
    }

    /// <summary>Maps a reply, from Salesforce or from a proxy, whose status is not a success.</summary>
    /// <param name="body">The reply's whole body.</param>
    /// <param name="retryAfter">The reply's <c>Retry-After</c>, if it has one.</param>
    public static SalesforceException FromReply(int status, byte[] body, TimeSpan? retryAfter, SalesforceCall call)
    {
        if (status == StatusCodes.Status300MultipleChoices && ErrorJson.MatchesOf(body) is { } matches)
        {
            return new SalesforceException(
                Problem.Create(
                    ProblemKind.Refused,
                    StatusCodes.Status409Conflict,
                    ErrorCodes.AmbiguousExternalId,
                    $"The external id stands for {matches.Count} records.") with
                {
                    Matches = matches,
                },
                CallFailure.Refused);
        }

        var json = ErrorJson.Read(body);
        var ofTree = ErrorJson.ErrorsOfTree(json);
        var salesforceErrors = ErrorJson.ErrorsOf(json) ?? ofTree;
        var response = ofTree is not null || (call.IsApex && salesforceErrors is null) ? json : null;
        var code = salesforceErrors is { } first ? ErrorJson.Member(first[0], "errorCode")
            : response is null ? ErrorCodes.UnexpectedReply
            : ErrorCodes.ApexRefused;
        var message = salesforceErrors is { } errors
            ? ErrorJson.Member(errors[0], "message")
            : $"the body is {(response is null ? "not its error JSON" : "the Apex class's own")}: {ErrorBody.Describe(body)}";

        // The first match counts: sessions, limits and locks by their codes, then the status.
        var (kind, replyStatus, failure, pause) = (status, code) switch
        {
            (StatusCodes.Status401Unauthorized, InvalidSession) when !Array.Exists(WrongKindOfSession, message.Contains) =>
                (ProblemKind.Authentication, StatusCodes.Status502BadGateway, CallFailure.SessionInvalid, Pause),
            // An Apex class can return this status after it has changed data.
            (StatusCodes.Status401Unauthorized, _) when call.IsApex && salesforceErrors is null =>
                (ProblemKind.NoAnswer, StatusCodes.Status502BadGateway, CallFailure.NoAnswer, Pause),
            // The status means that the request was not executed (RFC 9110, 15.5.2).
            (StatusCodes.Status401Unauthorized, _) =>
                (ProblemKind.Authentication,
                    StatusCodes.Status502BadGateway,
                    salesforceErrors is null ? CallFailure.SessionInvalid : CallFailure.Refused,
                    Pause),
            // The daily limit does not reset within the seconds that a retry could wait.
            _ when IsDailyLimit(code, message) =>
                (ProblemKind.Unavailable, StatusCodes.Status503ServiceUnavailable, CallFailure.Refused, LongPause),
            _ when IsNotExecuted(code, message) =>
                (ProblemKind.Unavailable, StatusCodes.Status503ServiceUnavailable, CallFailure.NotExecuted, Pause),
            // For a write, only Salesforce can confirm that it was not executed; a proxy cannot.
            (StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable, _)
                when salesforceErrors is not null || (call.IsRead && !call.IsApex) =>
                (ProblemKind.Unavailable, StatusCodes.Status503ServiceUnavailable, CallFailure.NotExecuted, Pause),
            (StatusCodes.Status408RequestTimeout or StatusCodes.Status429TooManyRequests or >= 500, _) =>
                (ProblemKind.NoAnswer, StatusCodes.Status502BadGateway, CallFailure.NoAnswer, Pause),
            ( >= 400, ErrorCodes.ApexRefused) => (ProblemKind.Refused, status, CallFailure.Refused, Pause),
            // A proxy. The outcome of a write is unknown. A read can be retried, unless it is too large for the proxy.
            ( >= 400, _) when salesforceErrors is null && !(call.IsRead && IsTooLarge(status)) =>
                (ProblemKind.NoAnswer, StatusCodes.Status502BadGateway, CallFailure.NoAnswer, Pause),
            ( >= 400, _) => (ProblemKind.Refused, status, CallFailure.Refused, Pause),
            // A redirect. It is not followed, because the token must be sent to this host only.
            _ => (ProblemKind.NoAnswer, StatusCodes.Status502BadGateway, CallFailure.Refused, Pause),
        };

        // A server can redirect after it has executed a request.
        var outcomeUnknown = (failure == CallFailure.NoAnswer || status < 400) && call.OutcomeUnknown;
        var detail = $"Salesforce answered {status} {code}: {message}{(outcomeUnknown ? Unknown : "")}";
        var problem = Problem.Create(
            kind, replyStatus, kind == ProblemKind.Authentication ? ErrorCodes.AuthenticationFailed : code, detail);
        return new SalesforceException(
            problem with
            {
                Errors = salesforceErrors ?? problem.Errors,
                Response = response,
                Matches = salesforceErrors is { } all ? ErrorJson.DuplicatesOf(all) : null,
                Retryable = kind != ProblemKind.Refused && status >= 400,
                OutcomeUnknown = outcomeUnknown,
                RetryAfter = kind == ProblemKind.Unavailable ? retryAfter ?? pause : null,
            },
            failure);
    }

    /// <summary>Maps a failed connection.</summary>
    /// <param name="exception"><see cref="OperationCanceledException"/> means that connecting timed out.</param>
    public static SalesforceException FromConnection(Exception exception, SalesforceCall call) =>
        exception is OperationCanceledException or HttpRequestException
        {
            HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
        }
            ? new SalesforceException(Unreachable($"{call.Target.Org} cannot be reached"), CallFailure.NotExecuted, exception)
            : new SalesforceException(
                NoAnswer(StatusCodes.Status502BadGateway, ErrorCodes.BrokenReply, "The connection to Salesforce broke before the whole reply was there", call),
                CallFailure.NoAnswer,
                exception);

    /// <summary>Maps a reply with a success status whose body does not belong to the call.</summary>
    public static SalesforceException FromUnexpectedReply(Exception exception, SalesforceCall call) =>
        new(
            NoAnswer(StatusCodes.Status502BadGateway, ErrorCodes.UnexpectedReply, exception.Message.TrimEnd('.'), call),
            CallFailure.NoAnswer,
            exception);

    /// <summary>Maps a timeout. The result depends on whether the request had been sent.</summary>
    public static Problem FromTimeout(SalesforceCall call) => call.MayHaveRun
        ? NoAnswer(StatusCodes.Status504GatewayTimeout, ErrorCodes.TimedOut, "Salesforce did not answer in time", call)
        : Unreachable("Salesforce did not take the request in time");

    /// <summary>The problem when the app stops, or the caller disconnects, before the reply.</summary>
    public static Problem FromStop(SalesforceCall call) => call.OutcomeUnknown
        ? NoAnswer(StatusCodes.Status502BadGateway, ErrorCodes.Stopping, "The connector stopped before Salesforce had answered", call)
        : Unavailable(ErrorCodes.Stopping, "The connector is stopping");

    /// <summary>The problem of a call, one of several, that was not started: the time for all was over, or the app stops.</summary>
    public static Problem NotSent => Unavailable(ErrorCodes.Stopping, "The connector is stopping");

    /// <summary>The problem of a record that was not sent, because an earlier record with the same id is still locked.</summary>
    public static Problem RecordWaits { get; } =
        Unavailable(UnableToLockRow, "The row of a record of the same id before it was locked");

    /// <summary>The problem of a call, one of several, when the time for all is over.</summary>
    /// <param name="what">What the calls are for, in the plural.</param>
    public static Problem TimeOver(string what, bool outcomeUnknown) =>
        Problem.Create(
            ProblemKind.NoAnswer,
            StatusCodes.Status504GatewayTimeout,
            ErrorCodes.TimedOut,
            $"The time for all {what} (Salesforce__Timeout) was over.{(outcomeUnknown ? Unknown : " Nothing was executed.")}",
            retryable: true) with
        {
            OutcomeUnknown = outcomeUnknown,
        };

    /// <summary>The problem of a reply without one result per record.</summary>
    public static Problem NoResults(int count) =>
        Problem.Create(
            ProblemKind.NoAnswer,
            StatusCodes.Status502BadGateway,
            ErrorCodes.UnexpectedReply,
            $"Salesforce's reply is not an array of {count} results.{Unknown}",
            retryable: true) with
        {
            OutcomeUnknown = true,
        };

    /// <summary>Adds to a problem that an earlier attempt of the write may have been executed.</summary>
    public static Problem WithEarlierAttempts(Problem problem, SalesforceCall call) =>
        call is { EarlierMayHaveRun: true, IsRead: false } ? problem.WithEarlierAttempt() : problem;

    private static Problem Unreachable(string what) => Unavailable(ErrorCodes.Unavailable, what);

    private static Problem Unavailable(string errorCode, string what) =>
        Problem.Create(
            ProblemKind.Unavailable, StatusCodes.Status503ServiceUnavailable, errorCode, $"{what}; nothing was executed.", retryable: true) with
        {
            RetryAfter = Pause,
        };

    private static Problem NoAnswer(int status, string errorCode, string what, SalesforceCall call) =>
        Problem.Create(
            ProblemKind.NoAnswer, status, errorCode, $"{what}.{(call.OutcomeUnknown ? Unknown : "")}", retryable: true) with
        {
            OutcomeUnknown = call.OutcomeUnknown,
        };

    private static bool IsDailyLimit(string code, string message) =>
        code == RequestLimitExceeded && message.Contains(DailyLimit, StringComparison.OrdinalIgnoreCase);

    private static bool IsTooLarge(int status) =>
        status is StatusCodes.Status413PayloadTooLarge or StatusCodes.Status414UriTooLong or StatusCodes.Status431RequestHeaderFieldsTooLarge;
}
