using System.Security.Cryptography;

namespace SalesforceSimulator.Files;

/// <summary>The bytes of a file of the org, however many.</summary>
internal sealed class FileContent
{
    private FileContent(TemporaryFile bytes)
    {
        Bytes = bytes;
        using var all = bytes.OpenRead();
#pragma warning disable CA5351 // Salesforce's own checksum of a file: it tells files apart, and protects nothing.
        Checksum = Convert.ToHexStringLower(MD5.HashData(all));
#pragma warning restore CA5351
    }

    public TemporaryFile Bytes { get; }

    public long Length => Bytes.Length;

    /// <summary>The MD5 of the bytes, as the field Checksum has it.</summary>
    public string Checksum { get; }

    public static FileContent Of(byte[] bytes)
    {
        var file = new TemporaryFile();
        file.Append(bytes);
        return new FileContent(file);
    }

    /// <summary>Takes what a stream has, to its end.</summary>
    public static async Task<FileContent> ReadAsync(Stream stream, CancellationToken cancellationToken) =>
        new(await TemporaryFile.ReadAsync(stream, cancellationToken));
}
