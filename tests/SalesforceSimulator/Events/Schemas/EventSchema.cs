using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace SalesforceSimulator.Events.Schemas;

/// <summary>The Avro schema of one kind of event.</summary>
internal sealed class EventSchema
{
    public EventSchema(string name, bool hasHeader, IReadOnlyList<EventField> fields)
    {
        Name = name;
        HasHeader = hasHeader;
        Fields = fields;
        var first = hasHeader ? 1 : 0;
        Values = [.. fields
            .SelectMany((field, i) => field switch
            {
                CompoundField compound => compound.Parts.Select((part, p) => (Position: first + i, Part: p, Field: part)),
                _ => [(Position: first + i, Part: -1, Field: (ScalarField)field)],
            })
            .Select((value, i) => new EventValue(i, value.Position, value.Part, value.Field))];

        // Ids have this form: 16 bytes. What Salesforce computes them from is an assumption.
        Id = Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(SchemaJson.Of(this, id: null))).AsSpan(0, 16));
        Json = SchemaJson.Of(this, Id);
    }

    /// <summary>The event's name, such as <c>AccountChangeEvent</c>.</summary>
    public string Name { get; }

    /// <summary>Whether the first field is <c>ChangeEventHeader</c>.</summary>
    public bool HasHeader { get; }

    /// <summary>The fields after the header.</summary>
    public IReadOnlyList<EventField> Fields { get; }

    /// <summary>The values of an event in order, those in compound fields included.</summary>
    public IReadOnlyList<EventValue> Values { get; }

    public string Id { get; }

    public string Json { get; }
}
