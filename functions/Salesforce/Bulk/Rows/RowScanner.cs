using System.Buffers;

namespace SalesforceConnector.Salesforce.Bulk.Rows;

/// <summary>Finds the ends of CSV rows in bytes that come piece by piece. Line breaks inside quotes end no row.</summary>
/// <remarks>RFC 4180. All separators and quotes are ASCII, so UTF-8 need not be decoded. Blank lines are no rows.</remarks>
internal sealed class RowScanner
{
    private static readonly SearchValues<byte> Marks = SearchValues.Create("\"\n"u8);

    private bool _hasContent;

    /// <summary>Whether the last piece ended inside quotes.</summary>
    public bool IsQuoted { get; private set; }

    /// <summary>Whether a row has begun that has not ended.</summary>
    public bool IsInRow => _hasContent;

    /// <summary>Looks for the end of the current row.</summary>
    /// <param name="isRow">Whether the line is a row, and not blank.</param>
    /// <returns>The number of bytes up to it; -1 if it is not among them.</returns>
    public int FindEnd(ReadOnlySpan<byte> bytes, out bool isRow)
    {
        isRow = false;
        var at = 0;
        while (true)
        {
            var found = bytes[at..].IndexOfAny(Marks);
            var before = found < 0 ? bytes[at..] : bytes.Slice(at, found);
            _hasContent |= before.Length > 1 || before is [not (byte)'\r'];
            if (found < 0)
            {
                return -1;
            }

            at += found + 1;
            if (bytes[at - 1] == (byte)'"')
            {
                IsQuoted = !IsQuoted;
                _hasContent = true;
            }
            else if (!IsQuoted)
            {
                isRow = _hasContent;
                _hasContent = false;
                return at;
            }
        }
    }
}
