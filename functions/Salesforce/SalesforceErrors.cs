using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;

namespace SalesforceConnector.Salesforce;

/// <summary>Tells what a failed call means, by Salesforce's own error codes first and by the status second.</summary>
/// <remarks>REST API Developer Guide, "Status Codes and Error Responses".</remarks>
internal static class SalesforceErrors
{
    /// <summary>Somebody else is at the row at the moment.</summary>
    public const string UnableToLockRow = "UNABLE_TO_LOCK_ROW";

    private const string InvalidSession = "INVALID_SESSION_ID";
    private const string RequestLimitExceeded = "REQUEST_LIMIT_EXCEEDED";
    private const string Unknown = " Whether Salesforce executed the call is unknown.";

    // Salesforce sends no Retry-After of its own.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongPause = TimeSpan.FromMinutes(15);

    // INVALID_SESSION_ID is also what a session of the wrong kind is told, and no login changes its kind.
    private static readonly string[] WrongKindOfSession = ["not valid for use with the REST API", "not attached to Agent"];

    /// <summary>Salesforce, or something in front of it, answered with another status than a success.</summary>
    /// <param name="body">The reply's body, whole.</param>
    /// <param name="retryAfter">The reply's <c>Retry-After</c>, if it has one.</param>
    public static SalesforceException FromReply(int status, byte[] body, TimeSpan? retryAfter, SalesforceCall call)
    {
        if (status == StatusCodes.Status300MultipleChoices && ReadMatches(body) is { } matches)
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

        var salesforceErrors = ReadErrors(body);
        var code = salesforceErrors is { } first ? Member(first[0], "errorCode") : ErrorCodes.UnexpectedReply;
        var message = salesforceErrors is { } errors
            ? Member(errors[0], "message")
            : $"the body is not its error JSON: {ErrorBody.Describe(body)}";

        var (kind, replyStatus, failure, pause) = (status, code) switch
        {
            (StatusCodes.Status401Unauthorized, InvalidSession) when !Array.Exists(WrongKindOfSession, message.Contains) =>
                (ProblemKind.Authentication, StatusCodes.Status502BadGateway, CallFailure.SessionInvalid, Pause),
            (StatusCodes.Status401Unauthorized, _) =>
                (ProblemKind.Authentication, StatusCodes.Status502BadGateway, CallFailure.Refused, Pause),
            (_, UnableToLockRow) =>
                (ProblemKind.Unavailable, StatusCodes.Status503ServiceUnavailable, CallFailure.NotExecuted, Pause),
            (_, RequestLimitExceeded) when message.Contains("ConcurrentRequests", StringComparison.OrdinalIgnoreCase) =>
                (ProblemKind.Unavailable, StatusCodes.Status503ServiceUnavailable, CallFailure.NotExecuted, Pause),
            // The limit of a day does not pass in the seconds that a retry inside the call could wait.
            (_, RequestLimitExceeded) =>
                (ProblemKind.Unavailable, StatusCodes.Status503ServiceUnavailable, CallFailure.Refused, LongPause),
            // Of a write, only Salesforce itself can say that it was not executed, not something in front of it.
            (StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable, _)
                when salesforceErrors is not null || call.IsRead =>
                (ProblemKind.Unavailable, StatusCodes.Status503ServiceUnavailable, CallFailure.NotExecuted, Pause),
            (StatusCodes.Status408RequestTimeout or StatusCodes.Status429TooManyRequests or >= 500, _) =>
                (ProblemKind.NoAnswer, StatusCodes.Status502BadGateway, CallFailure.NoAnswer, Pause),
            ( >= 400, _) => (ProblemKind.Refused, status, CallFailure.Refused, Pause),
            // A redirect, which is not followed: the token belongs to this host alone.
            _ => (ProblemKind.NoAnswer, StatusCodes.Status502BadGateway, CallFailure.Refused, Pause),
        };

        var outcomeUnknown = failure == CallFailure.NoAnswer && call.OutcomeUnknown;
        var detail = $"Salesforce answered {status} {code}: {message}{(outcomeUnknown ? Unknown : "")}";
        var problem = Problem.Create(
            kind, replyStatus, kind == ProblemKind.Authentication ? ErrorCodes.AuthenticationFailed : code, detail);
        return new SalesforceException(
            problem with
            {
                Errors = salesforceErrors ?? problem.Errors,
                Matches = salesforceErrors is { } all ? ReadDuplicates(all) : null,
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

    /// <summary>
    /// What the last attempt says is not the whole truth when an earlier one may have been carried out: a status that says
    /// that nothing was does not go out then.
    /// </summary>
    public static Problem WithEarlierAttempts(Problem problem, SalesforceCall call) =>
        call is { EarlierMayHaveRun: true, IsRead: false } && problem is { OutcomeUnknown: false, Status: StatusCodes.Status503ServiceUnavailable }
            ? problem with
            {
                Status = StatusCodes.Status502BadGateway,
                Detail = $"{problem.Detail} An earlier attempt may have been carried out.",
                OutcomeUnknown = true,
                RetryAfter = null,
            }
            : problem;

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

    /// <summary>Salesforce's array of errors, or <see langword="null"/> if the body is anything else.</summary>
    private static JsonElement? ReadErrors(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Array
                && root.GetArrayLength() > 0
                && root.EnumerateArray().All(error => error.ValueKind == JsonValueKind.Object && Member(error, "errorCode").Length > 0)
                && IsValidText(root)
                ? root.Clone()
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    private static IReadOnlyList<string>? ReadMatches(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, SalesforceJson.Default.IReadOnlyListString);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The URLs of the records that a duplicate rule found, or <see langword="null"/> if that is not what is wrong.</summary>
    private static IReadOnlyList<string>? ReadDuplicates(JsonElement errors)
    {
        string[] urls =
        [
            .. from error in errors.EnumerateArray()
               // Salesforce's own spelling, and the one it may mend it to.
               from name in (string[])["duplicateResut", "duplicateResult"]
               from result in Items(error, name, "matchResults")
               from match in Items(result, "matchRecords")
               where match.TryGetProperty("record", out var record)
                   && record.ValueKind == JsonValueKind.Object
                   && record.TryGetProperty("attributes", out _)
               let url = Member(match.GetProperty("record").GetProperty("attributes"), "url")
               where url.Length > 0
               select url,
        ];
        return urls is [] ? null : [.. urls.Distinct()];
    }

    /// <summary>The objects of an array that lies at the end of a way of members; none, if there is no such way.</summary>
    private static IEnumerable<JsonElement> Items(JsonElement element, params ReadOnlySpan<string> way)
    {
        foreach (var name in way)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
            {
                return [];
            }
        }

        return element.ValueKind == JsonValueKind.Array
            ? element.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object)
            : [];
    }

    private static string Member(JsonElement error, string name) =>
        error.ValueKind == JsonValueKind.Object && error.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : "";

    // Text that is not valid Unicode passes the parser, and would fail when the problem is written.
    private static bool IsValidText(JsonElement errors) =>
        Utf8.IsValid(JsonSerializer.SerializeToUtf8Bytes(errors, SalesforceJson.Default.JsonElement));
}
