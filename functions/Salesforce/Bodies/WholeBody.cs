using System.Buffers;

namespace SalesforceConnector.Salesforce.Bodies;

/// <summary>A body in a pooled buffer, which is returned when the reply is disposed.</summary>
internal sealed class WholeBody : ReplyBody
{
    private const int FirstBytes = 64 << 10;

    private byte[] _buffer;
    private readonly int _length;

    private WholeBody(byte[] buffer, int length) => (_buffer, _length) = (buffer, length);

    public override long? Length => _length;

    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length);

    /// <summary>Reads the whole body.</summary>
    public static async Task<WholeBody> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(FirstBytes);
        var length = 0;
        try
        {
            while (true)
            {
                var read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    return new WholeBody(buffer, length);
                }

                length += read;
                if (length == buffer.Length)
                {
                    var larger = ArrayPool<byte>.Shared.Rent(length * 2);
                    buffer.CopyTo(larger, 0);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }
            }
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
    }

    public override async Task CopyToAsync(Stream destination, TimeSpan stallTimeout, TimeProvider time, CancellationToken cancellationToken)
    {
        // A reply without a body (204) may not even be written nothing to.
        if (_length > 0)
        {
            await destination.WriteAsync(Bytes, cancellationToken).ConfigureAwait(false);
        }
    }

    public override void Dispose()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }
}
