using Grpc.Core;

namespace SalesforceSimulator.Events.Service;

/// <summary>The errors of the Pub/Sub API. Those statuses that no source names are assumptions.</summary>
/// <remarks>Pub/Sub API, "Handle Errors".</remarks>
internal static class PubSubErrors
{
    private const string Prefix = "sfdc.platform.eventbus.grpc.";

    public static readonly EventFault Unavailable = Error(StatusCode.Unavailable, "service.unavailable", "The service is unavailable.");

    public static readonly EventFault Authentication =
        Error(StatusCode.Unauthenticated, "service.auth.error", "An authentication exception occurred. Provide valid authentication via metadata headers.");

    public static readonly EventFault EmptyTopic =
        Error(StatusCode.InvalidArgument, "topic.validation.empty", "Topic validation failed. The topic name can't be blank.");

    public static readonly EventFault EmptySchemaId =
        Error(StatusCode.InvalidArgument, "schema.validation.failed", "Schema validation failed. The schema ID can't be blank.");

    public static readonly EventFault ReplayIdMissing =
        Error(StatusCode.InvalidArgument, "subscription.fetch.replayid.validation.failed", "The replay ID is required if the replay preset is CUSTOM.");

    public static readonly EventFault ReplayIdCorrupted =
        Error(StatusCode.InvalidArgument, "subscription.fetch.replayid.corrupted", "The Replay ID validation failed. Ensure that the Replay ID is valid.");

    public static readonly EventFault NothingRequested =
        Error(StatusCode.InvalidArgument, "subscription.fetch.requested.events.invalid", "The number of requested events must be greater than zero.");

    public static readonly EventFault TopicChanged =
        Error(StatusCode.InvalidArgument, "subscription.fetch.topic.mismatch", "The topic name differs from that of the first request.");

    public static readonly EventFault LimitExceeded =
        Error(StatusCode.ResourceExhausted, "subscription.limit.exceeded", "The event delivery limit of 24 hours is exceeded.");

    public static EventFault HeaderInvalid(string header) =>
        Error(StatusCode.Unauthenticated, "service.auth.headers.invalid", $"The authentication header {header} is invalid or blank.");

    public static EventFault TopicNotFound(string topic) => Error(StatusCode.NotFound, "topic.not.found", $"The topic {topic} doesn't exist.");

    public static EventFault SchemaNotFound(string id) => Error(StatusCode.NotFound, "schema.meta.permission", $"The schema {id} can't be accessed.");

    /// <summary>The exception that makes a call fail.</summary>
    public static RpcException ToException(EventFault fault, string rpcId)
    {
        var status = fault.Status ?? StatusCode.Unknown;
        var trailers = new Metadata();
        if (fault.ErrorCode is { } code)
        {
            trailers.Add("error-code", code.StartsWith(Prefix, StringComparison.Ordinal) ? code : Prefix + code);

            // The trailer is documented, and its name is an assumption.
            trailers.Add("rpc-id", rpcId);
        }

        return new RpcException(new Status(status, $"{fault.Message ?? fault.ErrorCode ?? status.ToString()} rpcId: {rpcId}"), trailers);
    }

    private static EventFault Error(StatusCode status, string code, string message) => new() { Status = status, ErrorCode = code, Message = message };
}
