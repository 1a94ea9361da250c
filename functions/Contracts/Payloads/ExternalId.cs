using System.Text.Json;
using System.Text.Json.Serialization;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Contracts.Payloads;

/// <summary>
/// The value of an external id field, of any characters; not empty, nor <c>.</c> or <c>..</c> alone. A number is taken too,
/// by its digits.
/// </summary>
/// <remarks>REST API Developer Guide, "sObject Rows by External ID".</remarks>
[Field(
    "External ID",
    Hint = "Its value, of any characters.",
    Pattern = @"(?![0-9]+$)[\s\S]+",
    Message = "must not be of digits alone, which Camunda takes for a number: put them into quotes, as a FEEL expression.")]
[Schema("""{ "type": "string", "minLength": 1 }""")]
[Example("\"order/4711\"")]
[JsonConverter(typeof(Converter))]
public sealed record ExternalId : IPayloadValue<ExternalId>
{
    private const int FirstVersionWithoutFormats = 58;

    private static readonly string[] Formats = [".json", ".xml"];

    private readonly string _value;

    private ExternalId(string value) => _value = value;

    /// <summary>The value as a segment of a path.</summary>
    internal string Segment => Uri.EscapeDataString(_value);

    public static ExternalId Parse(string text) =>
        // Whatever stands for a folder is resolved on the way, however it is encoded; and no server takes a path with U+0000.
        text is "" or "." or ".." || text.Contains('\0', StringComparison.Ordinal)
            ? throw new FormatException($"cannot be the external id {Quote.Value(text)}")
            : new ExternalId(text);

    /// <summary>Checks the value as a segment of a path of that API version.</summary>
    /// <param name="member">The member that the value came in.</param>
    /// <exception cref="InvalidPayloadException">Salesforce would take its end for a format, and another record for this one.</exception>
    /// <remarks>REST API Developer Guide, "REST Resources and Requests", the formats .json and .xml.</remarks>
    internal void Validate(string member, ApiVersion version)
    {
        if (version.Number < FirstVersionWithoutFormats
            && Array.Find(Formats, format => _value.EndsWith(format, StringComparison.OrdinalIgnoreCase)) is { } format)
        {
            throw new InvalidPayloadException(
                ErrorCodes.InvalidMember,
                member,
                $"must not end in {format} below the API version v{FirstVersionWithoutFormats}.0, where Salesforce takes that for a format and the rest for the external id; the version is {version}");
        }
    }

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
