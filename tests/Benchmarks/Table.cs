using System.Globalization;

namespace Benchmarks;

/// <summary>Text in columns, in Markdown's form; numbers stand to the right.</summary>
internal sealed class Table(params string[] headers)
{
    private readonly List<string[]> _rows = [];

    public static string Number(double value, int decimals = 0) =>
        value.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    public void Add(params string[] row) => _rows.Add(row);

    public async Task PrintAsync(TextWriter output)
    {
        var widths = headers.Select((header, column) => _rows.Select(row => row[column].Length).Append(header.Length).Max()).ToArray();
        var isText = headers.Select((_, column) => _rows.Exists(row => row[column].Length > 0 && !char.IsAsciiDigit(row[column][^1]))).ToArray();
        await output.WriteLineAsync(Line(headers));
        await output.WriteLineAsync($"|{string.Join('|', widths.Select((width, column) => new string('-', width + 1) + (isText[column] ? '-' : ':')))}|");
        foreach (var row in _rows)
        {
            await output.WriteLineAsync(Line(row));
        }

        await output.WriteLineAsync();

        string Line(string[] row) =>
            $"| {string.Join(" | ", row.Select((text, column) => isText[column] ? text.PadRight(widths[column]) : text.PadLeft(widths[column])))} |";
    }
}
