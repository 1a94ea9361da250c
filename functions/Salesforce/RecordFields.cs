using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SalesforceConnector.Salesforce;

/// <summary>Field values of a record, as a JSON object kept byte for byte: no number re-rounded, no <c>null</c> lost.</summary>
[JsonConverter(typeof(Converter))]
public sealed class RecordFields
{
    private RecordFields(byte[] json) => Json = json;

    /// <summary>The JSON object in UTF-8, as it was sent.</summary>
    public ReadOnlyMemory<byte> Json { get; }

    internal sealed class Converter : JsonConverter<RecordFields>
    {
        public override RecordFields Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw new JsonException("must be an object of field names and values, such as {\"Name\":\"Acme\"}");
            }

            using var document = JsonDocument.ParseValue(ref reader);
            return new RecordFields(JsonMarshal.GetRawUtf8Value(document.RootElement).ToArray());
        }

        public override void Write(Utf8JsonWriter writer, RecordFields value, JsonSerializerOptions options) =>
            writer.WriteRawValue(value.Json.Span);
    }
}
