using System.Text.Json;
using System.Text.Json.Serialization;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Contracts.Payloads;

/// <summary>
/// The value of an external id field. Any characters are allowed, but it must not be empty, <c>.</c> or <c>..</c>. A
/// number is accepted too, with its digits unchanged.
/// </summary>
/// <remarks>REST API Developer Guide, "sObject Rows by External ID".</remarks>
[Field(
    "External ID",
    Hint = "The value of the field. Any characters are allowed.",
    Pattern = @"(?![0-9]+$)[\s\S]+",
    Message = "must not consist of digits only, which Camunda treats as a number: use a FEEL expression with the value in quotes.")]
[Schema("""{ "type": "string", "minLength": 1 }""")]
[Example("\"order/4711\"")]
[JsonConverter(typeof(Converter))]
public sealed record ExternalId : IPayloadValue<ExternalId>
{
    private const int FirstVersionWithoutFormats = 58;

    private static readonly string[] Formats = [".json", ".xml"];

    private readonly string _value;

    private ExternalId(string value) => _value = value;

    /// <summary>The value, encoded as a path segment.</summary>
    internal string Segment => Uri.EscapeDataString(_value);

    public static ExternalId Parse(string text) =>
        // Clients and proxies resolve . and .. in a path, however they are encoded. No server accepts U+0000 in a path.
        text is "" or "." or ".." || text.Contains('\0', StringComparison.Ordinal)
            ? throw new FormatException($"cannot be the external id {Quote.Value(text)}")
            : new ExternalId(text);

    /// <summary>Checks the value as a path segment with an API version.</summary>
    /// <param name="member">The member that contains the value.</param>
    /// <exception cref="InvalidPayloadException">Salesforce would read the value's end as a format, and use another record.</exception>
    /// <remarks>REST API Developer Guide, "REST Resources and Requests", the formats .json and .xml.</remarks>
    internal void Validate(string member, ApiVersion version)
    {
        if (version.Number < FirstVersionWithoutFormats
            && Array.Find(Formats, format => _value.EndsWith(format, StringComparison.OrdinalIgnoreCase)) is { } format)
        {
            throw new InvalidPayloadException(
                ErrorCodes.InvalidMember,
                member,
                $"must not end in {format} below the API version v{FirstVersionWithoutFormats}.0, where Salesforce reads it as a format and the rest as the external id; the version is {version}");
        }
    }

    public override string ToString() => _value;

    /// <summary>Reads a string or a number. Some engines convert an id that looks like a number into one.</summary>
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
