using System.Numerics;
using SalesforceSimulator.Files;

namespace SalesforceSimulator.Data;

/// <summary>
/// An immutable record. A change creates a new one, so that a reply can be written while the org changes. A value is
/// <see langword="null"/>, a <see cref="string"/>, a <see cref="bool"/>, a <see cref="JsonNumber"/> or
/// a <see cref="FileContent"/>.
/// </summary>
internal abstract class Record(ObjectType type, int ordinal)
{
    public ObjectType Type { get; } = type;

    public int Ordinal { get; } = ordinal;

    /// <summary>The number of changes.</summary>
    public virtual int Revision => 0;

    public string Id => RecordIds.Create(Type.KeyPrefix, Ordinal);

    public bool IsDeleted => this["IsDeleted"] is true;

    public object? this[Field field] => field switch
    {
        { Type: FieldType.Id } => Id,
        { Formula: { } formula } => formula(this),
        _ => Read(field),
    };

    public object? this[string name] => this[Type[name]];

    /// <summary>Creates a copy with some values replaced.</summary>
    public StoredRecord With(IEnumerable<KeyValuePair<string, object?>> changes)
    {
        var values = Type.Fields.Where(field => field.Formula is null && field.Type != FieldType.Id)
            .Select(field => KeyValuePair.Create(field.Name, Read(field)))
            .Where(pair => pair.Value is not null)
            .ToDictionary();
        foreach (var (name, value) in changes)
        {
            values[name] = value;
        }

        return new StoredRecord(Type, Ordinal, values, Revision + 1);
    }

    protected abstract object? Read(Field field);
}

/// <summary>A record whose values are stored: those that are not null, in the order of the fields.</summary>
internal sealed class StoredRecord : Record
{
    private static readonly object True = true;
    private static readonly object False = false;

    private readonly ulong _present;
    private readonly object[] _values;

    public StoredRecord(ObjectType type, int ordinal, IReadOnlyDictionary<string, object?> values, int revision = 0)
        : base(type, ordinal)
    {
        Revision = revision;
        var stored = new List<object>(values.Count);
        for (var i = 0; i < type.Fields.Count; i++)
        {
            if (values.GetValueOrDefault(type.Fields[i].Name) is { } value)
            {
                _present |= 1UL << i;

                // One object for each of the two: an org can have millions of records.
                stored.Add(value is bool flag ? flag ? True : False : value);
            }
        }

        _values = [.. stored];
    }

    public override int Revision { get; }

    protected override object? Read(Field field)
    {
        var bit = Type.IndexOf(field) is >= 0 and var index ? 1UL << index : 0;
        return (_present & bit) == 0 ? null : _values[BitOperations.PopCount(_present & (bit - 1))];
    }
}
