using SalesforceConnector.Contracts.Storage;

namespace SalesforceConnector.Salesforce.Bodies;

/// <summary>A file on its way to the caller. Its length is known from the file's record: fewer or more bytes are not the file.</summary>
/// <param name="bytes">The bytes as they come.</param>
/// <param name="expected">How many there are; <see langword="null"/> if the record does not tell.</param>
internal sealed class FileBody(ReplyBody bytes, long? expected) : ReplyBody
{
    /// <remarks>Never said to be here whole, so that no result carries a file as if it were JSON.</remarks>
    public override long? Length => null;

    public override long? AnnouncedLength => expected;

    public override async Task CopyToAsync(Stream destination, TimeSpan stallTimeout, TimeProvider time, CancellationToken cancellationToken)
    {
        var counted = new CountedStream(destination, expected);
        await using (counted.ConfigureAwait(false))
        {
            await bytes.CopyToAsync(counted, stallTimeout, time, cancellationToken).ConfigureAwait(false);
            if (expected is { } all && counted.Count < all)
            {
                throw new UnexpectedReplyException($"Salesforce sent {counted.Count} bytes of a file of {all}.");
            }
        }
    }

    public override void Dispose() => bytes.Dispose();

    /// <summary>Counts what is written to another stream, and lets no more pass than is expected.</summary>
    private sealed class CountedStream(Stream destination, long? most) : WriteOnlyStream
    {
        public long Count { get; private set; }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Count += buffer.Length;
            return Count > most
                ? throw new UnexpectedReplyException($"Salesforce sent more than the {most} bytes of a file.")
                : destination.WriteAsync(buffer, cancellationToken);
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => destination.FlushAsync(cancellationToken);

        public override void Flush() => throw new NotSupportedException();
    }
}
