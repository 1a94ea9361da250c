namespace Connector.Tests.Drivers;

/// <summary>Gives at most so many bytes at once, as a network does.</summary>
internal sealed class PiecewiseStream(ReadOnlyMemory<byte> bytes, int piece) : MemoryStream(bytes.ToArray())
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        base.ReadAsync(buffer[..Math.Min(buffer.Length, piece)], cancellationToken);
}
