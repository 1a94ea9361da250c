using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Payloads;

namespace SalesforceConnector.Operations.Collections;

/// <summary>
/// 1 to 10,000 records, each a JSON object that is passed on byte for byte:
/// <c>{"attributes":{"type":"Account"},"Name":"Acme"}</c>.
/// </summary>
[Field("Records")]
[Schema("""{ "type": "array", "minItems": 1, "maxItems": 10000, "items": { "$ref": "#/components/schemas/RecordToWrite" } }""")]
[Schema(
    """
    {
      "type": "object",
      "title": "Record",
      "description": "Field names and values. If objectType is absent, attributes.type is required. A null clears the field.",
      "additionalProperties": {},
      "properties": {
        "attributes": {
          "type": "object",
          "title": "Attributes",
          "description": "The record's sObject.",
          "additionalProperties": {},
          "required": ["type"],
          "properties": { "type": { "$ref": "#/components/schemas/SObjectName" } }
        }
      },
      "examples": [{ "attributes": { "type": "Account" }, "Name": "Express Logistics and Transport" }]
    }
    """, Name = "RecordToWrite")]
[JsonConverter(typeof(Converter))]
public sealed class RecordList
{
    private readonly (string? Type, ReadOnlyMemory<byte> Json)[] _records;

    private RecordList((string? Type, ReadOnlyMemory<byte> Json)[] records) => _records = records;

    public int Count => _records.Length;

    /// <summary>The sObject in the record's attributes, if any.</summary>
    internal string? TypeOf(int index) => _records[index].Type;

    /// <summary>The value of a record's field, if it is a string or a number. Salesforce ignores the case of field names.</summary>
    internal string? ValueOf(int index, string field)
    {
        using var record = JsonDocument.Parse(_records[index].Json);
        foreach (var member in record.RootElement.EnumerateObject())
        {
            if (Ascii.EqualsIgnoreCase(JsonMarshal.GetRawUtf8PropertyName(member), field))
            {
                return member.Value.ValueKind switch
                {
                    JsonValueKind.String => member.Value.TextOrNull(),
                    JsonValueKind.Number => member.Value.GetRawText(),
                    _ => null,
                };
            }
        }

        return null;
    }

    /// <summary>Creates the body of a call for some of the records.</summary>
    /// <param name="type">The sObject of the records without attributes.</param>
    internal ReadOnlyMemory<byte> ToBody(IEnumerable<int> places, SObjectName? type, bool allOrNone)
    {
        var body = new ArrayBufferWriter<byte>();
        body.Write(allOrNone ? "{\"allOrNone\":true,\"records\":"u8 : "{\"allOrNone\":false,\"records\":"u8);
        var separator = (byte)'[';
        foreach (var place in places)
        {
            body.Write([separator]);
            separator = (byte)',';
            var (own, json) = _records[place];
            if (own is null)
            {
                body.Write("{\"attributes\":{\"type\":\""u8);
                body.Write(System.Text.Encoding.ASCII.GetBytes(type!.ToString()));
                body.Write("\"}"u8);
                json = json[1..];
                // {} needs no comma after the attributes.
                if (json.Span.TrimStart(" \t\r\n"u8)[0] != (byte)'}')
                {
                    body.Write(","u8);
                }
            }

            body.Write(json.Span);
        }

        body.Write("]}"u8);
        return body.WrittenMemory;
    }

    internal sealed class Converter : JsonConverter<RecordList>
    {
        public override RecordList Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            // One copy of the whole array; the records are slices of it.
            var whole = JsonMarshal.GetRawUtf8Value(document.RootElement);
            ReadOnlyMemory<byte> copy = whole.ToArray();
            List<(string?, ReadOnlyMemory<byte>)> records = [];
            foreach (var record in Collection.Items(document.RootElement, "records", JsonValueKind.Object))
            {
                var json = JsonMarshal.GetRawUtf8Value(record);
                whole.Overlaps(json, out var start);
                records.Add((TypeOf(record, records.Count), copy.Slice(start, json.Length)));
            }

            return new RecordList([.. records]);
        }

        public override void Write(Utf8JsonWriter writer, RecordList value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            foreach (var (_, json) in value._records)
            {
                writer.WriteRawValue(json.Span, skipInputValidation: true);
            }

            writer.WriteEndArray();
        }

        private static string? TypeOf(JsonElement record, int index)
        {
            if (!record.TryGetProperty("attributes", out var attributes))
            {
                return null;
            }

            return attributes.ValueKind == JsonValueKind.Object
                && attributes.TryGetProperty("type", out var type)
                && type.ValueKind == JsonValueKind.String
                && type.GetString() is { } name
                && SObjectName.ApiName().IsMatch(name)
                ? name
                : throw new JsonException($"must have the API name of an sObject in attributes.type of each record with attributes; [{index}] has none");
        }
    }
}
