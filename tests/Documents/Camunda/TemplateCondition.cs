using System.Text.Json;
using System.Text.Json.Nodes;

namespace Documents.Camunda;

/// <summary>Conditions under which the template shows a property.</summary>
internal static class TemplateCondition
{
    /// <param name="operations">The operations that it is shown for; none stands for all.</param>
    /// <param name="other">What must hold besides.</param>
    /// <returns><see langword="null"/> if it is always shown.</returns>
    public static JsonObject? Of(IReadOnlyList<string> operations, JsonObject? other = null) => (operations.Count, other) switch
    {
        (0, _) => other,
        (_, null) => OneOf(operations),
        _ => new JsonObject { ["allMatch"] = new JsonArray(OneOf(operations), other) },
    };

    public static JsonObject Equal(string field, object? value) => Simple(field, "equals", JsonSerializer.SerializeToNode(value)!);

    public static JsonObject IsEmpty(string field, bool isEmpty) => Simple(field, "isEmpty", isEmpty);

    private static JsonObject OneOf(IReadOnlyList<string> operations) => operations.Count == 1
        ? Equal("operation", operations[0])
        : Simple("operation", "oneOf", new JsonArray([.. operations.Select(operation => (JsonNode)operation)]));

    private static JsonObject Simple(string field, string comparison, JsonNode value) =>
        new() { ["type"] = "simple", ["property"] = field, [comparison] = value };
}
