using System.Text;
using nietras.SeparatedValues;

namespace SalesforceConnector.Salesforce.Bulk.Rows;

/// <summary>Writes rows as CSV in UTF-8.</summary>
internal sealed class CsvRowWriter : IDisposable
{
    // A row of one empty cell would be a blank line, which is no row.
    private const string EmptyCell = "\"\"";

    private readonly StringBuilder _text = new();
    private readonly StringWriter _lines;
    private readonly SepWriter _csv;
    private readonly string[] _cells;
    private readonly string _newLine;

    public CsvRowWriter(IReadOnlyList<string> columns, CsvFormat format)
    {
        _newLine = format.IsCrLf ? "\r\n" : "\n";
        _lines = new StringWriter(_text) { NewLine = _newLine };
        _csv = Sep.New(format.Delimiter).Writer(options => options with { Escape = true, WriteHeader = false }).To(_lines, leaveOpen: true);
        _cells = new string[columns.Count];
        Header = Write(columns);
    }

    /// <summary>The header row.</summary>
    public byte[] Header { get; }

    /// <summary>One row.</summary>
    /// <param name="cells">Place and value of those that are not empty.</param>
    public byte[] Write(IEnumerable<(int Place, string Value)> cells)
    {
        Array.Fill(_cells, "");
        foreach (var (place, value) in cells)
        {
            _cells[place] = value;
        }

        return Write(_cells);
    }

    private byte[] Write(IReadOnlyList<string> cells)
    {
        if (cells is [""])
        {
            return Encoding.UTF8.GetBytes(EmptyCell + _newLine);
        }

        using (var row = _csv.NewRow())
        {
            for (var i = 0; i < cells.Count; i++)
            {
                row[i].Set(cells[i].AsSpan());
            }
        }

        _csv.Flush();
        var bytes = Encoding.UTF8.GetBytes(_text.ToString());
        _text.Clear();
        return bytes;
    }

    public void Dispose()
    {
        _csv.Dispose();
        _lines.Dispose();
    }
}
