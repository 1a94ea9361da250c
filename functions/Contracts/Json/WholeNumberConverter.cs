using System.Text.Json;
using System.Text.Json.Serialization;

namespace SalesforceConnector.Contracts.Json;

/// <summary>Reads an integer in any JSON notation: 200, 200.0 and 2E+2 are the same number.</summary>
/// <remarks>RFC 8259, section 6. FEEL and JavaScript libraries write such notations.</remarks>
internal sealed class WholeNumberConverter : JsonConverter<int>
{
    // The digits that a decimal holds without rounding.
    private const int MaxDigits = 28;

    public override int Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.Number)
        {
            throw new JsonException("must be a whole number");
        }

        if (reader.TryGetInt32(out var number))
        {
            return number;
        }

        if (reader.HasValueSequence || reader.ValueSpan.Length > MaxDigits || !reader.TryGetDecimal(out var value))
        {
            throw new JsonException($"must be a whole number up to {int.MaxValue}");
        }

        // A fraction too small for a decimal is parsed as zero, and must not pass for an integer.
        return decimal.IsInteger(value) && (value != 0 || !reader.ValueSpan.ContainsAnyInRange((byte)'1', (byte)'9'))
            ? value is >= int.MinValue and <= int.MaxValue
                ? (int)value
                : throw new JsonException($"must be a whole number up to {int.MaxValue}")
            : throw new JsonException("must be a whole number");
    }

    public override void Write(Utf8JsonWriter writer, int value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}
