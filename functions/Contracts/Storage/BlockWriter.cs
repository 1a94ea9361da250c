using System.Buffers;
using System.Globalization;
using System.Text;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace SalesforceConnector.Contracts.Storage;

/// <summary>
/// Writes a part of a blob as blocks, which are not part of the blob before they are committed. Blocks are numbered and have
/// one size, so that the same part written again takes the place of the first one.
/// </summary>
/// <param name="firstBlock">The number of blocks of earlier parts.</param>
internal sealed class BlockWriter(BlockBlobClient blob, int firstBlock) : WriteOnlyStream
{
    private const int BlockBytes = 4 << 20;

    private byte[] _filling = ArrayPool<byte>.Shared.Rent(BlockBytes);
    private byte[]? _staged;
    private int _filled;
    private Task _staging = Task.CompletedTask;

    /// <summary>The number of blocks of this part.</summary>
    public int Blocks { get; private set; }

    /// <summary>The number of bytes of this part.</summary>
    public long Bytes { get; private set; }

    /// <summary>Makes a blob of its parts. Repeated, it makes the same one.</summary>
    /// <param name="blocks">The number of blocks of all parts.</param>
    /// <exception cref="Azure.RequestFailedException">Storage does not take it.</exception>
    public static async Task CommitAsync(BlockBlobClient blob, int blocks, BlobHttpHeaders headers, CancellationToken cancellationToken) =>
        await blob.CommitBlockListAsync(
            Enumerable.Range(0, blocks).Select(IdOf), new CommitBlockListOptions { HttpHeaders = headers }, cancellationToken).ConfigureAwait(false);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Bytes += buffer.Length;
        while (!buffer.IsEmpty)
        {
            var count = Math.Min(buffer.Length, BlockBytes - _filled);
            buffer[..count].CopyTo(_filling.AsMemory(_filled));
            buffer = buffer[count..];
            _filled += count;
            if (_filled == BlockBytes)
            {
                await StageAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Ends the part.</summary>
    /// <exception cref="Azure.RequestFailedException">Storage does not take it.</exception>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        if (_filled > 0)
        {
            await StageAsync(cancellationToken).ConfigureAwait(false);
        }

        await _staging.ConfigureAwait(false);
    }

    public override async ValueTask DisposeAsync()
    {
        // If it failed, this has been thrown, or something else failed first.
        await _staging.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ArrayPool<byte>.Shared.Return(_filling);
        if (_staged is not null)
        {
            ArrayPool<byte>.Shared.Return(_staged);
        }

        await base.DisposeAsync().ConfigureAwait(false);
    }

    // One block is on its way while the next one is filled.
    private async Task StageAsync(CancellationToken cancellationToken)
    {
        await _staging.ConfigureAwait(false);
        var id = IdOf(firstBlock + Blocks);
        var block = new MemoryStream(_filling, 0, _filled, writable: false);
        (_staged, _filling) = (_filling, _staged ?? ArrayPool<byte>.Shared.Rent(BlockBytes));
        (_filled, Blocks) = (0, Blocks + 1);
        _staging = blob.StageBlockAsync(id, block, cancellationToken: cancellationToken);
    }

    // All ids of a blob must have one length.
    private static string IdOf(int number) =>
        Convert.ToBase64String(Encoding.ASCII.GetBytes(number.ToString("D6", CultureInfo.InvariantCulture)));
}
