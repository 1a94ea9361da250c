using System.Text.Json.Serialization;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Json;

namespace SalesforceConnector.Contracts.Payloads.Files;

/// <summary>The MD5 of a file's bytes: 32 hexadecimal digits, as Salesforce's field Checksum has it.</summary>
[Field(
    "MD5 checksum",
    Hint = "With it, uploading the same file again creates no second one. 32 hexadecimal digits.",
    Message = "must be 32 hexadecimal digits.",
    AllowsRepetition = true)]
[Schema("""{ "type": "string", "pattern": "^[0-9A-Fa-f]{32}$" }""")]
[Example("\"8b1a9953c4611296a827abf8c47804d7\"")]
[JsonConverter(typeof(PayloadValueConverter<FileChecksum>))]
public sealed record FileChecksum : IPayloadValue<FileChecksum>
{
    private const int Digits = 32;

    private readonly string _digits;

    private FileChecksum(string digits) => _digits = digits;

    public static FileChecksum Parse(string text) =>
        text.Length == Digits && text.All(char.IsAsciiHexDigit)
            ? new FileChecksum(text.ToLowerInvariant())
            : throw new FormatException($"must be the MD5 of the file, 32 hexadecimal digits; got {Quote.Value(text)}");

    public override string ToString() => _digits;
}
