using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SalesforceSimulator.Requests;

namespace SalesforceSimulator.Records;

/// <summary>Resolves <c>@{ref.path}</c> in a composite call: values from earlier replies.</summary>
internal sealed partial class References
{
    private readonly Dictionary<string, JsonElement?> _replies = new(StringComparer.Ordinal);

    public void Add(string referenceId, JsonElement? reply) => _replies[referenceId] = reply;

    /// <exception cref="ApiException">PROCESSING_HALTED: the value does not exist.</exception>
    public string Resolve(string text) => Reference().Replace(text, match => Find(match) is { ValueKind: JsonValueKind.String } value
        ? value.GetString()!
        : Find(match).GetRawText());

    public JsonNode? Resolve(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                return new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, Resolve(member.Value))));
            case JsonArray items:
                return new JsonArray([.. items.Select(Resolve)]);
            case JsonValue value when value.TryGetValue<string>(out var text):
                // A text that is only a reference becomes the value itself: a number stays a number.
                return Reference().Match(text) is { Success: true } match && match.Length == text.Length
                    ? JsonNode.Parse(Find(match).GetRawText())
                    : Resolve(text);
            default:
                return node?.DeepClone();
        }
    }

    private JsonElement Find(Match match)
    {
        var id = match.Groups["id"].Value;
        var path = match.Groups["path"].Value;
        var at = _replies.GetValueOrDefault(id);
        foreach (Match step in Step().Matches(path))
        {
            at = (at, step.Value) switch
            {
                ({ ValueKind: JsonValueKind.Object } item, ['.', .. var name]) when item.TryGetProperty(name, out var member) => member,
                ({ ValueKind: JsonValueKind.Array } list, ['[', .. var index, ']'])
                    when int.Parse(index, CultureInfo.InvariantCulture) is var i && i < list.GetArrayLength() => list[i],
                _ => null,
            };
        }

        return at is { ValueKind: not JsonValueKind.Null } value
            ? value
            : throw new ApiException(400, new ApiError("PROCESSING_HALTED", $"Invalid reference specified. No value for {id}{path} found in {id}"));
    }

    [GeneratedRegex(@"@\{(?<id>\w+)(?<path>(\.\w+|\[\d{1,6}\])*)\}")]
    private static partial Regex Reference();

    [GeneratedRegex(@"\.\w+|\[\d+\]")]
    private static partial Regex Step();
}
