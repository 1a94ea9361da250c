namespace SalesforceSimulator.Data;

/// <summary>All records of the org, with a journal to roll back a failed transaction.</summary>
internal sealed class Store
{
    private readonly Dictionary<string, Table> _tables;
    private readonly List<(Table Table, int Ordinal, Record? Previous)> _journal = [];

    public Store(Schema schema)
    {
        Schema = schema;
        _tables = schema.Types.ToDictionary(type => type.Name, type => new Table(type));
    }

    public Schema Schema { get; }

    /// <summary>The journal's current position, for <see cref="RollBackTo"/>.</summary>
    public int Mark => _journal.Count;

    public IReadOnlyDictionary<string, int> LiveCounts => _tables.ToDictionary(pair => pair.Key, pair => pair.Value.LiveCount);

    public Table this[ObjectType type] => _tables[type.Name];

    /// <summary>Finds the record with this id, of any sObject, deleted or not.</summary>
    public Record? Find(string id) =>
        RecordIds.Normalize(id) is { } normal && Schema.FindByPrefix(normal[..3]) is { } type
            ? this[type].Get(RecordIds.OrdinalOf(normal))
            : null;

    /// <summary>The referenced record; <see langword="null"/> if the reference is empty or the record is deleted.</summary>
    public Record? Follow(Record record, Field reference) =>
        record[reference] is string id && Find(id) is { IsDeleted: false } target ? target : null;

    public Record Insert(ObjectType type, IReadOnlyDictionary<string, object?> values)
    {
        var record = new StoredRecord(type, this[type].Next, values);
        Put(record);
        return record;
    }

    public void Put(Record record)
    {
        var table = this[record.Type];
        _journal.Add((table, record.Ordinal, table.Put(record)));
    }

    /// <summary>Removes a record for good, as if it had never been there.</summary>
    public void Remove(Record record)
    {
        var table = this[record.Type];
        _journal.Add((table, record.Ordinal, record));
        table.Remove(record.Ordinal);
    }

    /// <summary>Receives the changes of each transaction, and which API and client made them.</summary>
    public Action<IReadOnlyList<(Table Table, int Ordinal, Record? Previous)>, string>? Committing { get; set; }

    /// <summary>Clears the journal: earlier changes can no longer be rolled back.</summary>
    /// <param name="origin">Which API and client made them, in the form of <c>changeOrigin</c>.</param>
    public void Commit(string origin = "")
    {
        if (_journal.Count > 0)
        {
            Committing?.Invoke(_journal, origin);
            _journal.Clear();
        }
    }

    /// <summary>Rolls back all changes since <paramref name="mark"/>.</summary>
    public void RollBackTo(int mark)
    {
        for (var i = _journal.Count - 1; i >= mark; i--)
        {
            var (table, ordinal, previous) = _journal[i];
            table.Restore(ordinal, previous);
        }

        _journal.RemoveRange(mark, _journal.Count - mark);
    }
}
