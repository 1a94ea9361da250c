using SalesforceSimulator.Data;
using SalesforceSimulator.Events.Payloads;
using SalesforceSimulator.Events.Schemas;

namespace SalesforceSimulator.Events;

/// <summary>Makes change events from the changes of a transaction.</summary>
internal sealed class ChangeCapture(EventCatalog catalog)
{
    private const string TimeOfChange = "LastModifiedDate";

    // Like that of a real org, the number does not begin at zero.
    private long _commitNumber = 1_100_583_868_458;

    /// <summary>Begins a transaction of its own.</summary>
    public Transaction Begin(string origin, DateTimeOffset time) => new(Guid.NewGuid().ToString(), origin, time, ++_commitNumber);

    /// <param name="changes">Each changed record's previous state, in order; <see langword="null"/> if it is new.</param>
    /// <param name="origin">Which API and client made the changes.</param>
    /// <remarks>However often a transaction changes a record, there is one event for it.</remarks>
    public List<BusEvent> Capture(IReadOnlyList<(Table Table, int Ordinal, Record? Previous)> changes, string origin, DateTimeOffset time)
    {
        var transaction = Begin(origin, time);
        List<BusEvent> events = [];
        HashSet<(string, int)>? seen = changes.Count == 1 ? null : [];
        Dictionary<ChangeKey, ChangeEvent>? merged = changes.Count == 1 ? null : [];
        foreach (var (table, ordinal, previous) in changes)
        {
            if (catalog.FindByObjectType(table.Type.Name) is not { } schema
                || seen?.Add((table.Type.Name, ordinal)) == false
                || ChangeOf(schema, previous, table.Get(ordinal), transaction, events.Count + 1) is not { } change)
            {
                continue;
            }

            change.RecordIds.Add((table.Get(ordinal) ?? previous!).Id);
            if (merged is not null && change.Record is null && !merged.TryAdd(ChangeKey.Of(change), change))
            {
                merged[ChangeKey.Of(change)].RecordIds.AddRange(change.RecordIds);
                continue;
            }

            events.Add(change);
        }

        return events;
    }

    private static ChangeEvent? ChangeOf(EventSchema schema, Record? previous, Record? current, Transaction transaction, int number)
    {
        var existed = previous is { IsDeleted: false };
        var exists = current is { IsDeleted: false };
        ChangeEvent Create(string changeType, Record? record = null, IReadOnlyList<ChangedValue>? changes = null) =>
            new(schema, (current ?? previous)!.Type.Name, changeType, transaction, number) { Record = record, Changes = changes ?? [] };

        switch (existed, exists)
        {
            case (false, true):
                return Create(previous is null ? "CREATE" : "UNDELETE", current);
            case (true, false):
                return Create("DELETE");
            case (true, true):
                return Create("UPDATE", changes: ChangesOf(schema, previous!, current!));
            default:
                // A record that was created and deleted in one transaction, or left the recycle bin.
                return null;
        }
    }

    private static List<ChangedValue> ChangesOf(EventSchema schema, Record previous, Record current)
    {
        List<ChangedValue> changes = [];
        foreach (var value in schema.Values)
        {
            if (value.Field.Source is not { } field)
            {
                continue;
            }

            var (before, after) = (previous[field], current[field]);
            var isSame = (before, after) is (JsonNumber a, JsonNumber b) ? a.Value == b.Value : Equals(before, after);

            // Each update changes the time, even two within a moment.
            if (!isSame || field.Name == TimeOfChange)
            {
                var difference = field is { Type: FieldType.TextArea, IsFilterable: false } && (before, after) is (string old, string text)
                    ? TextDifference.Of(old, text)
                    : null;
                changes.Add(new ChangedValue(value, after, difference));
            }
        }

        return changes;
    }

    /// <summary>What two changes must have in common to be one event. The time of the change is not part of it.</summary>
    private readonly struct ChangeKey : IEquatable<ChangeKey>
    {
        private readonly ChangeEvent _change;
        private readonly int _hash;

        private ChangeKey(ChangeEvent change)
        {
            _change = change;
            var hash = new HashCode();
            hash.Add(change.EntityName);
            hash.Add(change.ChangeType);
            foreach (var value in change.Changes.Where(IsCompared))
            {
                hash.Add(value.Value.Index);
                hash.Add(value.Current);
            }

            _hash = hash.ToHashCode();
        }

        public static ChangeKey Of(ChangeEvent change) => new(change);

        public bool Equals(ChangeKey other) =>
            _change.Schema == other._change.Schema && _change.ChangeType == other._change.ChangeType
            && _change.Changes.Where(IsCompared).SequenceEqual(other._change.Changes.Where(IsCompared));

        public override bool Equals(object? obj) => obj is ChangeKey other && Equals(other);

        public override int GetHashCode() => _hash;

        private static bool IsCompared(ChangedValue value) => value.Value.Field.Name != TimeOfChange;
    }
}
