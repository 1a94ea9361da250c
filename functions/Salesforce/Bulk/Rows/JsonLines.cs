using System.Buffers;
using System.Runtime.CompilerServices;

namespace SalesforceConnector.Salesforce.Bulk.Rows;

/// <summary>Reads the lines of a stream of JSON lines.</summary>
internal static class JsonLines
{
    private const int BufferBytes = 256 << 10;

    /// <summary>The lines that are not blank. Each is valid until the next one is read.</summary>
    /// <param name="start">Where in the whole source the stream begins.</param>
    /// <returns>The line, where it begins and where the next line begins.</returns>
    public static async IAsyncEnumerable<(ReadOnlyMemory<byte> Line, long Start, long Next)> ReadAsync(
        Stream source, long start, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var (filled, isEnd) = (0, false);
            while (!isEnd)
            {
                var read = await source.ReadAsync(buffer.AsMemory(filled), cancellationToken).ConfigureAwait(false);
                isEnd = read == 0;
                var (seen, begun) = (filled, 0);
                filled += read;
                while (true)
                {
                    var length = buffer.AsSpan(seen, filled - seen).IndexOf((byte)'\n');
                    var end = length < 0 ? filled : seen + length;
                    if (length < 0 && !isEnd)
                    {
                        break;
                    }

                    var next = length < 0 ? filled : end + 1;
                    if (!IsBlank(buffer.AsSpan(begun, end - begun)))
                    {
                        yield return (buffer.AsMemory(begun, end - begun), start + begun, start + next);
                    }

                    (seen, begun) = (next, next);
                    if (length < 0)
                    {
                        break;
                    }
                }

                buffer.AsSpan(begun, filled - begun).CopyTo(buffer);
                (filled, start) = (filled - begun, start + begun);
                if (filled > CsvParts.MaxRowBytes)
                {
                    throw TooLong(start);
                }

                if (filled == buffer.Length)
                {
                    var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                    buffer.CopyTo(larger, 0);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static bool IsBlank(ReadOnlySpan<byte> line) => line.Trim(" \t\r"u8).IsEmpty;

    private static Contracts.Problems.InvalidPayloadException TooLong(long start) => new(
        Contracts.Problems.ErrorCodes.InvalidMember,
        "source",
        $"must have lines of at most {CsvParts.MaxRowBytes} bytes; one that begins at byte {start} is longer");
}
