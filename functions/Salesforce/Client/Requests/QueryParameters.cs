using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Json;

namespace SalesforceConnector.Salesforce.Client.Requests;

/// <summary>Parameters of a GET, by name: each a string, a number, a boolean, or an array of strings, joined by commas.</summary>
[Field("Query parameters", Hint = "Such as <code>{fields: [\"Name\", \"Industry\"]}</code>.")]
[Schema(
    """
    {
      "type": "object",
      "additionalProperties": {
        "description": "A string, a number, true, false, or an array of strings.",
        "$comment": "A choice of types is more than some generators of clients can say: to them this is any value.",
        "if": {},
        "then": { "type": ["string", "number", "boolean", "array"], "items": { "type": "string" } }
      }
    }
    """)]
[Example("""{"fields": ["Name", "Industry"]}""")]
[JsonConverter(typeof(Converter))]
public sealed class QueryParameters
{
    /// <summary>The parameter that overrides the HTTP method of a request.</summary>
    internal const string OtherMethod = "_HttpMethod";

    private readonly List<KeyValuePair<string, string>> _parameters;

    private QueryParameters(List<KeyValuePair<string, string>> parameters) => _parameters = parameters;

    /// <summary>The query of a URL, encoded, with its question mark; empty if there are no parameters.</summary>
    public string ToQueryString()
    {
        var query = new StringBuilder();
        foreach (var (name, value) in _parameters)
        {
            query.Append(query.Length == 0 ? '?' : '&').Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));
        }

        return query.ToString();
    }

    internal sealed class Converter : JsonConverter<QueryParameters>
    {
        public override QueryParameters Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new JsonException("must be an object of parameter names and values, such as {\"fields\":[\"Name\",\"Industry\"]}");
            }

            if (document.RootElement.EnumerateObject().Any(parameter => parameter.Name.Trim().Equals(OtherMethod, StringComparison.OrdinalIgnoreCase)))
            {
                throw new JsonException($"must not have {OtherMethod}, which would make another method of the read");
            }

            return new QueryParameters(
            [
                .. from parameter in document.RootElement.EnumerateObject()
                   where parameter.Value.ValueKind != JsonValueKind.Null
                   select KeyValuePair.Create(parameter.Name, ReadValue(parameter)),
            ]);
        }

        public override void Write(Utf8JsonWriter writer, QueryParameters value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            foreach (var (name, text) in value._parameters)
            {
                writer.WriteString(name, text);
            }

            writer.WriteEndObject();
        }

        private static string ReadValue(JsonProperty parameter) => parameter.Value switch
        {
            { ValueKind: JsonValueKind.String } text => text.GetString()!,
            { ValueKind: JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False } literal => literal.GetRawText(),
            { ValueKind: JsonValueKind.Array } array when array.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String) =>
                string.Join(',', array.EnumerateArray().Select(item => item.GetString())),
            _ => throw new JsonException(
                $"must have strings, numbers, booleans or arrays of strings as values; {Quote.Value(parameter.Name)} is none of them"),
        };
    }
}
