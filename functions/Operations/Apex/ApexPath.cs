using System.Text.Json;
using System.Text.Json.Serialization;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Salesforce.Client.Requests;

namespace SalesforceConnector.Operations.Apex;

/// <summary>
/// The path of an Apex REST resource under <c>/services/apexrest/</c>: its segments, each of any characters, or a string of
/// segments with slashes between them. Each segment is encoded. None may be empty, <c>.</c> or <c>..</c>.
/// </summary>
[Field(
    "Path",
    Hint = "Under <code>/services/apexrest/</code>. Values from outside go in as segments of a list, such as <code>=[\"orders\", order.number]</code>.",
    Placeholder = "orders/4711")]
[Schema(
    """
    {
      "$comment": "A choice of types is more than some generators of clients can say: to them this is any value.",
      "if": {},
      "then": {
        "anyOf": [
          { "type": "string", "minLength": 1 },
          { "type": "array", "minItems": 1, "maxItems": 50, "items": { "type": ["string", "number"] } }
        ]
      }
    }
    """)]
[Example("""["orders", "4711"]""")]
[Example("\"orders/4711\"")]
[JsonConverter(typeof(Converter))]
public sealed class ApexPath
{
    private const int MostSegments = 50;
    private const string Root = "/services/apexrest";

    private ApexPath(IReadOnlyList<string> segments) => Segments = segments;

    /// <summary>The path from the host's root, encoded.</summary>
    internal string Path => $"{Root}/{string.Join('/', Segments.Select(Uri.EscapeDataString))}";

    private IReadOnlyList<string> Segments { get; }

    internal sealed class Converter : JsonConverter<ApexPath>
    {
        public override ApexPath Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            string[] segments = document.RootElement.ValueKind switch
            {
                JsonValueKind.String => ReadText(document.RootElement.TextOrNull()),
                JsonValueKind.Array => [.. document.RootElement.EnumerateArray().Select(ReadSegment)],
                _ => throw new JsonException("must be a string such as orders/4711, or an array of segments such as [\"orders\",\"4711\"]"),
            };
            if (segments.Length is 0 or > MostSegments || segments.Any(string.IsNullOrWhiteSpace))
            {
                throw new JsonException($"must have 1 to {MostSegments} segments, none of them empty");
            }

            var path = new ApexPath(segments);
            return RestUrl.ComplaintOfPath(path.Path, isAllowed: _ => true) is { } complaint ? throw new JsonException(complaint) : path;
        }

        public override void Write(Utf8JsonWriter writer, ApexPath value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            foreach (var segment in value.Segments)
            {
                writer.WriteStringValue(segment);
            }

            writer.WriteEndArray();
        }

        private static string[] ReadText(string? text) => text switch
        {
            null => throw new JsonException("must be of valid Unicode"),
            // Encoded, the ? would become part of the path, and the parameters after it would be lost.
            _ when text.Contains('?', StringComparison.Ordinal) =>
                throw new JsonException("must have no ?: parameters go into query; a segment with a ? goes into an array of segments"),
            ['/', .. var rest] => rest.Split('/'),
            _ => text.Split('/'),
        };

        private static string ReadSegment(JsonElement segment) => segment.ValueKind switch
        {
            JsonValueKind.String => segment.TextOrNull() ?? throw new JsonException("must have segments of valid Unicode"),
            JsonValueKind.Number => segment.GetRawText(),
            _ => throw new JsonException("must have strings and numbers as segments"),
        };
    }
}
