using System.Text.Json;
using System.Text.Json.Serialization;

namespace SalesforceConnector.Salesforce;

/// <summary>The value of an external id field, of any characters: what other systems know a record by.</summary>
/// <remarks>REST API Developer Guide, "sObject Rows by External ID".</remarks>
[JsonConverter(typeof(Converter))]
public sealed record ExternalId : IPayloadValue<ExternalId>
{
    private readonly string _value;

    private ExternalId(string value) => _value = value;

    /// <summary>The value as a segment of a path.</summary>
    internal string Segment => Uri.EscapeDataString(_value);

    public static ExternalId Parse(string text) =>
        // Whatever stands for a folder is resolved on the way, however it is encoded.
        text is "" or "." or ".."
            ? throw new FormatException($"cannot be the external id {Quote.Value(text)}")
            : new ExternalId(text);

    public override string ToString() => _value;

    /// <summary>A string, or a number, which engines make of an id that looks like one.</summary>
    internal sealed class Converter : JsonConverter<ExternalId>
    {
        private static readonly PayloadValueConverter<ExternalId> OfText = new();

        public override ExternalId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.String:
                    return OfText.Read(ref reader, typeToConvert, options);
                case JsonTokenType.Number:
                    using (var number = JsonDocument.ParseValue(ref reader))
                    {
                        return new ExternalId(number.RootElement.GetRawText());
                    }

                default:
                    throw new JsonException("must be a string or a number");
            }
        }

        public override void Write(Utf8JsonWriter writer, ExternalId value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value._value);
    }
}
