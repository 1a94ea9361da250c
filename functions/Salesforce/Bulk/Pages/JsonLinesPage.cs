using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using nietras.SeparatedValues;

namespace SalesforceConnector.Salesforce.Bulk.Pages;

/// <summary>
/// Writes the rows of a page as JSON lines: each row an object of its columns. CSV has no types, so each value is a string, or
/// null where the field is empty.
/// </summary>
internal static class JsonLinesPage
{
    private const int FlushBytes = 64 << 10;

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <exception cref="InvalidDataException">The page is not the CSV that Salesforce documents.</exception>
    public static async Task<PageCopy> CopyAsync(Stream page, Stream destination, CancellationToken cancellationToken)
    {
        var lines = new ArrayBufferWriter<byte>(FlushBytes * 2);
        using var json = new Utf8JsonWriter(lines, Readable);
        JsonEncodedText[]? columns = null;
        var rows = 0L;
        var rowsOfPage = await OpenAsync(page, cancellationToken).ConfigureAwait(false);
        using (rowsOfPage)
        {
            while (await ReadAsync(() => rowsOfPage.MoveNextAsync(cancellationToken)).ConfigureAwait(false))
            {
                RequireWhole(rowsOfPage.Current);
                if (columns is null)
                {
                    columns = ReadColumns(rowsOfPage.Current);
                    continue;
                }

                WriteRow(json, columns, rowsOfPage.Current);
                lines.Write("\n"u8);
                rows++;
                if (lines.WrittenCount >= FlushBytes)
                {
                    await destination.WriteAsync(lines.WrittenMemory, cancellationToken).ConfigureAwait(false);
                    lines.ResetWrittenCount();
                }
            }
        }

        await destination.WriteAsync(lines.WrittenMemory, cancellationToken).ConfigureAwait(false);
        return new PageCopy(columns is null ? "" : Identify(columns), rows);
    }

    private static async Task<SepReader> OpenAsync(Stream page, CancellationToken cancellationToken)
    {
        SepReader? reader = null;
        await ReadAsync(async () =>
        {
            var options = Sep.New(',').Reader(options => options with { HasHeader = false, Unescape = true });
            reader = await options.FromAsync(page, cancellationToken).ConfigureAwait(false);
            return true;
        }).ConfigureAwait(false);
        return reader!;
    }

    private static async Task<bool> ReadAsync(Func<ValueTask<bool>> readAsync)
    {
        try
        {
            return await readAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is not (IOException or OperationCanceledException))
        {
            throw new InvalidDataException("A page of a query's results is not the CSV that Salesforce documents.", e);
        }
    }

    // Of a page that was cut off, the last row can be without its closing quote.
    private static void RequireWhole(SepReader.Row row)
    {
        if (row.Span.Count('"') % 2 != 0)
        {
            throw new InvalidDataException("A page of a query's results ends inside quotes.");
        }
    }

    private static JsonEncodedText[] ReadColumns(SepReader.Row header)
    {
        var columns = new JsonEncodedText[header.ColCount];
        for (var i = 0; i < columns.Length; i++)
        {
            columns[i] = JsonEncodedText.Encode(header[i].Span, Readable.Encoder);
        }

        return columns;
    }

    private static void WriteRow(Utf8JsonWriter json, JsonEncodedText[] columns, SepReader.Row row)
    {
        json.Reset();
        json.WriteStartObject();
        for (var i = 0; i < columns.Length; i++)
        {
            if (row[i].Span is { IsEmpty: false } value)
            {
                json.WriteString(columns[i], value);
            }
            else
            {
                json.WriteNull(columns[i]);
            }
        }

        json.WriteEndObject();
        json.Flush();
    }

    private static string Identify(JsonEncodedText[] columns) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', columns.Select(column => column.Value)))));
}
