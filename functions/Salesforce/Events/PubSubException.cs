using Grpc.Core;

namespace SalesforceConnector.Salesforce.Events;

/// <summary>A call of the Pub/Sub API failed, or a stream ended.</summary>
internal sealed class PubSubException : Exception
{
    private const string CodeTrailer = "error-code";
    private const string CodePrefix = "sfdc.platform.eventbus.grpc.";

    private PubSubException(PubSubFailure failure, string code, Exception? cause)
        : base($"{failure} ({code})", cause) => (Failure, Code) = (failure, code);

    public PubSubFailure Failure { get; }

    /// <summary>Salesforce's error code without its prefix; gRPC's status if there is none.</summary>
    public string Code { get; }

    /// <summary>The server has ended a stream without an error.</summary>
    public static PubSubException Ended() => new(PubSubFailure.Transient, "stream.ended", null);

    public static PubSubException From(RpcException exception)
    {
        // Names only, as the code becomes part of logs and metrics.
        var code = exception.Trailers.GetValue(CodeTrailer) is { Length: > 0 and <= 200 } given && given.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-')
            ? given.StartsWith(CodePrefix, StringComparison.Ordinal) ? given[CodePrefix.Length..] : given
            : exception.StatusCode.ToString();
        return new PubSubException(Classify(code, exception.StatusCode), code, exception);
    }

    /// <remarks>Pub/Sub API documentation, "Handle Errors".</remarks>
    private static PubSubFailure Classify(string code, StatusCode status) => code switch
    {
        "service.auth.error" or "service.auth.headers.invalid" => PubSubFailure.Session,
        "subscription.fetch.replayid.corrupted" or "subscription.fetch.replayid.validation.failed" => PubSubFailure.PositionLost,
        "subscription.limit.exceeded" or "concurrent.client.limit.exceeded" or "service.tenant.license" => PubSubFailure.LimitReached,
        "topic.not.found" or "topic.meta.permission" or "subscription.topic.cannot.subscribe" => PubSubFailure.NotSetUp,
        _ => status switch
        {
            StatusCode.Unauthenticated => PubSubFailure.Session,
            StatusCode.NotFound or StatusCode.PermissionDenied => PubSubFailure.NotSetUp,
            _ => PubSubFailure.Transient,
        },
    };
}

/// <summary>What to do about a failure of the Pub/Sub API.</summary>
internal enum PubSubFailure
{
    /// <summary>Try again, with increasing pauses.</summary>
    Transient,

    /// <summary>Try again with a new access token.</summary>
    Session,

    /// <summary>The replay id is not known any more: events are lost, and the subscription starts from the earliest one.</summary>
    PositionLost,

    /// <summary>The org's event deliveries or subscribers are used up.</summary>
    LimitReached,

    /// <summary>The topic does not exist, or the user may not subscribe to it.</summary>
    NotSetUp,
}
