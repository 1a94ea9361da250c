namespace SalesforceConnector.Salesforce.Events.Avro;

/// <summary>A type of an Avro schema.</summary>
/// <remarks>Apache Avro 1.12, "Schema Declaration".</remarks>
internal abstract class AvroType
{
    public sealed class Primitive(PrimitiveKind kind) : AvroType
    {
        public PrimitiveKind Kind { get; } = kind;
    }

    public sealed class Record : AvroType
    {
        /// <summary>The fields, in the order of the encoding. Set after construction, because a record can contain itself.</summary>
        public IReadOnlyList<AvroField> Fields { get; set; } = [];
    }

    public sealed class Enumeration(IReadOnlyList<string> symbols) : AvroType
    {
        public IReadOnlyList<string> Symbols { get; } = symbols;
    }

    public sealed class List(AvroType items) : AvroType
    {
        public AvroType Items { get; } = items;
    }

    public sealed class Map(AvroType values) : AvroType
    {
        public AvroType Values { get; } = values;
    }

    public sealed class Union(IReadOnlyList<AvroType> branches) : AvroType
    {
        public IReadOnlyList<AvroType> Branches { get; } = branches;
    }

    public sealed class Fixed(int size) : AvroType
    {
        public int Size { get; } = size;
    }
}

/// <summary>A field of a record.</summary>
/// <param name="Kind">What Salesforce stores in the field, where its type does not show it.</param>
internal sealed record AvroField(string Name, AvroType Type, FieldKind Kind)
{
    /// <summary>The record in the field, itself or as a branch of a union; <see langword="null"/> if there is none.</summary>
    public AvroType.Record? Nested => Type as AvroType.Record ?? (Type as AvroType.Union)?.Branches.OfType<AvroType.Record>().FirstOrDefault();
}

internal enum PrimitiveKind
{
    Null,
    Boolean,
    Int,
    Long,
    Float,
    Double,
    Bytes,
    String,
}

/// <summary>The Salesforce types that an event has as numbers and REST as texts.</summary>
internal enum FieldKind
{
    Other,

    /// <summary>Milliseconds since 1970; REST has <c>2026-11-26T10:30:00.000+0000</c>.</summary>
    DateTime,

    /// <summary>Milliseconds since 1970; REST has <c>2026-11-26</c>.</summary>
    Date,

    /// <summary>Milliseconds since midnight; REST has <c>10:30:00.000Z</c>.</summary>
    Time,
}
