using Microsoft.Win32.SafeHandles;

namespace SalesforceSimulator.Files;

/// <summary>Bytes, however many, in a temporary file that goes when nobody has it any more. It only grows.</summary>
internal sealed class TemporaryFile
{
    private const int BlockBytes = 128 << 10;

    private readonly SafeFileHandle _file = Open();

    public long Length { get; private set; }

    /// <summary>Takes what a stream has, to its end.</summary>
    public static async Task<TemporaryFile> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var file = new TemporaryFile();
        var block = new byte[BlockBytes];
        int read;
        while ((read = await stream.ReadAsync(block, cancellationToken)) > 0)
        {
            file.Append(block.AsSpan(0, read));
        }

        return file;
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        RandomAccess.Write(_file, bytes, Length);
        Length += bytes.Length;
    }

    /// <summary>Reads from a position on, as much as there is and fits.</summary>
    public int Read(long at, Span<byte> bytes) => RandomAccess.Read(_file, bytes, at);

    public Stream OpenRead() => new Reader(this);

    public async Task CopyToAsync(Stream destination, long from, long length, CancellationToken cancellationToken)
    {
        var block = new byte[BlockBytes];
        for (var at = 0L; at < length;)
        {
            var read = await RandomAccess.ReadAsync(_file, block.AsMemory(0, (int)Math.Min(block.Length, length - at)), from + at, cancellationToken);
            await destination.WriteAsync(block.AsMemory(0, read), cancellationToken);
            at += read;
        }
    }

    private static SafeFileHandle Open()
    {
        var path = Path.Combine(Path.GetTempPath(), $"simulated-file-{Guid.NewGuid():N}");
        var file = File.OpenHandle(
            path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        if (!OperatingSystem.IsWindows())
        {
            // Without its name it goes with the process, however that ends.
            File.Delete(path);
        }

        return file;
    }

    private sealed class Reader(TemporaryFile file) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => file.Length;

        public override long Position { get; set; }

        public override int Read(Span<byte> buffer)
        {
            var read = file.Read(Position, buffer);
            Position += read;
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

/// <summary>The body of a reply that is in a file, or a part of one, after bytes that are not.</summary>
internal sealed record FilePart(ReadOnlyMemory<byte> Head, TemporaryFile File, long From, long FileLength)
{
    public FilePart(TemporaryFile file)
        : this(ReadOnlyMemory<byte>.Empty, file, 0, file.Length)
    {
    }

    public long Length => Head.Length + FileLength;

    /// <param name="length">How many of the bytes, from the first one on.</param>
    public async Task CopyToAsync(Stream destination, long length, CancellationToken cancellationToken)
    {
        var head = Head[..(int)Math.Min(Head.Length, length)];
        await destination.WriteAsync(head, cancellationToken);
        await File.CopyToAsync(destination, From, length - head.Length, cancellationToken);
    }
}
