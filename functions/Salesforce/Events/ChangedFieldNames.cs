using System.Globalization;
using SalesforceConnector.Salesforce.Events.Avro;

namespace SalesforceConnector.Salesforce.Events;

/// <summary>Decodes the lists of fields in a change event's header.</summary>
/// <remarks>
/// Change Data Capture Developer Guide, "Change Event Header Fields". The Pub/Sub API sends a list as bitmaps: <c>0x…</c> is a number
/// in hexadecimal digits whose bit <c>i</c>, from the right, stands for field <c>i</c> of the schema; <c>N-0x…</c> stands in the same way
/// for fields of the record in field <c>N</c>.
/// </remarks>
internal static class ChangedFieldNames
{
    private const string Prefix = "0x";

    /// <returns>The fields' names; a field of a nested record as <c>Parent.Child</c>.</returns>
    /// <exception cref="InvalidDataException">A bitmap is not valid, or not of this schema.</exception>
    public static IReadOnlyList<string> Decode(IEnumerable<string> bitmaps, AvroType.Record schema)
    {
        List<string> names = [];
        foreach (var bitmap in bitmaps)
        {
            if (bitmap.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            {
                names.AddRange(FieldsOf(bitmap.AsSpan(Prefix.Length), schema.Fields).Select(field => field.Name));
                continue;
            }

            var dash = bitmap.IndexOf('-', StringComparison.Ordinal);
            if (dash < 0
                || !int.TryParse(bitmap.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                || index >= schema.Fields.Count
                || schema.Fields[index] is not { Nested: { } nested } parent
                || !bitmap.AsSpan(dash + 1).StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            {
                throw new InvalidDataException("The change event's header has a list of fields that is not a bitmap of its schema.");
            }

            names.AddRange(FieldsOf(bitmap.AsSpan(dash + 1 + Prefix.Length), nested.Fields).Select(child => $"{parent.Name}.{child.Name}"));
        }

        return names;
    }

    private static List<AvroField> FieldsOf(ReadOnlySpan<char> digits, IReadOnlyList<AvroField> fields)
    {
        const int BitsOfDigit = 4;
        List<AvroField> found = [];
        for (var place = 0; place < digits.Length; place++)
        {
            if (!char.IsAsciiHexDigit(digits[^(place + 1)]))
            {
                throw new InvalidDataException("The change event's header has a bitmap that is not hexadecimal.");
            }

            var digit = Convert.ToInt32(digits[^(place + 1)].ToString(), 16);
            for (var bit = 0; bit < BitsOfDigit; bit++)
            {
                if ((digit & (1 << bit)) == 0)
                {
                    continue;
                }

                var index = (place * BitsOfDigit) + bit;
                found.Add(index < fields.Count
                    ? fields[index]
                    : throw new InvalidDataException("The change event's header has a bitmap for more fields than its schema has."));
            }
        }

        return found;
    }
}
