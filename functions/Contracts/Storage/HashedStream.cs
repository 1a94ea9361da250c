using System.Security.Cryptography;

namespace SalesforceConnector.Contracts.Storage;

/// <summary>Hashes what is written to another stream, which it leaves open.</summary>
internal sealed class HashedStream(Stream destination, HashAlgorithmName algorithm) : WriteOnlyStream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(algorithm);

    /// <summary>The hash of all that was written so far.</summary>
    public byte[] Hash => _hash.GetCurrentHash();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _hash.AppendData(buffer.Span);
        return destination.WriteAsync(buffer, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        _hash.Dispose();
        base.Dispose(disposing);
    }
}
