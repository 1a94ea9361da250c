using System.Security.Cryptography;

namespace SalesforceConnector.Contracts.Storage;

/// <summary>Hashes what is written to another stream, which it leaves open.</summary>
internal sealed class HashedStream(Stream destination) : WriteOnlyStream
{
#pragma warning disable CA5351 // The checksum of blobs and of Salesforce's files. It is not used for security.
    private readonly IncrementalHash _md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
#pragma warning restore CA5351
    private readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>The hash of all that was written, which can be read once.</summary>
    public byte[] Md5 => _md5.GetHashAndReset();

    /// <inheritdoc cref="Md5"/>
    public byte[] Sha256 => _sha256.GetHashAndReset();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _md5.AppendData(buffer.Span);
        _sha256.AppendData(buffer.Span);
        return destination.WriteAsync(buffer, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        _md5.Dispose();
        _sha256.Dispose();
        base.Dispose(disposing);
    }
}
