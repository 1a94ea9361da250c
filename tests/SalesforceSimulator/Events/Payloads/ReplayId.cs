using System.Buffers.Binary;
using Google.Protobuf;

namespace SalesforceSimulator.Events.Payloads;

/// <summary>Replay ids. To clients, they are opaque.</summary>
internal static class ReplayId
{
    // Ten bytes have been seen of Salesforce: a big-endian number, and two zeros.
    private const int Length = 10;

    public static ByteString Of(long position)
    {
        Span<byte> bytes = stackalloc byte[Length];
        bytes.Clear();
        BinaryPrimitives.WriteInt64BigEndian(bytes, position);
        return ByteString.CopyFrom(bytes);
    }

    /// <returns>The position; <see langword="null"/> if it is not a replay id.</returns>
    /// <remarks>A widely used client sends only the number, so Salesforce accepts that.</remarks>
    public static long? Read(ByteString id)
    {
        var bytes = id.Span;
        return bytes.Length is Length or sizeof(long) && !bytes[sizeof(long)..].ContainsAnyExcept((byte)0)
            ? BinaryPrimitives.ReadInt64BigEndian(bytes)
            : null;
    }
}
