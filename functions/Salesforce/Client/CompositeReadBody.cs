using System.Buffers;
using SalesforceConnector.Salesforce.Bodies;

namespace SalesforceConnector.Salesforce.Client;

/// <summary>The bytes of one JSON object in a composite reply. After its end, the rest of the reply is validated.</summary>
internal sealed class CompositeReadBody(CompositeRead composite, Stream reply, ReadOnlyMemory<byte> prefix, int start) : Stream
{
    private static readonly SearchValues<byte> Structure = SearchValues.Create("\"{}[]"u8);
    private static readonly SearchValues<byte> StringEnd = SearchValues.Create("\"\\"u8);

    private readonly ReadOnlyMemory<byte> _before = prefix[..start];
    private ReadOnlyMemory<byte> _pending = prefix[start..];
    private int _depth;
    private bool _inString;
    private bool _escaped;
    private bool _ended;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_ended || buffer.IsEmpty)
        {
            return 0;
        }

        int read;
        if (_pending.IsEmpty)
        {
            read = await reply.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                throw composite.Malformed();
            }
        }
        else
        {
            read = Math.Min(_pending.Length, buffer.Length);
            _pending[..read].CopyTo(buffer);
            _pending = _pending[read..];
        }

        var own = Scan(buffer.Span[..read]);
        if (_ended)
        {
            await CheckEndAsync(buffer[own..read].ToArray(), cancellationToken).ConfigureAwait(false);
        }

        return own;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <returns>The number of bytes that belong to the object.</returns>
    private int Scan(ReadOnlySpan<byte> bytes)
    {
        var i = 0;
        while (i < bytes.Length)
        {
            if (_escaped)
            {
                _escaped = false;
                i++;
                continue;
            }

            var next = bytes[i..].IndexOfAny(_inString ? StringEnd : Structure);
            if (next < 0)
            {
                break;
            }

            i += next + 1;
            switch (bytes[i - 1])
            {
                case (byte)'\\':
                    _escaped = true;
                    break;
                case (byte)'"':
                    _inString = !_inString;
                    break;
                case (byte)'{' or (byte)'[':
                    _depth++;
                    break;
                default:
                    _depth--;
                    break;
            }

            if (_depth == 0)
            {
                _ended = true;
                return i;
            }
        }

        return bytes.Length;
    }

    private async Task CheckEndAsync(byte[] after, CancellationToken cancellationToken)
    {
        using var around = new MemoryStream();
        around.Write(_before.Span);
        around.Write("null"u8);
        around.Write(after);
        around.Write(_pending.Span);
        around.Write(await ErrorBody.ReadAsync(reply, "", cancellationToken).ConfigureAwait(false));
        if (composite.ReadWhole(around.ToArray()).Status is not (>= 200 and < 300))
        {
            throw composite.Malformed();
        }
    }
}
