using System.Reflection;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Operations;
using SalesforceConnector.Triggers;

namespace Connector.Tests.Drivers;

/// <summary>An operation as the app has it: its functions' attributes and its payload.</summary>
internal sealed record Operation(string Name, string Route, JsonTypeInfo Payload)
{
    public static IReadOnlyList<(string Name, HttpTriggerAttribute Trigger, Type Class)> HttpFunctions { get; } =
    [
        .. from type in typeof(ConnectorServices).Assembly.GetTypes()
           from method in type.GetMethods()
           let function = method.GetCustomAttribute<FunctionAttribute>()
           let trigger = method.GetParameters().Select(parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>()).FirstOrDefault()
           where function is not null && trigger is not null
           select (function.Name, trigger, type),
    ];

    public static IReadOnlyList<Operation> All { get; } =
    [
        .. from function in HttpFunctions
           join operation in OperationTypes.All on function.Class equals operation.Key
           select new Operation(function.Name, function.Trigger.Route!, OperationJson.Default.GetTypeInfo(operation.Value)!),
    ];

    /// <summary>Reads a payload of this operation as the app does.</summary>
    /// <exception cref="InvalidPayloadException">It cannot be used.</exception>
    public void Read(string json) => Reader.Read(json, Payload);
}

/// <summary><see cref="PayloadReader"/> for a type that is known at run time only.</summary>
internal static class Reader
{
    private static readonly MethodInfo Method = typeof(PayloadReader).GetMethod(nameof(PayloadReader.Read))!;

    public static object Read(string json, JsonTypeInfo type) =>
        Method.MakeGenericMethod(type.Type).Invoke(
            null, BindingFlags.DoNotWrapExceptions, null, [new ReadOnlyMemory<byte>(System.Text.Encoding.UTF8.GetBytes(json)), type], null)!;
}
