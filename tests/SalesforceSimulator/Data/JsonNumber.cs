using System.Globalization;

namespace SalesforceSimulator.Data;

/// <summary>A number in its JSON notation, so that a record returns exactly the digits that it was given.</summary>
internal sealed record JsonNumber(string Raw)
{
    /// <summary>The value for comparisons and sums. Values beyond the range of a decimal are clamped.</summary>
    public decimal Value { get; } = Parse(Raw);

    public static JsonNumber From(decimal value) => new(value.ToString(CultureInfo.InvariantCulture));

    private static decimal Parse(string raw)
    {
        if (decimal.TryParse(raw, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
        {
            return value;
        }

        return raw.StartsWith('-') ? decimal.MinValue : decimal.MaxValue;
    }
}
