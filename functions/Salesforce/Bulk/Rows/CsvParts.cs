using System.Buffers;
using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Salesforce.Bulk.Rows;

/// <summary>Copies rows of a CSV into the upload of one job, up to a number of bytes. Rows are copied byte for byte and never split.</summary>
internal static class CsvParts
{
    /// <summary>The longest row. Salesforce takes 400,000 characters in a record.</summary>
    public const int MaxRowBytes = 4_000_000;

    private const int BufferBytes = 256 << 10;

    /// <param name="source">The rows, from the first one that is to go into the job.</param>
    /// <param name="start">Where that is in the whole source.</param>
    /// <param name="header">The header row, with which each job begins.</param>
    /// <param name="maxBytes">The most bytes of the upload.</param>
    /// <param name="member">The payload's member that gives the CSV.</param>
    /// <exception cref="InvalidPayloadException">A row is too long, or its quotes are not closed.</exception>
    public static async Task<JobPart> CopyAsync(
        Stream source, Stream destination, long start, ReadOnlyMemory<byte> header, int maxBytes, string member, CancellationToken cancellationToken)
    {
        await destination.WriteAsync(header, cancellationToken).ConfigureAwait(false);
        var scanner = new RowScanner();
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            // The buffer begins with the first row that has not been written; of its bytes, some have been looked at.
            var (filled, seen, next) = (0, 0, start);
            var (rows, left) = (0L, maxBytes - header.Length);
            while (true)
            {
                var read = await source.ReadAsync(buffer.AsMemory(filled), cancellationToken).ConfigureAwait(false);
                filled += read;
                var complete = 0;
                while (scanner.FindEnd(buffer.AsSpan(seen, filled - seen), out var isRow) is > 0 and var length)
                {
                    seen += length;
                    if (seen > left)
                    {
                        await FlushAsync(complete).ConfigureAwait(false);
                        return rows > 0 ? new JobPart(next, rows, IsLast: false) : throw TooLong(maxBytes);
                    }

                    complete = seen;
                    rows += isRow ? 1 : 0;
                }

                await FlushAsync(complete).ConfigureAwait(false);
                seen = filled;
                if (read == 0)
                {
                    return await EndAsync().ConfigureAwait(false);
                }

                if (filled > MaxRowBytes)
                {
                    throw TooLong(MaxRowBytes);
                }

                Grow();
            }

            async Task FlushAsync(int length)
            {
                if (length > 0)
                {
                    await destination.WriteAsync(buffer.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
                    buffer.AsSpan(length, filled - length).CopyTo(buffer);
                    (filled, seen, next, left) = (filled - length, seen - length, next + length, left - length);
                }
            }

            // The last row may have no line ending.
            async Task<JobPart> EndAsync()
            {
                if (scanner.IsQuoted)
                {
                    throw new InvalidPayloadException(ErrorCodes.InvalidMember, member, $"must close its quotes; those of a row that begins at byte {next} are not closed");
                }

                if (!scanner.IsInRow)
                {
                    return new JobPart(next + filled, rows, IsLast: true);
                }

                if (filled > left)
                {
                    return rows > 0 ? new JobPart(next, rows, IsLast: false) : throw TooLong(maxBytes);
                }

                rows++;
                await FlushAsync(filled).ConfigureAwait(false);
                return new JobPart(next, rows, IsLast: true);
            }

            InvalidPayloadException TooLong(int limit) => new(
                ErrorCodes.InvalidMember, member, $"must have rows of at most {limit} bytes; one that begins at byte {next} is longer");

            void Grow()
            {
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
}
