using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace SalesforceSimulator.Files;

/// <summary>The bytes of a file of the org, however many, in a temporary file that goes when nobody has it any more.</summary>
internal sealed class FileContent
{
    private const int BlockBytes = 128 << 10;

    private readonly SafeFileHandle _file = Open();

    private FileContent()
    {
    }

    public long Length { get; private set; }

    /// <summary>The MD5 of the bytes, as the field Checksum has it.</summary>
    public string Checksum { get; private set; } = "";

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

    public static FileContent Of(byte[] bytes)
    {
        var content = new FileContent { Length = bytes.Length, Checksum = ToText(MD5.HashData(bytes)) };
        RandomAccess.Write(content._file, bytes, fileOffset: 0);
        return content;
    }

    /// <summary>Takes what a stream has, to its end.</summary>
    public static async Task<FileContent> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        var content = new FileContent();
        var block = new byte[BlockBytes];
        int read;
        while ((read = await stream.ReadAsync(block, cancellationToken)) > 0)
        {
            hash.AppendData(block, 0, read);
            await RandomAccess.WriteAsync(content._file, block.AsMemory(0, read), content.Length, cancellationToken);
            content.Length += read;
        }

        content.Checksum = ToText(hash.GetHashAndReset());
        return content;
    }

    /// <param name="length">How many of the bytes, from the first one on.</param>
    public async Task CopyToAsync(Stream destination, long length, CancellationToken cancellationToken)
    {
        var block = new byte[BlockBytes];
        for (var at = 0L; at < length;)
        {
            var read = await RandomAccess.ReadAsync(_file, block.AsMemory(0, (int)Math.Min(block.Length, length - at)), at, cancellationToken);
            await destination.WriteAsync(block.AsMemory(0, read), cancellationToken);
            at += read;
        }
    }

    private static string ToText(byte[] hash) => Convert.ToHexStringLower(hash);
}
