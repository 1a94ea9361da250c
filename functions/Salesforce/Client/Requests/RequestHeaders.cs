using System.Text.Json;
using System.Text.Json.Serialization;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Json;

namespace SalesforceConnector.Salesforce.Client.Requests;

/// <summary>
/// Headers that a caller sets on its own request (the connector's are in <see cref="WriteOptionHeaders"/>): only conditions, Salesforce's options and tracing. A value can have up to 1,000 visible ASCII
/// characters and spaces.
/// </summary>
/// <remarks>REST API Developer Guide, "Headers".</remarks>
[Field("Headers", Hint = "Such as <code>{\"Sforce-Query-Options\": \"batchSize=200\"}</code>.", Group = FormGroup.Options)]
[Schema(
    """
    {
      "type": "object",
      "additionalProperties": { "type": "string", "maxLength": 1000 }
    }
    """)]
[Example("""{"Sforce-Query-Options": "batchSize=200"}""")]
[JsonConverter(typeof(Converter))]
public sealed class RequestHeaders
{
    private const int LongestValue = 1_000;
    private const string PackageVersion = "x-sfdc-packageversion-";

    private static readonly string[] Names =
    [
        "Accept", "Accept-Language", "Idempotency-Key", "If-Match", "If-Modified-Since", "If-None-Match", "If-Unmodified-Since",
        "Sforce-Auto-Assign", "Sforce-Call-Options", "Sforce-Duplicate-Rule-Header", "Sforce-Mru", "Sforce-Query-Options",
        "X-Chatter-Entity-Encoding", "X-Correlation-Id", "X-Request-Id",
    ];

    private readonly List<KeyValuePair<string, string>> _headers;

    private RequestHeaders(List<KeyValuePair<string, string>> headers) => _headers = headers;

    internal IReadOnlyList<KeyValuePair<string, string>> All => _headers;

    internal sealed class Converter : JsonConverter<RequestHeaders>
    {
        public override RequestHeaders Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new JsonException("must be an object of header names and values, such as {\"Sforce-Query-Options\":\"batchSize=200\"}");
            }

            List<KeyValuePair<string, string>> headers = [];
            foreach (var header in document.RootElement.EnumerateObject().Where(header => header.Value.ValueKind != JsonValueKind.Null))
            {
                if (!IsAllowed(header.Name))
                {
                    throw new JsonException(
                        $"must have no header but {string.Join(", ", Names)} and {PackageVersion}namespace; got {Quote.Value(header.Name)}");
                }

                if (headers.Exists(known => known.Key.Equals(header.Name, StringComparison.OrdinalIgnoreCase)))
                {
                    throw new JsonException($"must have each header once; {Quote.Value(header.Name)} is there twice");
                }

                headers.Add(KeyValuePair.Create(header.Name, ReadValue(header)));
            }

            return new RequestHeaders(headers);
        }

        public override void Write(Utf8JsonWriter writer, RequestHeaders value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            foreach (var (name, text) in value._headers)
            {
                writer.WriteString(name, text);
            }

            writer.WriteEndObject();
        }

        private static bool IsAllowed(string name) =>
            Names.Contains(name, StringComparer.OrdinalIgnoreCase)
            || (name.StartsWith(PackageVersion, StringComparison.OrdinalIgnoreCase)
                && name.Length > PackageVersion.Length
                && name[PackageVersion.Length..].All(c => char.IsAsciiLetterOrDigit(c) || c == '_'));

        // Excludes characters that end a header, or that servers interpret differently.
        private static string ReadValue(JsonProperty header) =>
            header.Value.ValueKind == JsonValueKind.String
            && header.Value.TextOrNull() is { Length: > 0 and <= LongestValue } text
            && text.All(c => c is >= ' ' and <= '~')
            && text.Trim() == text
                ? text
                : throw new JsonException(
                    $"must have strings of 1 to {LongestValue} visible ASCII characters and inner spaces as values; that of {Quote.Value(header.Name)} is none");
    }
}
