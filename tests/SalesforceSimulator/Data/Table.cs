namespace SalesforceSimulator.Data;

/// <summary>The records of one sObject, by index. Deleted records stay, marked as deleted.</summary>
internal sealed class Table(ObjectType type)
{
    private readonly Dictionary<int, Record> _stored = [];
    private readonly List<GeneratedRange> _ranges = [];
    private readonly HashSet<int> _removed = [];
    private readonly (Field Field, ValueIndex Index)[] _indexes =
        [.. type.Fields.Where(field => field.FindsRecords || field.MatchedByRule).Select(field => (field, new ValueIndex()))];

    public ObjectType Type { get; } = type;

    /// <summary>The index of the next record.</summary>
    public int Next { get; private set; }

    /// <summary>The number of records that are not deleted.</summary>
    public int LiveCount { get; private set; }

    public Record? Get(int ordinal)
    {
        if (_stored.TryGetValue(ordinal, out var record))
        {
            return record;
        }

        return !_removed.Contains(ordinal) && _ranges.Find(range => range.Contains(ordinal)) is { } range
            ? new GeneratedRecord(Type, ordinal, range)
            : null;
    }

    /// <summary>The indexes of all records, optionally including deleted ones.</summary>
    public IEnumerable<int> Ordinals(bool includeDeleted)
    {
        for (var ordinal = 0; ordinal < Next; ordinal++)
        {
            if (_stored.TryGetValue(ordinal, out var record)
                ? includeDeleted || !record.IsDeleted
                : !_removed.Contains(ordinal) && _ranges.Exists(range => range.Contains(ordinal)))
            {
                yield return ordinal;
            }
        }
    }

    /// <summary>The records that are not deleted and have this value in a field that finds records or is in the duplicate rule, ignoring case.</summary>
    public IReadOnlyList<Record> FindByValue(Field field, string value)
    {
        List<Record> found = [];
        if (GeneratedRecord.OrdinalOf(field, value) is >= 0 and var generated
            && !_stored.ContainsKey(generated) && Get(generated) is { } record)
        {
            found.Add(record);
        }

        found.AddRange(Array.Find(_indexes, index => index.Field.Name == field.Name).Index
            .Find(value).Select(ordinal => _stored[ordinal]).Where(stored => !stored.IsDeleted));
        return found;
    }

    /// <summary>Stores a record at its index and returns the previous one.</summary>
    public Record? Put(Record record)
    {
        var previous = Get(record.Ordinal);
        Forget(previous);
        _stored[record.Ordinal] = record;
        _removed.Remove(record.Ordinal);
        Next = Math.Max(Next, record.Ordinal + 1);
        LiveCount += record.IsDeleted ? 0 : 1;
        Index(record, (index, value, ordinal) => index.Add(value, ordinal));
        return previous;
    }

    /// <summary>Restores the previous record at an index; <see langword="null"/> if there was none.</summary>
    public void Restore(int ordinal, Record? previous)
    {
        if (previous is not null)
        {
            Put(previous);
            return;
        }

        Remove(ordinal);
    }

    /// <summary>Removes a record for good.</summary>
    public void Remove(int ordinal)
    {
        Forget(Get(ordinal));
        _stored.Remove(ordinal);
        _removed.Add(ordinal);
    }

    public void Add(GeneratedRange range)
    {
        _ranges.Add(range);
        Next += range.Count;
        LiveCount += range.Count;
    }

    private void Forget(Record? record)
    {
        if (record is null)
        {
            return;
        }

        LiveCount -= record.IsDeleted ? 0 : 1;
        Index(record, (index, value, ordinal) => index.Remove(value, ordinal));
    }

    private void Index(Record record, Action<ValueIndex, string, int> change)
    {
        foreach (var (field, index) in _indexes)
        {
            // Generated values are not indexed; they are found by computation.
            if (record is StoredRecord && record[field] is string value)
            {
                change(index, value, record.Ordinal);
            }
        }
    }
}
