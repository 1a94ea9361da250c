using System.Buffers;

namespace SalesforceConnector.Salesforce.Bodies;

/// <summary>
/// A body as it comes from Salesforce. Its beginning has been read before the reply was called a success, so that a small
/// body that breaks off is a failed call, not half a reply; the rest streams through.
/// </summary>
internal sealed class StreamedBody : ReplyBody
{
    /// <summary>How much is read before a reply is called a success.</summary>
    public const int HeadBytes = 64 << 10;

    private const int BufferBytes = 64 << 10;

    private readonly ReadOnlyMemory<byte> _head;
    private readonly Stream? _rest;

    private StreamedBody(ReadOnlyMemory<byte> head, Stream? rest) => (_head, _rest) = (head, rest);

    public static StreamedBody Empty { get; } = new(default, null);

    /// <summary>A body that is here already.</summary>
    public static StreamedBody Of(ReadOnlyMemory<byte> bytes) => new(bytes, null);

    /// <summary>What has been read.</summary>
    public ReadOnlyMemory<byte> Head => _head;

    public override long? Length => _rest is null ? _head.Length : null;

    /// <summary>Reads up to 64 KiB, or the whole body if it is no longer.</summary>
    public static async Task<StreamedBody> BeginAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[1_024];
        var length = 0;
        while (true)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
            length += read;
            if (read == 0)
            {
                return new StreamedBody(buffer.AsMemory(0, length), null);
            }

            if (length == HeadBytes)
            {
                return new StreamedBody(buffer, stream);
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, Math.Min(length * 4, HeadBytes));
            }
        }
    }

    public override async Task CopyToAsync(Stream destination, TimeSpan stallTimeout, TimeProvider time, CancellationToken cancellationToken)
    {
        // A reply without a body (204) may not even be written nothing to.
        if (!_head.IsEmpty)
        {
            await destination.WriteAsync(_head, cancellationToken).ConfigureAwait(false);
        }

        if (_rest is null)
        {
            return;
        }

        using var stalled = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stalled.Token, cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while (true)
            {
                stalled.CancelAfter(stallTimeout);
                var read = await _rest.ReadAsync(buffer, either.Token).ConfigureAwait(false);
                stalled.CancelAfter(Timeout.InfiniteTimeSpan);
                if (read == 0)
                {
                    return;
                }

                await destination.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException e) when (stalled.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"Salesforce's reply stood still for {stallTimeout}.", e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public override void Dispose()
    {
        // The stream is the response's.
    }
}
