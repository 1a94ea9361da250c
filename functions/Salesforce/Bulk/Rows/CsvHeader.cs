using System.Text;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using nietras.SeparatedValues;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Salesforce.Bulk.Rows;

/// <summary>The header row of a CSV, checked before a job is made.</summary>
/// <param name="Start">Where the rows begin: after the byte order mark, if any, and the header row.</param>
/// <param name="Row">The header row with its line ending, without the byte order mark.</param>
/// <remarks>Bulk API 2.0 and Bulk API Developer Guide, "Prepare CSV Files".</remarks>
internal sealed partial record CsvHeader(CsvFormat Format, IReadOnlyList<string> Columns, int Start, byte[] Row)
{
    /// <summary>The longest header row that Salesforce takes, in characters.</summary>
    public const int MaxLength = 32_000;

    /// <summary>The most fields of a record.</summary>
    public const int MaxColumns = 5_000;

    /// <summary>Bytes from the beginning that are enough to find the end of the longest header row.</summary>
    public const int HeadBytes = (MaxLength * 3) + 8;

    private static ReadOnlySpan<byte> Utf8Mark => [0xEF, 0xBB, 0xBF];

    /// <summary>Reads the header row.</summary>
    /// <param name="head">The beginning: all of it, or at least <see cref="HeadBytes"/>.</param>
    /// <param name="member">The payload's member that gives the CSV.</param>
    /// <exception cref="InvalidPayloadException">Salesforce would not take a CSV that begins like that.</exception>
    public static CsvHeader Read(ReadOnlySpan<byte> head, string member)
    {
        if (head is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            throw Invalid(member, "must be in UTF-8; it begins with the byte order mark of UTF-16");
        }

        var start = head.StartsWith(Utf8Mark) ? Utf8Mark.Length : 0;
        var rest = head[start..];
        var (length, ending) = FindEnd(rest);
        var isCrLf = ending == 2;
        if (ending == 1 && rest[length] == (byte)'\r')
        {
            throw Invalid(member, "must end its rows with LF or CRLF; its header row ends with a carriage return alone");
        }

        var row = rest[..length];
        if (!Utf8.IsValid(row))
        {
            throw Invalid(member, "must be in UTF-8; its header row is not");
        }

        var text = Encoding.UTF8.GetString(row);
        if (text.Length > MaxLength)
        {
            throw Invalid(member, $"must have a header row of at most {MaxLength} characters, the names of the fields");
        }

        var format = new CsvFormat(CsvFormat.DelimiterOf(text), isCrLf);
        var columns = Split(text, format.Delimiter, member);
        Check(columns, member);
        return new CsvHeader(format, columns, start + length + ending, [.. row, .. isCrLf ? "\r\n"u8 : "\n"u8]);
    }

    /// <summary>Checks the names of columns.</summary>
    /// <exception cref="InvalidPayloadException">One is no name of a field, or there twice.</exception>
    public static void Check(IReadOnlyList<string> columns, string member)
    {
        if (columns.Count > MaxColumns)
        {
            throw Invalid(member, $"must have at most {MaxColumns} columns; it has {columns.Count}");
        }

        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var column in columns)
        {
            if (!ColumnName().IsMatch(column))
            {
                throw Invalid(
                    member,
                    $"must have names of fields as its columns, such as Name, Account.External_Id__c or Lead:Who.Email; got {Quote.Value(column)}");
            }

            if (!seen.Add(column))
            {
                throw Invalid(member, $"must have each column once; it has {Quote.Value(column)} twice");
            }
        }
    }

    // Quotes can enclose names, as any value.
    private static (int Length, int Ending) FindEnd(ReadOnlySpan<byte> text)
    {
        var isQuoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            isQuoted ^= text[i] == (byte)'"';
            if (!isQuoted && text[i] is (byte)'\n' or (byte)'\r')
            {
                return (i, text[i..] is [(byte)'\r', (byte)'\n', ..] ? 2 : 1);
            }
        }

        return (text.Length, 0);
    }

    private static string[] Split(string header, char delimiter, string member)
    {
        if (header.Length == 0)
        {
            throw Invalid(member, "must begin with a header row, the names of the fields");
        }

        if (header.Count(c => c == '"') % 2 != 0)
        {
            throw Invalid(member, "must have a header row whose quotes are closed");
        }

        using var reader = Sep.New(delimiter).Reader(options => options with { HasHeader = false, Unescape = true }).FromText(header);
        foreach (var row in reader)
        {
            var columns = new string[row.ColCount];
            for (var i = 0; i < columns.Length; i++)
            {
                columns[i] = row[i].ToString();
            }

            return columns;
        }

        throw Invalid(member, "must begin with a header row, the names of the fields");
    }

    private static InvalidPayloadException Invalid(string member, string complaint) => new(ErrorCodes.InvalidMember, member, complaint);

    // A field, a field of a parent, or a field of a parent whose sObject must be told. One level.
    [GeneratedRegex(@"\A([A-Za-z]\w{0,79}:)?[A-Za-z]\w{0,79}(\.[A-Za-z]\w{0,79})?\z", RegexOptions.ECMAScript)]
    private static partial Regex ColumnName();
}
