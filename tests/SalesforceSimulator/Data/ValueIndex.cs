namespace SalesforceSimulator.Data;

/// <summary>The records of a table by the values of one field, ignoring case.</summary>
internal sealed class ValueIndex
{
    // Nearly every value has one record.
    private readonly Dictionary<string, int> _single = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, SortedSet<int>> _several = new(StringComparer.OrdinalIgnoreCase);

    public void Add(string value, int ordinal)
    {
        if (_several.TryGetValue(value, out var ordinals))
        {
            ordinals.Add(ordinal);
        }
        else if (_single.TryGetValue(value, out var other) && other != ordinal)
        {
            _single.Remove(value);
            _several.Add(value, [other, ordinal]);
        }
        else
        {
            _single[value] = ordinal;
        }
    }

    public void Remove(string value, int ordinal)
    {
        if (_several.TryGetValue(value, out var ordinals))
        {
            ordinals.Remove(ordinal);
        }
        else if (_single.TryGetValue(value, out var other) && other == ordinal)
        {
            _single.Remove(value);
        }
    }

    /// <summary>The indexes of the records with this value, in order.</summary>
    public IEnumerable<int> Find(string value) =>
        _several.TryGetValue(value, out var ordinals) ? ordinals
        : _single.TryGetValue(value, out var ordinal) ? [ordinal]
        : [];
}
