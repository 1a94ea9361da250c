using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Azure.Storage.Queues.Models;
using LocalHost.Rpc;
using Microsoft.AspNetCore.Routing;

namespace LocalHost;

/// <summary>Creates invocation requests for a worker.</summary>
internal static class InvocationRequests
{
    public static InvocationRequest ForHttp(FunctionBinding trigger, RouteValueDictionary routeValues)
    {
        var request = Create(trigger, new TypedData { Http = new RpcHttp() });
        foreach (var (name, value) in routeValues)
        {
            request.TriggerMetadata[name] = new TypedData { String = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "" };
        }

        return request;
    }

    public static InvocationRequest ForQueue(FunctionBinding trigger, QueueMessage message)
    {
        var text = message.Body.ToString();
        var request = Create(trigger, new TypedData { String = text });
        request.TriggerMetadata["QueueTrigger"] = new TypedData { String = text };
        request.TriggerMetadata["Id"] = new TypedData { String = message.MessageId };
        request.TriggerMetadata["PopReceipt"] = new TypedData { String = message.PopReceipt };
        request.TriggerMetadata["DequeueCount"] = Json(message.DequeueCount);
        request.TriggerMetadata["ExpirationTime"] = Json(message.ExpiresOn);
        request.TriggerMetadata["InsertionTime"] = Json(message.InsertedOn);
        request.TriggerMetadata["NextVisibleTime"] = Json(message.NextVisibleOn);
        return request;
    }

    public static InvocationRequest ForTimer(FunctionBinding trigger, DateTimeOffset last, DateTimeOffset next) => Create(
        trigger,
        Json(new
        {
            Schedule = new { AdjustForDST = true },
            ScheduleStatus = new { Last = last, Next = next, LastUpdated = last },
            IsPastDue = false,
        }));

    private static InvocationRequest Create(FunctionBinding trigger, TypedData input) => new()
    {
        InvocationId = Guid.NewGuid().ToString(),
        FunctionId = trigger.Function.FunctionId,
        InputData = { new ParameterBinding { Name = trigger.Name, Data = input } },
        // The worker requires a trace context, which can be empty.
        TraceContext = new RpcTraceContext
        {
            TraceParent = Activity.Current?.Id ?? "",
            TraceState = Activity.Current?.TraceStateString ?? "",
        },
    };

    private static TypedData Json<T>(T value) => new() { Json = JsonSerializer.Serialize(value) };
}
