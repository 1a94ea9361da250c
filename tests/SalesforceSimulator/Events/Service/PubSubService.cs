using Eventbus.V1;
using Grpc.Core;
using SalesforceSimulator.Data;
using SalesforceSimulator.Events.Payloads;
using SalesforceSimulator.Events.Schemas;

namespace SalesforceSimulator.Events.Service;

/// <summary>The Pub/Sub API. Methods of it that are not here answer UNIMPLEMENTED.</summary>
/// <param name="instanceUrl">The <c>instance_url</c> of token replies.</param>
internal sealed class PubSubService(Org org, EventBus bus, Func<string> instanceUrl) : PubSub.PubSubBase
{
    public override async Task<TopicInfo> GetTopic(TopicRequest request, ServerCallContext context)
    {
        var rpcId = await BeginAsync(context, nameof(GetTopic), request.TopicName);
        var topic = FindTopic(request.TopicName, rpcId);
        return new TopicInfo
        {
            TopicName = topic.Name,
            // The form is an assumption.
            TenantGuid = $"core/prod/{Org.Id}",
            CanPublish = topic.CanPublish,
            CanSubscribe = true,
            SchemaId = topic.SchemaId,
            RpcId = rpcId,
        };
    }

    public override async Task<SchemaInfo> GetSchema(SchemaRequest request, ServerCallContext context)
    {
        var rpcId = await BeginAsync(context, nameof(GetSchema), topic: null);
        if (request.SchemaId.Length == 0)
        {
            throw PubSubErrors.ToException(PubSubErrors.EmptySchemaId, rpcId);
        }

        return bus.Catalog.FindSchema(request.SchemaId) is { } schema
            ? new SchemaInfo { SchemaId = schema.Id, SchemaJson = schema.Json, RpcId = rpcId }
            : throw PubSubErrors.ToException(PubSubErrors.SchemaNotFound(request.SchemaId), rpcId);
    }

    public override async Task Subscribe(
        IAsyncStreamReader<FetchRequest> requestStream, IServerStreamWriter<FetchResponse> responseStream, ServerCallContext context)
    {
        bus.CountCall(nameof(Subscribe));
        var rpcId = Guid.NewGuid().ToString();
        Authenticate(context, rpcId);
        if (!await requestStream.MoveNext(context.CancellationToken))
        {
            return;
        }

        var first = requestStream.Current;
        var fault = bus.Faults.Take(nameof(Subscribe), first.TopicName);
        if (fault is { AfterEvents: 0 })
        {
            await FailAsync(context, fault, rpcId);
            if (fault.Status is StatusCode.OK)
            {
                return;
            }
        }

        var topic = FindTopic(first.TopicName, rpcId);
        var subscription = new Subscription(bus, topic, FirstPosition(first, rpcId), org.Time, rpcId)
        {
            Fault = fault is { AfterEvents: > 0 } ? fault : null,
            IsAuthenticated = () => FindSession(context.RequestHeaders) is not null,
        };
        bus.Streams[subscription] = true;
        try
        {
            if (await subscription.RunAsync(requestStream, responseStream, context.CancellationToken) is { } end)
            {
                await FailAsync(context, end, rpcId);
            }
        }
        finally
        {
            bus.Streams.TryRemove(subscription, out _);
        }
    }

    private long FirstPosition(FetchRequest first, string rpcId)
    {
        switch (first.ReplayPreset)
        {
            case ReplayPreset.Earliest:
                return bus.Log.BeforeOldest;
            case ReplayPreset.Custom when first.ReplayId.IsEmpty:
                throw PubSubErrors.ToException(PubSubErrors.ReplayIdMissing, rpcId);
            case ReplayPreset.Custom:
                return ReplayId.Read(first.ReplayId) is { } position && bus.Log.CanBeginAfter(position)
                    ? position
                    : throw PubSubErrors.ToException(PubSubErrors.ReplayIdCorrupted, rpcId);
            default:
                return bus.Log.Newest;
        }
    }

    /// <summary>Counts and checks a call, and applies faults.</summary>
    /// <returns>The call's id, which its reply and its error contain.</returns>
    private async Task<string> BeginAsync(ServerCallContext context, string method, string? topic)
    {
        bus.CountCall(method);
        var rpcId = Guid.NewGuid().ToString();
        Authenticate(context, rpcId);
        if (bus.Faults.Take(method, topic) is { } fault)
        {
            await FailAsync(context, fault, rpcId);
        }

        return rpcId;
    }

    private async Task FailAsync(ServerCallContext context, EventFault fault, string rpcId)
    {
        if (fault.DelayMs > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(fault.DelayMs), org.Time, context.CancellationToken);
        }

        if (fault.Reset)
        {
            context.GetHttpContext().Abort();
            throw new RpcException(new Status(StatusCode.Aborted, "The connection is reset."));
        }

        if (fault.Status is not null and not StatusCode.OK)
        {
            throw PubSubErrors.ToException(fault, rpcId);
        }
    }

    private void Authenticate(ServerCallContext context, string rpcId)
    {
        var headers = context.RequestHeaders;
        if (Missing(headers) is { } missing)
        {
            throw PubSubErrors.ToException(PubSubErrors.HeaderInvalid(missing), rpcId);
        }

        if (FindSession(headers) is null)
        {
            throw PubSubErrors.ToException(PubSubErrors.Authentication, rpcId);
        }
    }

    private static string? Missing(Metadata headers) =>
        string.IsNullOrWhiteSpace(headers.GetValue("accesstoken")) ? "accesstoken"
        : !Uri.TryCreate(headers.GetValue("instanceurl"), UriKind.Absolute, out _) ? "instanceurl"
        : headers.GetValue("tenantid") is not { } tenant || RecordIds.Normalize(tenant) is null ? "tenantid"
        : null;

    /// <summary>The session of a call; <see langword="null"/> if its token has ended or belongs to another org.</summary>
    private Session? FindSession(Metadata headers)
    {
        if (RecordIds.Normalize(headers.GetValue("tenantid")!) != Org.Id
            || new Uri(headers.GetValue("instanceurl")!).Authority != new Uri(instanceUrl()).Authority)
        {
            return null;
        }

        lock (org.Gate)
        {
            return org.FindSession(headers.GetValue("accesstoken")!);
        }
    }

    private Topic FindTopic(string name, string rpcId) =>
        name.Length == 0 ? throw PubSubErrors.ToException(PubSubErrors.EmptyTopic, rpcId)
        : bus.Catalog.FindTopic(name) ?? throw PubSubErrors.ToException(PubSubErrors.TopicNotFound(name), rpcId);
}
