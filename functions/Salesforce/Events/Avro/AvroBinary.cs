using System.Buffers.Binary;
using System.Text;

namespace SalesforceConnector.Salesforce.Events.Avro;

/// <summary>Reads values in Avro's binary encoding. Each method throws <see cref="InvalidDataException"/> if the data is not what it reads.</summary>
/// <remarks>Apache Avro 1.12, "Binary encoding".</remarks>
internal ref struct AvroBinary(ReadOnlySpan<byte> data)
{
    private const int MaxVarintBytes = 10;

    // Replacement characters would change a text without a trace.
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private ReadOnlySpan<byte> _rest = data;

    public readonly int Remaining => _rest.Length;

    public long ReadLong()
    {
        ulong value = 0;
        for (var i = 0; i < MaxVarintBytes; i++)
        {
            var next = Take(1)[0];
            value |= (ulong)(next & 0x7F) << (7 * i);
            if (next < 0x80)
            {
                return (long)(value >> 1) ^ -(long)(value & 1);
            }
        }

        throw new InvalidDataException("The event has a number of more than 64 bits.");
    }

    public int ReadInt() =>
        ReadLong() is var value and >= int.MinValue and <= int.MaxValue ? (int)value : throw new InvalidDataException("The event has an int of more than 32 bits.");

    public bool ReadBoolean() => Take(1)[0] switch
    {
        0 => false,
        1 => true,
        _ => throw new InvalidDataException("The event has a boolean that is neither 0 nor 1."),
    };

    public float ReadFloat() => BinaryPrimitives.ReadSingleLittleEndian(Take(sizeof(float)));

    public double ReadDouble() => BinaryPrimitives.ReadDoubleLittleEndian(Take(sizeof(double)));

    public ReadOnlySpan<byte> ReadBytes() => Take(ReadLong());

    public ReadOnlySpan<byte> ReadFixed(int size) => Take(size);

    public string ReadString()
    {
        try
        {
            return Strict.GetString(ReadBytes());
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidDataException("The event has a text that is not UTF-8.", e);
        }
    }

    /// <summary>Reads the index of a union's branch or of an enum's symbol.</summary>
    public int ReadIndex(int count) =>
        ReadLong() is var index && index >= 0 && index < count ? (int)index : throw new InvalidDataException("The event has an index outside its schema.");

    /// <summary>Reads the number of items in the next block of an array or map; 0 after the last block.</summary>
    public long ReadBlock()
    {
        var count = ReadLong();
        if (count < 0)
        {
            // The size in bytes follows, for readers that skip the block.
            _ = ReadLong();
            count = -count;
        }

        // An item takes a byte at least.
        return count >= 0 && count <= Remaining ? count : throw new InvalidDataException("The event has a block that is longer than the event.");
    }

    private ReadOnlySpan<byte> Take(long length)
    {
        if (length < 0 || length > _rest.Length)
        {
            throw new InvalidDataException("The event ends before its schema does.");
        }

        var taken = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return taken;
    }
}
