using System.Buffers;

namespace SalesforceConnector.Salesforce.Bodies;

/// <summary>
/// A body that is streamed from Salesforce. Its beginning is read before the call counts as successful, so that an
/// incomplete small body is a failed call and not half a reply.
/// </summary>
internal sealed class StreamedBody : ReplyBody
{
    /// <summary>The number of bytes to read before the call counts as successful.</summary>
    public const int HeadBytes = 64 << 10;

    private const int BufferBytes = 64 << 10;

    private readonly ReadOnlyMemory<byte> _head;
    private readonly Stream? _rest;

    private StreamedBody(ReadOnlyMemory<byte> head, Stream? rest) => (_head, _rest) = (head, rest);

    public static StreamedBody Empty { get; } = new(default, null);

    /// <summary>Creates a body from bytes in memory.</summary>
    public static StreamedBody From(ReadOnlyMemory<byte> bytes) => new(bytes, null);

    /// <summary>The bytes that have been read so far.</summary>
    public ReadOnlyMemory<byte> Head => _head;

    public override long? Length => _rest is null ? _head.Length : null;

    /// <summary>Reads the first 64 KiB, or the whole body if it is shorter.</summary>
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
        // A reply without a body (204) does not even allow a write of zero bytes.
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
            throw new IOException($"Salesforce's reply stalled for {stallTimeout}.", e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public override void Dispose()
    {
        // The response owns the stream.
    }
}
