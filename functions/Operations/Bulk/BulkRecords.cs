using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using SalesforceConnector.Contracts.Annotations;

namespace SalesforceConnector.Operations.Bulk;

/// <summary>Records of one sObject in JSON, for the rows of bulk jobs: at least one, as many as fit in the payload.</summary>
[Field("Records")]
[Schema("""{ "type": "array", "minItems": 1, "items": { "type": "object", "additionalProperties": {} } }""")]
[Example("""[{"Name": "Express Logistics and Transport", "Account.External_Id__c": "order/4711"}]""")]
[JsonConverter(typeof(Converter))]
public sealed class BulkRecords
{
    private BulkRecords(byte[] lines) => Lines = lines;

    /// <summary>The records as JSON lines.</summary>
    internal byte[] Lines { get; }

    internal sealed class Converter : JsonConverter<BulkRecords>
    {
        public override BulkRecords Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            if (document.RootElement.ValueKind != JsonValueKind.Array || document.RootElement.GetArrayLength() == 0)
            {
                throw new JsonException("must be an array of one or more objects of field names and values");
            }

            var lines = new MemoryStream();
            foreach (var record in document.RootElement.EnumerateArray())
            {
                // A line break in JSON is always white space: in strings, it is an escape.
                var json = JsonMarshal.GetRawUtf8Value(record).ToArray();
                json.AsSpan().ReplaceAny(LineBreaks, (byte)' ');
                lines.Write(json);
                lines.WriteByte((byte)'\n');
            }

            return new BulkRecords(lines.ToArray());
        }

        private static readonly System.Buffers.SearchValues<byte> LineBreaks = System.Buffers.SearchValues.Create("\r\n"u8);

        public override void Write(Utf8JsonWriter writer, BulkRecords value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            foreach (var line in value.Lines.AsSpan().Split((byte)'\n'))
            {
                if (value.Lines.AsSpan(line) is { IsEmpty: false } json)
                {
                    writer.WriteRawValue(json);
                }
            }

            writer.WriteEndArray();
        }
    }
}
