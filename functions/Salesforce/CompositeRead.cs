using System.Buffers;
using System.Text;
using System.Text.Json;

namespace SalesforceConnector.Salesforce;

/// <summary>
/// A read whose URL is too long for a request line, made as the one subrequest of a composite request, and the way back
/// from the composite reply to what the read alone would have been answered.
/// </summary>
/// <remarks>
/// REST API Developer Guide, "Composite"; Salesforce Help 000386264 names it as the way for a long SOQL query.
/// The reply is <c>{"compositeResponse":[{"body":…,"httpHeaders":{},"httpStatusCode":200,"referenceId":"…"}]}</c>.
/// </remarks>
internal static class CompositeRead
{
    public const string Path = "composite";

    private const int BufferBytes = 16 << 10;

    /// <summary>The composite request around a GET of <paramref name="url"/>, a path with its query.</summary>
    /// <param name="headers">The headers of that GET.</param>
    public static byte[] Wrap(string url, IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("compositeRequest");
            writer.WriteStartObject();
            writer.WriteString("method", "GET");
            writer.WriteString("url", url);
            writer.WriteString("referenceId", "read");
            if (headers.Count > 0)
            {
                writer.WriteStartObject("httpHeaders");
                foreach (var (name, value) in headers)
                {
                    writer.WriteString(name, value);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The subrequest's reply: its status, and its body as a stream of the bytes as they came.</summary>
    /// <remarks>
    /// The body precedes the status, and streams through before the status is here. But an error is an array, and what
    /// is read here never is one: so the body's first character tells them apart, and the status is checked when it comes.
    /// </remarks>
    /// <exception cref="IOException">The reply is no composite reply of one subrequest, or it broke off.</exception>
    public static async Task<(int Status, Stream Body)> UnwrapAsync(Stream reply, CancellationToken cancellationToken)
    {
        var prefix = new ArrayBufferWriter<byte>(BufferBytes);
        while (true)
        {
            var read = await reply.ReadAsync(prefix.GetMemory(BufferBytes), cancellationToken).ConfigureAwait(false);
            prefix.Advance(read);
            if (FindBody(prefix.WrittenSpan) is { } start)
            {
                if (prefix.WrittenSpan[start] == (byte)'{')
                {
                    return (200, new BodyStream(reply, prefix.WrittenMemory, start));
                }

                break;
            }

            if (read == 0 || prefix.WrittenCount > ErrorBody.MaxBytes)
            {
                throw Malformed();
            }
        }

        using var whole = new MemoryStream();
        whole.Write(prefix.WrittenSpan);
        whole.Write(await ErrorBody.ReadAsync(reply, "", cancellationToken).ConfigureAwait(false));
        return ReadError(whole.ToArray());
    }

    private static (int Status, Stream Body) ReadError(byte[] reply)
    {
        try
        {
            using var document = JsonDocument.Parse(reply);
            var subreply = document.RootElement.GetProperty("compositeResponse")[0];
            var body = Encoding.UTF8.GetBytes(subreply.GetProperty("body").GetRawText());
            return (subreply.GetProperty("httpStatusCode").GetInt32(), new MemoryStream(body));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException or FormatException)
        {
            throw Malformed(e);
        }
    }

    /// <returns>Where the value of <c>compositeResponse[0].body</c> begins, or <see langword="null"/> if it is not here yet.</returns>
    private static int? FindBody(ReadOnlySpan<byte> prefix)
    {
        const int MemberDepth = 3;
        var reader = new Utf8JsonReader(prefix, isFinalBlock: false, default);
        try
        {
            while (reader.Read())
            {
                if (reader.CurrentDepth == MemberDepth && reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("body"u8))
                {
                    return reader.Read() ? (int)reader.TokenStartIndex : null;
                }
            }

            return null;
        }
        catch (JsonException e)
        {
            throw Malformed(e);
        }
    }

    private static IOException Malformed(Exception? cause = null) =>
        new("Salesforce's reply is not that of a composite request with one subrequest.", cause);

    /// <summary>The bytes of one JSON object out of the composite reply; at its end the rest of the reply is checked.</summary>
    private sealed class BodyStream(Stream reply, ReadOnlyMemory<byte> prefix, int start) : Stream
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
                    throw Malformed();
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

        /// <returns>How many of the bytes are the object's own.</returns>
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
            if (ReadError(around.ToArray()).Status is not (>= 200 and < 300))
            {
                throw Malformed();
            }
        }
    }
}
