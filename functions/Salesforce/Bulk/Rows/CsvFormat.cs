namespace SalesforceConnector.Salesforce.Bulk.Rows;

/// <summary>How the rows of a CSV are separated, in the words that Salesforce has for it.</summary>
/// <remarks>Bulk API 2.0 and Bulk API Developer Guide, "Create a Job", columnDelimiter and lineEnding.</remarks>
/// <param name="Delimiter">Between two columns.</param>
/// <param name="IsCrLf">Whether rows end with CRLF instead of LF.</param>
internal sealed record CsvFormat(char Delimiter, bool IsCrLf)
{
    private static readonly (char Delimiter, string Name)[] Delimiters =
        [(',', "COMMA"), ('\t', "TAB"), ('|', "PIPE"), (';', "SEMICOLON"), ('^', "CARET"), ('`', "BACKQUOTE")];

    public string ColumnDelimiter => Delimiters.Single(known => known.Delimiter == Delimiter).Name;

    public string LineEnding => IsCrLf ? "CRLF" : "LF";

    /// <summary>The delimiter of a header row: field names contain none of them. A row without any has one column.</summary>
    public static char DelimiterOf(string header)
    {
        var isQuoted = false;
        foreach (var c in header)
        {
            isQuoted ^= c == '"';
            if (!isQuoted && Array.Exists(Delimiters, known => known.Delimiter == c))
            {
                return c;
            }
        }

        return Delimiters[0].Delimiter;
    }
}
