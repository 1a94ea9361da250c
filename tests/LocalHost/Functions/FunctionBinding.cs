using System.Text.Json;
using LocalHost.Rpc;

namespace LocalHost;

/// <summary>A function's trigger, as the worker declares it.</summary>
internal sealed record FunctionBinding(RpcFunctionMetadata Function, string Name, string Type, JsonElement Json)
{
    public const string Http = "httpTrigger";
    public const string Queue = "queueTrigger";
    public const string Timer = "timerTrigger";

    public string? Text(string member) =>
        Json.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public IReadOnlyList<string> Texts(string member) =>
        Json.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Select(element => element.GetString()!)]
            : [];

    /// <summary>The triggers of all functions, in the functions' name order.</summary>
    /// <exception cref="FunctionsHostException">The Functions host would reject a function.</exception>
    public static IReadOnlyList<FunctionBinding> TriggersOf(IEnumerable<RpcFunctionMetadata> functions)
    {
        // Sort before searching for duplicates, so that errors always name the same function.
        var ordered = functions.OrderBy(function => function.Name, StringComparer.OrdinalIgnoreCase).ToList();
        foreach (var function in ordered.Where(function => !FunctionName.IsValid(function.Name)))
        {
            throw Refused(function, "a name is 1 to 128 letters, digits, hyphens and underscores, a letter first");
        }

        foreach (var (first, second) in ordered.Zip(ordered.Skip(1)))
        {
            if (first.Name.Equals(second.Name, StringComparison.OrdinalIgnoreCase))
            {
                throw Refused(second, $"{first.EntryPoint} has the same name");
            }
        }

        return [.. ordered.Select(TriggerOf)];
    }

    public FunctionsHostException Refused(string reason, Exception? innerException = null) => Refused(Function, reason, innerException);

    private static FunctionBinding TriggerOf(RpcFunctionMetadata function)
    {
        var bindings = function.RawBindings.Select(raw => JsonDocument.Parse(raw).RootElement).ToList();
        var triggers = bindings.Where(binding => TypeOf(binding).EndsWith("Trigger", StringComparison.OrdinalIgnoreCase)).ToList();
        return triggers is [var trigger]
            ? new FunctionBinding(function, trigger.GetProperty("name").GetString()!, TypeOf(trigger), trigger)
            : throw Refused(function, "a function has exactly one trigger");
    }

    private static string TypeOf(JsonElement binding) => binding.GetProperty("type").GetString()!;

    private static FunctionsHostException Refused(RpcFunctionMetadata function, string reason, Exception? innerException = null) =>
        new($"Function '{function.Name}' ({function.EntryPoint}): {reason}.", innerException);
}
