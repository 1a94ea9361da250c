using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Salesforce.Client.Requests;

namespace SalesforceConnector.Operations.Composites;

/// <summary>1 to 25 requests, passed on byte for byte, including references to earlier results (<c>@{refAccount.id}</c>).</summary>
/// <remarks>REST API Developer Guide, "Composite".</remarks>
[Field(
    "Composite request",
    Hint = "A list of up to 25 requests, such as <code>[{method: \"POST\", url: \"/services/data/v67.0/sobjects/Account\", referenceId: \"account\", body: {Name: name}}]</code>. A later one can use <code>@{account.id}</code>. Validate untrusted text before you put it into a URL.")]
[Schema("""{ "type": "array", "minItems": 1, "maxItems": 25, "items": { "$ref": "#/components/schemas/Subrequest" } }""")]
[Schema(
    """
    {
      "type": "object",
      "title": "Subrequest",
      "description": "One request to Salesforce's REST API.",
      "additionalProperties": false,
      "required": ["method", "url", "referenceId"],
      "properties": {
        "method": {
          "type": "string",
          "title": "Method",
          "description": "The HTTP method.",
          "enum": ["GET", "POST", "PATCH", "PUT", "DELETE"]
        },
        "url": {
          "type": "string",
          "title": "URL",
          "description": "A path below /services/data/ and an API version.",
          "pattern": "^/services/data/v[0-9]{1,3}\\.[0-9](/|$)"
        },
        "referenceId": {
          "type": "string",
          "title": "Reference id",
          "description": "The name by which later requests refer to this request's result.",
          "minLength": 1
        },
        "body": { "title": "Body", "description": "The request's body, if it has one." },
        "httpHeaders": {
          "type": "object",
          "title": "Headers",
          "description": "The request's headers.",
          "additionalProperties": {}
        }
      }
    }
    """, Name = "Subrequest")]
[JsonConverter(typeof(Converter))]
public sealed class Subrequests
{
    private const int Most = 25;

    private const string Form = "such as {\"method\":\"GET\",\"url\":\"/services/data/v67.0/limits\",\"referenceId\":\"limits\"}";

    private static readonly string[] Methods = ["GET", "POST", "PATCH", "PUT", "DELETE"];
    private static readonly string[] Members = ["method", "url", "referenceId", "body", "httpHeaders"];

    private Subrequests(ReadOnlyMemory<byte> json, bool areReads) => (Json, AreReads) = (json, areReads);

    /// <summary>The array in UTF-8, as received.</summary>
    internal ReadOnlyMemory<byte> Json { get; }

    /// <summary>Whether all requests are reads.</summary>
    internal bool AreReads { get; }

    internal sealed class Converter : JsonConverter<Subrequests>
    {
        public override Subrequests Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            var array = document.RootElement;
            if (array.ValueKind != JsonValueKind.Array || array.GetArrayLength() is 0 or > Most)
            {
                throw new JsonException($"must be an array of 1 to {Most} subrequests, {Form}");
            }

            var areReads = true;
            var index = 0;
            foreach (var subrequest in array.EnumerateArray())
            {
                areReads &= Check(subrequest, $"[{index++}]") == "GET";
            }

            return new Subrequests(JsonMarshal.GetRawUtf8Value(array).ToArray(), areReads);
        }

        public override void Write(Utf8JsonWriter writer, Subrequests value, JsonSerializerOptions options) =>
            writer.WriteRawValue(value.Json.Span, skipInputValidation: true);

        private static string Check(JsonElement subrequest, string place)
        {
            if (subrequest.ValueKind != JsonValueKind.Object)
            {
                throw new JsonException($"must contain only subrequests, {Form}; {place} is not one");
            }

            if (subrequest.EnumerateObject().FirstOrDefault(member => !Members.Contains(member.Name)) is { Value.ValueKind: not JsonValueKind.Undefined } unknown)
            {
                throw new JsonException($"must contain subrequests with only the members {string.Join(", ", Members)}; {place} has {Quote.Value(unknown.Name)}");
            }

            var method = Text("method");
            if (!Methods.Contains(method))
            {
                throw new JsonException($"must contain subrequests with one of the methods {string.Join(", ", Methods)}; {place} has {Quote.Value(method)}");
            }

            Text("referenceId");
            var url = Text("url");
            return (RestUrl.Complaint(url) ?? (method == "GET" ? RestUrl.ComplaintOfRead(url) : null)) is { } complaint
                ? throw new JsonException($"must contain only subrequests to the REST API; {place}.url {complaint}; got {Quote.Value(url)}")
                : method;

            string Text(string name) =>
                subrequest.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
                    ? text
                    : throw new JsonException($"must contain subrequests with {name}, a non-empty string; {place} has none");
        }
    }
}
