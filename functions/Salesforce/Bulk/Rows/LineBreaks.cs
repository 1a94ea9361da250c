namespace SalesforceConnector.Salesforce.Bulk.Rows;

/// <summary>The line breaks in the values of a row. A job takes only those that its rows end with.</summary>
[Flags]
internal enum LineBreaks
{
    None = 0,
    Lf = 1,
    CrLf = 2,
}

internal static class LineBreaksOf
{
    /// <summary>The line breaks in a value. A carriage return without a line feed is none.</summary>
    public static LineBreaks Value(string value)
    {
        var found = LineBreaks.None;
        for (var at = value.IndexOf('\n', StringComparison.Ordinal); at >= 0; at = value.IndexOf('\n', at + 1))
        {
            found |= at > 0 && value[at - 1] == '\r' ? LineBreaks.CrLf : LineBreaks.Lf;
        }

        return found;
    }
}
