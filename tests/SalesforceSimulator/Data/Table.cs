namespace SalesforceSimulator.Data;

/// <summary>The records of one sObject, by index. Deleted records stay, marked as deleted.</summary>
internal sealed class Table(ObjectType type)
{
    private readonly Dictionary<int, Record> _stored = [];
    private readonly List<GeneratedRange> _ranges = [];
    private readonly Dictionary<Field, Dictionary<string, SortedSet<int>>> _externalIds =
        type.Fields.Where(field => field.ExternalId)
            .ToDictionary(field => field, _ => new Dictionary<string, SortedSet<int>>(StringComparer.OrdinalIgnoreCase));

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

        return _ranges.Find(range => range.Contains(ordinal)) is { } range ? new GeneratedRecord(Type, ordinal, range) : null;
    }

    /// <summary>The indexes of all records, optionally including deleted ones.</summary>
    public IEnumerable<int> Ordinals(bool includeDeleted)
    {
        for (var ordinal = 0; ordinal < Next; ordinal++)
        {
            if (_stored.TryGetValue(ordinal, out var record)
                ? includeDeleted || !record.IsDeleted
                : _ranges.Exists(range => range.Contains(ordinal)))
            {
                yield return ordinal;
            }
        }
    }

    /// <summary>The records that are not deleted and have this value in an external id field, ignoring case.</summary>
    public IReadOnlyList<Record> FindByExternalId(Field field, string value)
    {
        List<Record> found = [];
        if (field.Unique && GeneratedRecord.OrdinalOfExternalId(value) is >= 0 and var generated
            && !_stored.ContainsKey(generated) && Get(generated) is { } record)
        {
            found.Add(record);
        }

        if (_externalIds[field].TryGetValue(value, out var ordinals))
        {
            found.AddRange(ordinals.Select(ordinal => _stored[ordinal]).Where(stored => !stored.IsDeleted));
        }

        return found;
    }

    /// <summary>Stores a record at its index and returns the previous one.</summary>
    public Record? Put(Record record)
    {
        var previous = Get(record.Ordinal);
        Forget(previous);
        _stored[record.Ordinal] = record;
        Next = Math.Max(Next, record.Ordinal + 1);
        LiveCount += record.IsDeleted ? 0 : 1;
        Index(record, (ordinals, ordinal) => ordinals.Add(ordinal));
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

        Forget(Get(ordinal));
        _stored.Remove(ordinal);
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
        Index(record, (ordinals, ordinal) => ordinals.Remove(ordinal));
    }

    private void Index(Record record, Func<SortedSet<int>, int, bool> change)
    {
        foreach (var (field, byValue) in _externalIds)
        {
            // Generated external ids are not indexed; they are found by computation.
            if (record is StoredRecord && record[field] is string value)
            {
                if (!byValue.TryGetValue(value, out var ordinals))
                {
                    byValue[value] = ordinals = [];
                }

                change(ordinals, record.Ordinal);
            }
        }
    }
}
