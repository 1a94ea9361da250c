using Microsoft.AspNetCore.Http;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce.Bodies;

namespace SalesforceConnector.Salesforce.Client;

/// <summary>Tells what a failed call means, by Salesforce's own error codes first and by the status second.</summary>
/// <remarks>REST API Developer Guide, "Status Codes and Error Responses".</remarks>
internal static class SalesforceErrors
{
    /// <summary>Another record has this value in a field whose values are unique.</summary>
    public const string DuplicateValue = "DUPLICATE_VALUE";

    private const string UnableToLockRow = "UNABLE_TO_LOCK_ROW";
    private const string InvalidSession = "INVALID_SESSION_ID";
    private const string RequestLimitExceeded = "REQUEST_LIMIT_EXCEEDED";

    // The one limit of a day; all others are of requests at the same time, or in a short while.
    private const string DailyLimit = "TotalRequests";

    // The time for checking a transaction against the org's security policies was over, so that it was not begun.
    private const string SecurityMetering = "TXN_SECURITY_METERING_ERROR";
    private const string Unknown = " Whether Salesforce executed the call is unknown.";

    // Salesforce sends no Retry-After of its own.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongPause = TimeSpan.FromMinutes(15);

    // What a trigger or a flow failed at; the message has the code of the failure itself.
    private static readonly string[] FailuresOfAutomation = ["CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "CANNOT_EXECUTE_FLOW_TRIGGER"];

    // INVALID_SESSION_ID is also what a session of the wrong kind is told, and no login changes its kind.
    private static readonly string[] WrongKindOfSession = ["not valid for use with the REST API", "not attached to Agent"];

    /// <summary>Whether a row was held by somebody else, so that the write was rolled back and may succeed in a moment.</summary>
    /// <param name="code">The error's code, which is that of the row itself or of the automation that met it.</param>
    public static bool IsLockedRow(string? code, string message) =>
        code == UnableToLockRow || (FailuresOfAutomation.Contains(code) && message.Contains(UnableToLockRow, StringComparison.Ordinal));

    /// <summary>Salesforce, or something in front of it, answered with another status than a success.</summary>
    /// <param name="body">The reply's body, whole.</param>
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

        var (kind, replyStatus, failure, pause) = (status, code) switch
        {
            (StatusCodes.Status401Unauthorized, InvalidSession) when !Array.Exists(WrongKindOfSession, message.Contains) =>
                (ProblemKind.Authentication, StatusCodes.Status502BadGateway, CallFailure.SessionInvalid, Pause),
            // An Apex class may use this status for what it likes, after it has done what it likes.
            (StatusCodes.Status401Unauthorized, _) when call.IsApex && salesforceErrors is null =>
                (ProblemKind.NoAnswer, StatusCodes.Status502BadGateway, CallFailure.NoAnswer, Pause),
            // The status alone says that the request was not carried out for want of credentials (RFC 9110, 15.5.2).
            (StatusCodes.Status401Unauthorized, _) =>
                (ProblemKind.Authentication,
                    StatusCodes.Status502BadGateway,
                    salesforceErrors is null ? CallFailure.SessionInvalid : CallFailure.Refused,
                    Pause),
            // The limit of a day does not pass in the seconds that a retry inside the call could wait.
            (_, RequestLimitExceeded) when message.Contains(DailyLimit, StringComparison.OrdinalIgnoreCase) =>
                (ProblemKind.Unavailable, StatusCodes.Status503ServiceUnavailable, CallFailure.Refused, LongPause),
            _ when code is RequestLimitExceeded or SecurityMetering || IsLockedRow(code, message) =>
                (ProblemKind.Unavailable, StatusCodes.Status503ServiceUnavailable, CallFailure.NotExecuted, Pause),
            // Of a write, only Salesforce itself can say that it was not executed, not something in front of it.
            (StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable, _)
                when salesforceErrors is not null || (call.IsRead && !call.IsApex) =>
                (ProblemKind.Unavailable, StatusCodes.Status503ServiceUnavailable, CallFailure.NotExecuted, Pause),
            (StatusCodes.Status408RequestTimeout or StatusCodes.Status429TooManyRequests or >= 500, _) =>
                (ProblemKind.NoAnswer, StatusCodes.Status502BadGateway, CallFailure.NoAnswer, Pause),
            ( >= 400, ErrorCodes.ApexRefused) => (ProblemKind.Refused, status, CallFailure.Refused, Pause),
            // Something in front of Salesforce: it proves nothing of a write, and may let a read pass the next time, but for
            // one that is too large for it.
            ( >= 400, _) when salesforceErrors is null && !(call.IsRead && IsTooLarge(status)) =>
                (ProblemKind.NoAnswer, StatusCodes.Status502BadGateway, CallFailure.NoAnswer, Pause),
            ( >= 400, _) => (ProblemKind.Refused, status, CallFailure.Refused, Pause),
            // A redirect, which is not followed: the token belongs to this host alone.
            _ => (ProblemKind.NoAnswer, StatusCodes.Status502BadGateway, CallFailure.Refused, Pause),
        };

        // A redirect may follow upon what was done.
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

    /// <summary>The connection failed, before or after the request was sent.</summary>
    /// <param name="exception">A cancellation stands for a connection that could not be made in time.</param>
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

    /// <summary>The reply has a status of success, and a body that is not the call's.</summary>
    public static SalesforceException FromUnexpectedReply(Exception exception, SalesforceCall call) =>
        new(
            NoAnswer(StatusCodes.Status502BadGateway, ErrorCodes.UnexpectedReply, exception.Message.TrimEnd('.'), call),
            CallFailure.NoAnswer,
            exception);

    /// <summary>Time ran out; what that means depends on whether the request had been sent.</summary>
    public static Problem FromTimeout(SalesforceCall call) => call.MayHaveRun
        ? NoAnswer(StatusCodes.Status504GatewayTimeout, ErrorCodes.TimedOut, "Salesforce did not answer in time", call)
        : Unreachable("Salesforce did not take the request in time");

    /// <summary>The app stops, or the caller gave up, before there was a reply.</summary>
    public static Problem FromStop(SalesforceCall call) => call.OutcomeUnknown
        ? NoAnswer(StatusCodes.Status502BadGateway, ErrorCodes.Stopping, "The connector stopped before Salesforce had answered", call)
        : Unavailable(ErrorCodes.Stopping, "The connector is stopping");

    /// <summary>A call out of several that was not begun, as the time for all was over or the connector stopped.</summary>
    public static Problem NotSent => Unavailable(ErrorCodes.Stopping, "The connector is stopping");

    /// <summary>A record out of several that was not sent, as one before it of the same id could not be written yet.</summary>
    public static Problem RecordWaits { get; } =
        Unavailable(UnableToLockRow, "The row of a record of the same id before it was locked");

    /// <summary>The time for several calls was over.</summary>
    public static string TimeForAllOver(bool outcomeUnknown) =>
        $"The time for all records (Salesforce__Timeout) was over.{(outcomeUnknown ? Unknown : " Nothing was executed.")}";

    /// <summary>A reply that should have had a result for each of so many records.</summary>
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

    /// <summary>What a failed call says to its caller, with what earlier attempts of a write may have done.</summary>
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

    private static bool IsTooLarge(int status) =>
        status is StatusCodes.Status413PayloadTooLarge or StatusCodes.Status414UriTooLong or StatusCodes.Status431RequestHeaderFieldsTooLarge;
}
