using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Contracts.Payloads;

/// <summary>
/// Names and values of a record's fields, passed on byte for byte. Numbers are not rounded, and nulls are kept. A null
/// clears the field.
/// </summary>
[Field("Record fields", Hint = "Field names and values, such as <code>{Name: customer.name}</code>. A null clears the field.")]
[Schema("""{ "type": "object", "additionalProperties": {} }""")]
[Example("""{"Name": "Express Logistics and Transport"}""")]
[JsonConverter(typeof(Converter))]
public sealed class RecordFields
{
    private RecordFields(byte[] json) => Json = json;

    /// <summary>The JSON object in UTF-8, as received.</summary>
    public ReadOnlyMemory<byte> Json { get; }

    /// <summary>Separates one field from the others.</summary>
    /// <returns>The value as text, <see langword="null"/> if the field is absent, and the other fields byte for byte.</returns>
    /// <exception cref="InvalidPayloadException">The value is not a string, a number or a boolean.</exception>
    internal (string? Value, RecordFields Others) Extract(FieldName field)
    {
        using var document = JsonDocument.Parse(Json);
        string? taken = null;
        List<string> others = [];
        foreach (var member in document.RootElement.EnumerateObject())
        {
            // Salesforce ignores the case of field names.
            if (!Ascii.EqualsIgnoreCase(JsonMarshal.GetRawUtf8PropertyName(member), field.ToString()))
            {
                others.Add(member.ToString());
                continue;
            }

            taken = member.Value.ValueKind switch
            {
                JsonValueKind.String when member.Value.TextOrNull() is { } text => text,
                JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => member.Value.GetRawText(),
                _ => throw new InvalidPayloadException(
                    ErrorCodes.InvalidMember, $"fields.{field}", "must be a string of valid Unicode, a number or a boolean, because it is the external id"),
            };
        }

        return (taken, new RecordFields(Encoding.UTF8.GetBytes($"{{{string.Join(',', others)}}}")));
    }

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
