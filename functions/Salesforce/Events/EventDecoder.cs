using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using SalesforceConnector.Salesforce.Events.Avro;

namespace SalesforceConnector.Salesforce.Events;

/// <summary>Decodes the events of one schema.</summary>
/// <remarks>
/// A change event has all fields of its object. Those that did not change are null in Avro, and left out in JSON, as Salesforce's own JSON
/// leaves them out; those that the header lists are kept, null or not.
/// </remarks>
internal sealed class EventDecoder(AvroType.Record schema)
{
    private const string Header = "ChangeEventHeader";
    private const string CreatedDate = "CreatedDate";

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <exception cref="InvalidDataException">The schema cannot be read.</exception>
    public static EventDecoder Parse(string schema) => new(AvroSchema.Parse(schema));

    /// <exception cref="InvalidDataException">The data is not an event of the schema.</exception>
    public DecodedEvent Decode(ReadOnlySpan<byte> avro)
    {
        var buffer = new ArrayBufferWriter<byte>(Math.Max(avro.Length * 2, 256));
        using var json = new Utf8JsonWriter(buffer, Readable);
        var data = new AvroBinary(avro);
        var facts = new Facts();
        json.WriteStartObject();
        if (schema.Fields is [{ Name: Header, Type: AvroType.Record header }, ..])
        {
            json.WriteStartObject(Header);
            foreach (var field in header.Fields)
            {
                WriteHeaderField(json, field, ref data, facts);
            }

            json.WriteEndObject();
            WriteChanges(json, schema.Fields.Skip(1), "", ref data, facts.Listed);
        }
        else
        {
            foreach (var field in schema.Fields)
            {
                var value = data;
                json.WritePropertyName(field.Name);
                AvroJson.Write(json, field.Type, ref data, field.Kind);
                if (field.Name == CreatedDate)
                {
                    facts.CreatedAt = TimeOf(field.Type, ref value);
                }
            }
        }

        json.WriteEndObject();
        json.Flush();
        return data.Remaining == 0
            ? new DecodedEvent(facts.Kind, facts.CreatedAt, facts.ChangeOrigin, buffer.WrittenMemory)
            : throw new InvalidDataException("The event is longer than its schema.");
    }

    private void WriteHeaderField(Utf8JsonWriter json, AvroField field, ref AvroBinary data, Facts facts)
    {
        json.WritePropertyName(field.Name);
        if (field is { Name: "nulledFields" or "diffFields" or "changedFields", Type: AvroType.List { Items: AvroType.Primitive { Kind: PrimitiveKind.String } } })
        {
            var names = ChangedFieldNames.Decode(ReadStrings(ref data), schema);
            facts.Listed.UnionWith(names);
            // A record of which all members became null can be null itself.
            facts.Listed.UnionWith(names.Where(name => name.Contains('.', StringComparison.Ordinal)).Select(name => name[..name.IndexOf('.', StringComparison.Ordinal)]));
            json.WriteStartArray();
            foreach (var name in names)
            {
                json.WriteStringValue(name);
            }

            json.WriteEndArray();
            return;
        }

        var value = data;
        AvroJson.Write(json, field.Type, ref data, field.Kind);
        switch (field.Name)
        {
            case "changeType":
                facts.Kind = ReadText(field.Type, ref value) switch
                {
                    "GAP_OVERFLOW" => EventKind.Overflow,
                    { } type when type.StartsWith("GAP_", StringComparison.Ordinal) => EventKind.Gap,
                    _ => EventKind.Change,
                };
                break;
            case "changeOrigin":
                facts.ChangeOrigin = ReadText(field.Type, ref value);
                break;
            case "commitTimestamp":
                facts.CreatedAt = TimeOf(field.Type, ref value);
                break;
        }
    }

    private static void WriteChanges(Utf8JsonWriter json, IEnumerable<AvroField> fields, string path, ref AvroBinary data, HashSet<string> listed)
    {
        foreach (var field in fields)
        {
            var name = path + field.Name;
            var type = field.Type;
            var value = data;
            if (type is AvroType.Union union)
            {
                type = union.Branches[value.ReadIndex(union.Branches.Count)];
            }

            if (type is AvroType.Primitive { Kind: PrimitiveKind.Null })
            {
                if (listed.Contains(name))
                {
                    json.WriteNull(field.Name);
                }
            }
            else if (type is AvroType.Record nested && path.Length == 0)
            {
                json.WriteStartObject(field.Name);
                WriteChanges(json, nested.Fields, $"{name}.", ref value, listed);
                json.WriteEndObject();
            }
            else
            {
                json.WritePropertyName(field.Name);
                AvroJson.Write(json, type, ref value, field.Kind);
            }

            data = value;
        }
    }

    private static List<string> ReadStrings(ref AvroBinary data)
    {
        List<string> strings = [];
        for (var count = data.ReadBlock(); count > 0; count = data.ReadBlock())
        {
            for (; count > 0; count--)
            {
                strings.Add(data.ReadString());
            }
        }

        return strings;
    }

    private static string? ReadText(AvroType type, ref AvroBinary data) => type switch
    {
        AvroType.Union union => ReadText(union.Branches[data.ReadIndex(union.Branches.Count)], ref data),
        AvroType.Primitive { Kind: PrimitiveKind.String } => data.ReadString(),
        AvroType.Enumeration enumeration => enumeration.Symbols[data.ReadIndex(enumeration.Symbols.Count)],
        _ => null,
    };

    private static DateTimeOffset? TimeOf(AvroType type, ref AvroBinary data)
    {
        if (type is AvroType.Union union)
        {
            return TimeOf(union.Branches[data.ReadIndex(union.Branches.Count)], ref data);
        }

        if (type is not AvroType.Primitive { Kind: PrimitiveKind.Long })
        {
            return null;
        }

        try
        {
            return DateTimeOffset.FromUnixTimeMilliseconds(data.ReadLong());
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new InvalidDataException("The event has a time outside the calendar.", e);
        }
    }

    /// <summary>What is found out while an event is written.</summary>
    private sealed class Facts
    {
        public EventKind Kind { get; set; }

        public DateTimeOffset? CreatedAt { get; set; }

        public string? ChangeOrigin { get; set; }

        public HashSet<string> Listed { get; } = new(StringComparer.Ordinal);
    }
}
