using System.Text.Json.Serialization;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Json;

namespace SalesforceConnector.Contracts.Payloads;

/// <summary>The id of a record: 15 case-sensitive characters, or 18 with a checksum.</summary>
/// <remarks>Object Reference, "Primitive Data Types", ID.</remarks>
[Field(
    "Salesforce object ID",
    Hint = "15 or 18 characters.",
    Pattern = "(?![0-9]+$)[A-Za-z0-9]{15}([A-Za-z0-9]{3})?",
    Message = "must be a record ID of 15 or 18 letters and digits. If it consists of digits only, use a FEEL expression with the ID in quotes.")]
[Schema("""{ "type": "string", "pattern": "^[A-Za-z0-9]{15}([A-Za-z0-9]{3})?$" }""")]
[Example("\"001Dn0000070000IAA\"")]
[JsonConverter(typeof(PayloadValueConverter<RecordId>))]
public sealed record RecordId : IPayloadValue<RecordId>
{
    /// <summary>The length of an id without its checksum.</summary>
    internal const int ShortLength = 15;

    private const int LongLength = 18;
    private const int ChunkLength = 5;
    private const string ChecksumAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

    private readonly string _id;

    private RecordId(string id) => _id = id;

    public static RecordId Parse(string text)
    {
        if (text.Length is not (ShortLength or LongLength) || !text.All(char.IsAsciiLetterOrDigit))
        {
            throw new FormatException(
                $"must be a record id of 15 or 18 letters and digits; got {Quote.Value(text)}");
        }

        if (text.Length == LongLength && !text.AsSpan(ShortLength).Equals(Checksum(text), StringComparison.OrdinalIgnoreCase))
        {
            throw new FormatException(
                $"must be a record id with a valid checksum in the last three characters (was its case changed?); got {Quote.Value(text)}");
        }

        return new RecordId(text);
    }

    /// <summary>The three characters that identify the sObject.</summary>
    public string KeyPrefix => _id[..3];

    /// <summary>The 18-character form, as in Salesforce's replies.</summary>
    public string ToLongForm() => _id.Length == LongLength ? _id : _id + Checksum(_id);

    /// <summary>The id as received.</summary>
    public override string ToString() => _id;

    // Each chunk of five characters gives one checksum character, whose bits mark the capitals.
    private static string Checksum(string id) =>
        string.Create(LongLength - ShortLength, id, static (suffix, source) =>
        {
            for (var chunk = 0; chunk < suffix.Length; chunk++)
            {
                var bits = 0;
                for (var i = 0; i < ChunkLength; i++)
                {
                    bits |= char.IsAsciiLetterUpper(source[(chunk * ChunkLength) + i]) ? 1 << i : 0;
                }

                suffix[chunk] = ChecksumAlphabet[bits];
            }
        });
}
