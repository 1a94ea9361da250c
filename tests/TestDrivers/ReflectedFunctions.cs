using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;

namespace TestDrivers;

/// <summary>Declares the functions of a few classes to the worker, as its generated code does for those of an app.</summary>
internal sealed class ReflectedFunctions(IReadOnlyList<Type> classes) : IFunctionMetadataProvider
{
    public Task<ImmutableArray<IFunctionMetadata>> GetFunctionMetadataAsync(string directory) => Task.FromResult<ImmutableArray<IFunctionMetadata>>(
    [
        .. from type in classes
           from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
           let function = method.GetCustomAttribute<FunctionAttribute>()
           where function is not null
           select Declare(function.Name, type, method),
    ]);

    private static DefaultFunctionMetadata Declare(string name, Type type, MethodInfo method) => new()
    {
        Language = "dotnet-isolated",
        Name = name,
        EntryPoint = $"{type.FullName}.{method.Name}",
        ScriptFile = Path.GetFileName(type.Assembly.Location),
        RawBindings =
        [
            .. from parameter in method.GetParameters()
               from attribute in parameter.GetCustomAttributes()
               let binding = Bind(parameter.Name!, attribute)
               where binding is not null
               select binding.ToJsonString(),
            .. typeof(IResult).IsAssignableFrom(method.ReturnType) || method.ReturnType == typeof(Task<IResult>)
                ? (string[])["""{"name":"$return","type":"http","direction":"Out"}"""]
                : [],
        ],
    };

    private static JsonObject? Bind(string name, Attribute attribute) => attribute switch
    {
        HttpTriggerAttribute http => WithoutNulls(new()
        {
            ["name"] = name,
            ["type"] = "httpTrigger",
            ["direction"] = "In",
            ["authLevel"] = http.AuthLevel.ToString(),
            ["methods"] = http.Methods is null ? null : JsonSerializer.SerializeToNode(http.Methods),
            ["route"] = http.Route,
        }),
        QueueTriggerAttribute queue => WithoutNulls(new()
        {
            ["name"] = name,
            ["type"] = "queueTrigger",
            ["direction"] = "In",
            ["queueName"] = queue.QueueName,
            ["connection"] = queue.Connection,
            ["dataType"] = "String",
        }),
        TimerTriggerAttribute timer => new JsonObject
        {
            ["name"] = name,
            ["type"] = "timerTrigger",
            ["direction"] = "In",
            ["schedule"] = timer.Schedule,
        },
        _ => null,
    };

    private static JsonObject WithoutNulls(JsonObject binding)
    {
        foreach (var (name, _) in binding.Where(member => member.Value is null).ToList())
        {
            binding.Remove(name);
        }

        return binding;
    }
}
