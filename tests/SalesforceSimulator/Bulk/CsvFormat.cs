using System.Text;
using System.Text.Json;
using CsvHelper;
using SalesforceSimulator.Files;
using SalesforceSimulator.Requests;

namespace SalesforceSimulator.Bulk;

/// <summary>The form of a job's CSV.</summary>
/// <remarks>Bulk API 2.0 and Bulk API Developer Guide, "Prepare CSV Files".</remarks>
internal sealed record CsvFormat(string ColumnDelimiter, string LineEnding)
{
    private static readonly Dictionary<string, char> Delimiters = new()
    {
        ["BACKQUOTE"] = '`',
        ["CARET"] = '^',
        ["COMMA"] = ',',
        ["PIPE"] = '|',
        ["SEMICOLON"] = ';',
        ["TAB"] = '\t',
    };

    private static readonly Dictionary<string, string> LineEndings = new() { ["LF"] = "\n", ["CRLF"] = "\r\n" };

    private char Delimiter => Delimiters[ColumnDelimiter];

    private string NewLine => LineEndings[LineEnding];

    /// <summary>Reads the members <c>columnDelimiter</c> and <c>lineEnding</c>.</summary>
    /// <exception cref="ApiException">One of them is unknown.</exception>
    public static CsvFormat Read(JsonElement body)
    {
        BulkErrors.RequireValue(body, "contentType", ["CSV"], "CSV");
        return new CsvFormat(
            BulkErrors.RequireValue(body, "columnDelimiter", Delimiters.Keys, "COMMA"),
            BulkErrors.RequireValue(body, "lineEnding", LineEndings.Keys, "LF"));
    }

    /// <summary>Reads the rows of a file, the header among them.</summary>
    /// <exception cref="JobFailedException">While reading: the file is not valid CSV.</exception>
    public IEnumerable<string[]> Rows(TemporaryFile file)
    {
        using var reader = CsvReader.Create(file.OpenRead(), new CsvReaderOptions
        {
            HasHeader = false,
            Mode = CsvMode.Rfc4180,
            Separator = Delimiter,
            Encoding = Encoding.UTF8,
            MalformedData = CsvMalformedDataHandling.Skip,
            FieldCountMismatch = CsvFieldCountHandling.Skip,
            OnMalformedRecord = record => throw Refuse(record.Reason),
        });
        var isMarked = StartsWithMark(file);
        while (reader.Read())
        {
            var row = new string[reader.FieldCount];
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = reader.GetString(i);
            }

            if (isMarked)
            {
                // Salesforce does not take the mark away: with it, the first name is another one, and a quote is not at its start.
                row[0] = reader.GetRawSpan(0) is [(byte)'"', ..] ? throw Refuse(CsvMalformedReason.StrayQuote) : '\uFEFF' + row[0];
                isMarked = false;
            }

            yield return row;
        }
    }

    /// <summary>Finds line breaks that the job did not announce, between rows or in a value.</summary>
    /// <exception cref="JobFailedException">There is one.</exception>
    public void CheckLineEndings(TemporaryFile file)
    {
        // That a single carriage return is part of a value is an assumption.
        var block = new byte[128 << 10];
        var afterReturn = false;
        int read;
        for (var at = 0L; (read = file.Read(at, block)) > 0; at += read)
        {
            var bytes = block.AsSpan(0, read);
            int feed;
            for (var from = 0; (feed = bytes[from..].IndexOf((byte)'\n')) >= 0; from += feed + 1)
            {
                var crlf = from + feed > 0 ? bytes[from + feed - 1] == '\r' : afterReturn;
                if (crlf != (LineEnding == "CRLF"))
                {
                    throw new JobFailedException($"ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is {LineEnding}");
                }
            }

            afterReturn = bytes[^1] == '\r';
        }
    }

    /// <summary>A row as Salesforce writes it: every value in quotes.</summary>
    public string Line(IEnumerable<string> values)
    {
        var line = new StringBuilder();
        foreach (var value in values)
        {
            if (line.Length > 0)
            {
                line.Append(Delimiter);
            }

            line.Append('"').Append(value.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        }

        return line.Append(NewLine).ToString();
    }

    public byte[] LineBytes(IEnumerable<string> values) => Encoding.UTF8.GetBytes(Line(values));

    private static bool StartsWithMark(TemporaryFile file)
    {
        Span<byte> start = stackalloc byte[Encoding.UTF8.Preamble.Length];
        return file.Read(0, start) == start.Length && start.SequenceEqual(Encoding.UTF8.Preamble);
    }

    // The words for a row with another number of values than the header are an assumption.
    private static JobFailedException Refuse(CsvMalformedReason reason) => new("InvalidBatch : Failed to parse CSV. " + reason switch
    {
        CsvMalformedReason.UnterminatedQuote => "EOF reached before closing an opened quote",
        CsvMalformedReason.FieldCountMismatch => "A row has another number of values than the header",
        _ => "Found unescaped quote. A value with quote should be within a quote",
    });
}
