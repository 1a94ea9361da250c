using System.Text.Json;

namespace SalesforceConnector.Salesforce.Events.Avro;

/// <summary>Parses the Avro schema of an event.</summary>
/// <remarks>Apache Avro 1.12, "Schema Declaration". Logical types are ignored: Salesforce says in <c>doc</c> what a field is.</remarks>
internal sealed class AvroSchema
{
    private static readonly Dictionary<string, AvroType> Primitives =
        Enum.GetValues<PrimitiveKind>().ToDictionary(kind => kind.ToString().ToLowerInvariant(), kind => (AvroType)new AvroType.Primitive(kind));

    private readonly Dictionary<string, AvroType> _named = new(StringComparer.Ordinal);

    private AvroSchema()
    {
    }

    /// <exception cref="InvalidDataException">The text is not the Avro schema of a record.</exception>
    public static AvroType.Record Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return new AvroSchema().Read(document.RootElement, enclosing: "") as AvroType.Record
                ?? throw new InvalidDataException("The schema is not the schema of a record.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new InvalidDataException("The schema is not an Avro schema.", e);
        }
    }

    private AvroType Read(JsonElement schema, string enclosing) => schema.ValueKind switch
    {
        JsonValueKind.String => Find(schema.GetString()!, enclosing),
        JsonValueKind.Array => new AvroType.Union([.. schema.EnumerateArray().Select(branch => Read(branch, enclosing))]),
        _ => ReadObject(schema, enclosing),
    };

    private AvroType ReadObject(JsonElement schema, string enclosing)
    {
        var type = schema.GetProperty("type");
        if (type.ValueKind != JsonValueKind.String)
        {
            return Read(type, enclosing);
        }

        switch (type.GetString())
        {
            case "record" or "error":
                var record = new AvroType.Record();
                var (name, space) = NameOf(schema, enclosing);
                // Before its fields, which can refer to it.
                _named[name] = record;
                record.Fields = [.. schema.GetProperty("fields").EnumerateArray().Select(field => ReadField(field, space))];
                return record;
            case "enum":
                return _named[NameOf(schema, enclosing).Name] =
                    new AvroType.Enumeration([.. schema.GetProperty("symbols").EnumerateArray().Select(symbol => symbol.GetString()!)]);
            case "fixed":
                return _named[NameOf(schema, enclosing).Name] = new AvroType.Fixed(schema.GetProperty("size").GetInt32());
            case "array":
                return new AvroType.List(Read(schema.GetProperty("items"), enclosing));
            case "map":
                return new AvroType.Map(Read(schema.GetProperty("values"), enclosing));
            case var other:
                return Find(other!, enclosing);
        }
    }

    private AvroField ReadField(JsonElement field, string enclosing) => new(
        field.GetProperty("name").GetString()!,
        Read(field.GetProperty("type"), enclosing),
        field.TryGetProperty("doc", out var doc) && doc.ValueKind == JsonValueKind.String ? KindOf(doc.GetString()!) : FieldKind.Other);

    // Such as "Data:DateTime:00N5e00000ABCDE" or "CreatedDate:DateTime": a role, a type, the id of a custom field.
    private static FieldKind KindOf(string doc) => doc.Split(':') switch
    {
        [_, "DateTime", ..] => FieldKind.DateTime,
        [_, "DateOnly", ..] => FieldKind.Date,
        [_, "TimeOnly", ..] => FieldKind.Time,
        _ => FieldKind.Other,
    };

    private AvroType Find(string name, string enclosing) =>
        Primitives.TryGetValue(name, out var type) || _named.TryGetValue(FullName(name, enclosing), out type) || _named.TryGetValue(name, out type)
            ? type
            : throw new InvalidDataException("The schema refers to a type that it does not declare.");

    private static (string Name, string Space) NameOf(JsonElement schema, string enclosing)
    {
        var name = schema.GetProperty("name").GetString()!;
        var space = schema.TryGetProperty("namespace", out var own) ? own.GetString()! : enclosing;
        name = FullName(name, space);
        return (name, name.LastIndexOf('.') is var dot and >= 0 ? name[..dot] : "");
    }

    private static string FullName(string name, string space) => name.Contains('.', StringComparison.Ordinal) || space.Length == 0 ? name : $"{space}.{name}";
}
