using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Payloads.Files;
using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Contracts.Json;

/// <summary>
/// Checks a payload for unknown members, missing members and oversized strings, in one pass over its text. It keeps
/// nothing of the text, so its memory does not grow with the payload.
/// </summary>
internal ref struct PayloadScan
{
    /// <summary>The most names, values and brackets in one payload. 10,000 records of 90 fields each stay below it.</summary>
    private const int MaxTokens = 2_000_000;

    /// <summary>The longest string member, such as a query, in bytes: ten times Salesforce's limit.</summary>
    private const int MaxTextBytes = 1_000_000;

    private readonly Complaints _complaints = new();
    private Utf8JsonReader _reader;
    private int _tokens;

    private PayloadScan(ReadOnlySequence<byte> json) => _reader = new Utf8JsonReader(json);

    /// <exception cref="InvalidPayloadException">The payload is not an object with the members of that type.</exception>
    /// <exception cref="JsonException">The payload is not valid JSON.</exception>
    /// <exception cref="InvalidOperationException">A member's name is not valid Unicode.</exception>
    public static void Check(ReadOnlySequence<byte> json, JsonTypeInfo type)
    {
        var scan = new PayloadScan(json);
        scan.Read();
        var isObject = scan._reader.TokenType == JsonTokenType.StartObject;
        if (isObject)
        {
            scan.CheckObject(type, "");
        }
        else
        {
            scan.SkipValue();
        }

        // Read on to the end of the input, to detect a second value.
        scan.Read();
        if (!isObject)
        {
            throw PayloadReader.Invalid("is not a JSON object");
        }

        scan._complaints.ThrowIfAny();
    }

    private void CheckObject(JsonTypeInfo type, string parent)
    {
        // One bit for each member of the type; no payload type has more than 64.
        var given = 0UL;
        while (Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            var index = Find(type);
            if (index < 0)
            {
                Complain(type, parent);
            }

            Read();
            if (index >= 0 && _reader.TokenType != JsonTokenType.Null)
            {
                given |= 1UL << index;
                var property = type.Properties[index];
                if (_reader.TokenType == JsonTokenType.StartObject
                    && type.Options.GetTypeInfo(property.PropertyType) is { Kind: JsonTypeInfoKind.Object } nested)
                {
                    CheckObject(nested, $"{parent}{property.Name}.");
                    continue;
                }

                if (_reader.TokenType == JsonTokenType.String && ValueLength > MaxTextBytes && property.PropertyType != typeof(FileBytes))
                {
                    _complaints.Add(InvalidPayloadException.Complain(
                        ErrorCodes.InvalidMember, parent + property.Name, $"must be at most {MaxTextBytes} bytes long"));
                }
            }

            SkipValue();
        }

        for (var index = 0; index < type.Properties.Count; index++)
        {
            if (type.Properties[index] is { IsRequired: true } property && (given & (1UL << index)) == 0)
            {
                _complaints.Add(InvalidPayloadException.Complain(ErrorCodes.MissingMember, parent + property.Name, "is required"));
            }
        }
    }

    private readonly void Complain(JsonTypeInfo type, string parent)
    {
        if (_complaints.IsFull)
        {
            _complaints.Count();
            return;
        }

        var documented = type.Properties.Where(property => property.AttributeProvider?.IsDefined(typeof(ConnectorMemberAttribute), inherit: false) != true);
        var known = string.Join(", ", documented.Select(property => property.Name).Order(StringComparer.Ordinal));
        _complaints.Add(InvalidPayloadException.Complain(
            ErrorCodes.UnknownMember, parent + _reader.GetString(), $"is not a known member; the known members are {known}"));
    }

    // Compares in place: this runs for every member of every payload and allocates no string.
    private readonly int Find(JsonTypeInfo type)
    {
        for (var index = 0; index < type.Properties.Count; index++)
        {
            if (_reader.ValueTextEquals(type.Properties[index].Name))
            {
                return index;
            }
        }

        return -1;
    }

    private void SkipValue()
    {
        var depth = _reader.CurrentDepth;
        if (_reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            while (Read() && _reader.CurrentDepth > depth)
            {
            }
        }
    }

    private readonly long ValueLength => _reader.HasValueSequence ? _reader.ValueSequence.Length : _reader.ValueSpan.Length;

    private bool Read() =>
        ++_tokens <= MaxTokens
            ? _reader.Read()
            : throw PayloadReader.Invalid($"has more than {MaxTokens} names, values and brackets");
}
