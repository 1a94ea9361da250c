namespace SalesforceConnector.Salesforce.Bulk.Rows;

/// <summary>The columns of records in JSON: all their fields, in the order of their first appearance.</summary>
/// <remarks>Salesforce ignores the case of field names.</remarks>
internal sealed class RowColumns
{
    private readonly List<string> _names = [];
    private readonly Dictionary<string, int> _places = new(StringComparer.OrdinalIgnoreCase);

    public RowColumns()
    {
    }

    public RowColumns(IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            PlaceOf(name);
        }
    }

    public IReadOnlyList<string> Names => _names;

    /// <summary>The place of a column, which is added if it is new.</summary>
    public int PlaceOf(string name)
    {
        if (!_places.TryGetValue(name, out var place))
        {
            place = _names.Count;
            _names.Add(name);
            _places.Add(name, place);
        }

        return place;
    }
}
