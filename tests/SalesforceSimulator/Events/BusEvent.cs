using SalesforceSimulator.Data;
using SalesforceSimulator.Events.Payloads;
using SalesforceSimulator.Events.Schemas;

namespace SalesforceSimulator.Events;

/// <summary>An event on the org's bus. Its payload is encoded when it is delivered.</summary>
internal abstract class BusEvent(EventSchema schema, DateTimeOffset publishedAt)
{
    public EventSchema Schema { get; } = schema;

    public DateTimeOffset PublishedAt { get; } = publishedAt;

    /// <summary>The event in Avro's binary encoding.</summary>
    public abstract byte[] Encode();
}

/// <summary>A platform event.</summary>
/// <param name="values">Of each value of the schema.</param>
internal sealed class PlatformEvent(EventSchema schema, DateTimeOffset publishedAt, object?[] values) : BusEvent(schema, publishedAt)
{
    public override byte[] Encode() => EventPayload.Write(Schema, header: null, values);
}

/// <summary>The transaction that caused a change.</summary>
/// <param name="Origin">Which API and client made the change; empty if no API did.</param>
internal sealed record Transaction(string Key, string Origin, DateTimeOffset Time, long CommitNumber)
{
    /// <summary>Milliseconds, of whole seconds.</summary>
    public long Timestamp => Time.ToUnixTimeSeconds() * 1000;
}

/// <summary>A changed value of a record.</summary>
/// <param name="Difference">What to send in place of the value, in the form of a difference.</param>
internal sealed record ChangedValue(EventValue Value, object? Current, string? Difference);

/// <summary>A change event: of one record, or of several with the same change in one transaction.</summary>
internal sealed class ChangeEvent(EventSchema schema, string entityName, string changeType, Transaction transaction, int sequenceNumber)
    : BusEvent(schema, transaction.Time)
{
    public string EntityName { get; } = entityName;

    public string ChangeType { get; } = changeType;

    public Transaction Transaction { get; } = transaction;

    public int SequenceNumber { get; } = sequenceNumber;

    public List<string> RecordIds { get; init; } = new(1);

    /// <summary>The record, whose values are all in the event.</summary>
    public Record? Record { get; init; }

    /// <summary>The values that an update changed.</summary>
    public IReadOnlyList<ChangedValue> Changes { get; init; } = [];

    public override byte[] Encode()
    {
        var values = new object?[Schema.Values.Count];
        foreach (var value in Record is null ? [] : Schema.Values)
        {
            values[value.Index] = value.Field.Source is { } source ? Record![source] : null;
        }

        foreach (var change in Changes)
        {
            values[change.Value.Index] = change.Difference ?? change.Current;
        }

        return EventPayload.Write(Schema, this, values);
    }
}
