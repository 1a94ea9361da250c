using SalesforceSimulator.Events.Schemas;

namespace SalesforceSimulator.Events.Payloads;

/// <summary>Encodes lists of fields as bitmaps, as in <c>changedFields</c>.</summary>
/// <remarks>Pub/Sub API, "Event Deserialization Considerations".</remarks>
internal static class FieldBitmap
{
    /// <returns>
    /// A bitmap of the fields outside compound fields, where there are any: bit i from the right is the field at position i of
    /// the schema. Then, for each compound field, its position and a bitmap of its parts: <c>4-0x02</c>.
    /// </returns>
    public static IReadOnlyList<string> Encode(IEnumerable<EventValue> values)
    {
        List<int> top = [];
        SortedDictionary<int, List<int>> compounds = [];
        foreach (var value in values)
        {
            if (value.Part < 0)
            {
                top.Add(value.Position);
            }
            else if (compounds.TryGetValue(value.Position, out var parts))
            {
                parts.Add(value.Part);
            }
            else
            {
                compounds.Add(value.Position, [value.Part]);
            }
        }

        List<string> encoded = [];
        if (top.Count > 0)
        {
            encoded.Add(Hex(top));
        }

        encoded.AddRange(compounds.Select(compound => $"{compound.Key}-{Hex(compound.Value)}"));
        return encoded;
    }

    private static string Hex(List<int> bits)
    {
        var bytes = new byte[(bits.Max() / 8) + 1];
        foreach (var bit in bits)
        {
            bytes[^((bit / 8) + 1)] |= (byte)(1 << (bit % 8));
        }

        return $"0x{Convert.ToHexString(bytes)}";
    }
}
