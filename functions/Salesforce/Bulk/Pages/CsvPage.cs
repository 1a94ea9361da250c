using System.Buffers;
using System.Security.Cryptography;
using SalesforceConnector.Salesforce.Bulk.Rows;

namespace SalesforceConnector.Salesforce.Bulk.Pages;

/// <summary>Copies the rows of a page byte for byte, with the header row or without it.</summary>
internal static class CsvPage
{
    private const int BufferBytes = 256 << 10;
    private const int MaxHeaderBytes = 4 << 20;

    /// <exception cref="InvalidDataException">The page ends inside a row, or is not CSV.</exception>
    public static async Task<PageCopy> CopyAsync(Stream page, Stream destination, bool withHeader, CancellationToken cancellationToken)
    {
        var scanner = new RowScanner();
        var header = new MemoryStream();
        var isHeaderRead = false;
        var rows = 0L;
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while (await page.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read)
            {
                var (start, at) = (0, 0);
                while (scanner.FindEnd(buffer.AsSpan(at, read - at), out var isRow) is > 0 and var length)
                {
                    at += length;
                    if (isHeaderRead)
                    {
                        rows += isRow ? 1 : 0;
                    }
                    else if (isRow)
                    {
                        header.Write(buffer.AsSpan(0, at));
                        (isHeaderRead, start) = (true, at);
                        await EndHeaderAsync().ConfigureAwait(false);
                    }
                }

                if (isHeaderRead)
                {
                    await destination.WriteAsync(buffer.AsMemory(start, read - start), cancellationToken).ConfigureAwait(false);
                }
                else
                {
                    header.Write(buffer.AsSpan(0, read));
                    Require(header.Length <= MaxHeaderBytes, "has no header row");
                }
            }

            Require(!scanner.IsQuoted, "ends inside quotes");
            if (scanner.IsInRow)
            {
                // The last row has no line ending, and rows of the next page follow.
                await EndRowAsync().ConfigureAwait(false);
            }

            return new PageCopy(isHeaderRead ? Convert.ToHexStringLower(SHA256.HashData(header.ToArray().AsSpan().TrimEnd("\r\n"u8))) : "", rows);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        async Task EndHeaderAsync()
        {
            if (withHeader)
            {
                await destination.WriteAsync(header.ToArray(), cancellationToken).ConfigureAwait(false);
            }
        }

        async Task EndRowAsync()
        {
            if (isHeaderRead)
            {
                rows++;
                await destination.WriteAsync("\n"u8.ToArray(), cancellationToken).ConfigureAwait(false);
                return;
            }

            isHeaderRead = true;
            header.WriteByte((byte)'\n');
            await EndHeaderAsync().ConfigureAwait(false);
        }
    }

    private static void Require(bool isSo, string otherwise)
    {
        if (!isSo)
        {
            throw new InvalidDataException($"A page of a query's results {otherwise}.");
        }
    }
}
