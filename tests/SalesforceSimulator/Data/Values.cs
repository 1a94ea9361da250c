namespace SalesforceSimulator.Data;

/// <summary>Orders field values.</summary>
internal static class Values
{
    /// <summary>Compares two values of the same field. Texts are compared ignoring case; dates and times as text.</summary>
    public static int Compare(object left, object right) => (left, right) switch
    {
        (string a, string b) => string.Compare(a, b, StringComparison.OrdinalIgnoreCase),
        (JsonNumber a, JsonNumber b) => a.Value.CompareTo(b.Value),
        (bool a, bool b) => a.CompareTo(b),
        _ => throw new ArgumentException($"{left.GetType().Name} and {right.GetType().Name} have no order."),
    };
}
