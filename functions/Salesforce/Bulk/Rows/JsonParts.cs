using System.Text.Json;
using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Salesforce.Bulk.Rows;

/// <summary>Records in JSON on their way into jobs, as rows of CSV.</summary>
/// <param name="objectType">The sObject of all records.</param>
/// <param name="member">The payload's member that gives the records.</param>
internal sealed class JsonParts(string objectType, string member)
{
    private static readonly JsonDocumentOptions OneLine = new() { AllowDuplicateProperties = false };

    /// <summary>What has to be known of all records before the first job is made.</summary>
    /// <param name="Columns">All their fields.</param>
    /// <param name="HasCrLf">Whether some have CRLF in their values, so that they need jobs of their own.</param>
    public sealed record Facts(IReadOnlyList<string> Columns, bool HasCrLf);

    /// <summary>Reads all records once, and refuses what no job can take.</summary>
    /// <exception cref="InvalidPayloadException">A record cannot be a row.</exception>
    public async Task<Facts> SurveyAsync(Stream source, CancellationToken cancellationToken)
    {
        var columns = new RowColumns();
        var hasCrLf = false;
        await foreach (var (line, start, _) in JsonLines.ReadAsync(source, 0, cancellationToken).ConfigureAwait(false))
        {
            hasCrLf |= Add(columns, line, NameOf(start));
        }

        CsvHeader.Check(columns.Names, member);
        return new Facts(columns.Names, hasCrLf);
    }

    /// <inheritdoc cref="SurveyAsync"/>
    public Facts Survey(ReadOnlyMemory<byte> lines)
    {
        var columns = new RowColumns();
        var (hasCrLf, index) = (false, 0);
        while (!lines.IsEmpty)
        {
            var end = lines.Span.IndexOf((byte)'\n');
            hasCrLf |= Add(columns, lines[..end], $"{member}[{index++}]");
            lines = lines[(end + 1)..];
        }

        CsvHeader.Check(columns.Names, member);
        return new Facts(columns.Names, hasCrLf);
    }

    /// <summary>Copies records into the upload of one job, up to a number of bytes.</summary>
    /// <param name="start">Where in the whole source <paramref name="source"/> begins.</param>
    /// <param name="columns">All fields of all records.</param>
    /// <param name="format">Of the job. Records whose values have the other kind of line break are left out.</param>
    /// <param name="maxBytes">The most bytes of the upload.</param>
    public async Task<JobPart> CopyAsync(
        Stream source, Stream destination, long start, IReadOnlyList<string> columns, CsvFormat format, int maxBytes, CancellationToken cancellationToken)
    {
        using var csv = new CsvRowWriter(columns, format);
        var places = new RowColumns(columns);
        await destination.WriteAsync(csv.Header, cancellationToken).ConfigureAwait(false);
        var (rows, left, end) = (0L, maxBytes - csv.Header.Length, start);
        await foreach (var (line, at, next) in JsonLines.ReadAsync(source, start, cancellationToken).ConfigureAwait(false))
        {
            var cells = Read(line, NameOf(at));
            if (LineBreaksIn(cells, NameOf(at)) == LineBreaks.CrLf == format.IsCrLf)
            {
                var row = csv.Write(cells.Select(cell => (places.PlaceOf(cell.Column), cell.Value)));
                if (row.Length > left)
                {
                    return rows > 0
                        ? new JobPart(at, rows, IsLast: false)
                        : throw Invalid(NameOf(at), $"must be a row of at most {maxBytes} bytes, the most of a job");
                }

                await destination.WriteAsync(row, cancellationToken).ConfigureAwait(false);
                (rows, left) = (rows + 1, left - row.Length);
            }

            end = next;
        }

        return new JobPart(end, rows, IsLast: true);
    }

    /// <summary>Adds the fields of a record to the columns.</summary>
    /// <returns>Whether values of it have CRLF.</returns>
    private bool Add(RowColumns columns, ReadOnlyMemory<byte> line, string name)
    {
        var cells = Read(line, name);
        var places = new HashSet<int>();
        if (cells.Find(cell => !places.Add(columns.PlaceOf(cell.Column))) is { Column: { } twice })
        {
            throw Invalid($"{name}.{twice}", "must be there once: Salesforce ignores the case of field names");
        }

        return LineBreaksIn(cells, name) == LineBreaks.CrLf;
    }

    private List<(string Column, string Value)> Read(ReadOnlyMemory<byte> line, string name)
    {
        try
        {
            using var record = JsonDocument.Parse(line, OneLine);
            return JsonRow.Read(record.RootElement, name, objectType);
        }
        catch (JsonException e)
        {
            throw new ConnectorException(Invalid(name, "must be one JSON object in UTF-8, with each member once").Problem, e);
        }
    }

    /// <summary>The line breaks in the values of a record, of which there can be one kind.</summary>
    private static LineBreaks LineBreaksIn(List<(string Column, string Value)> cells, string name)
    {
        var found = LineBreaks.None;
        foreach (var (_, value) in cells)
        {
            found |= LineBreaksOf.Value(value);
        }

        return found == (LineBreaks.Lf | LineBreaks.CrLf)
            ? throw Invalid(name, "must not have both LF and CRLF in its values: a job takes one kind of line break, so use one in each record")
            : found;
    }

    private string NameOf(long start) => $"{member} (record at byte {start})";

    private static InvalidPayloadException Invalid(string name, string complaint) => new(ErrorCodes.InvalidMember, name, complaint);
}
