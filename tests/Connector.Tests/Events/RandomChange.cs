using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using Avro;
using Avro.Generic;
using Avro.IO;

namespace Connector.Tests.Events;

/// <summary>
/// A change event made at random: its schema, its Avro as Apache's library writes it, its bitmaps as arithmetic on whole numbers makes them,
/// and the JSON to be decoded from it.
/// </summary>
internal sealed class RandomChange
{
    private const long DayMilliseconds = 86_400_000;

    private static readonly string[] FieldTypes = ["text", "int", "double", "boolean", "DateTime", "DateOnly", "TimeOnly", "address", "name"];

    private static readonly string[] HeaderLists = ["nulledFields", "diffFields", "changedFields"];

    private readonly Random _random;
    private readonly List<(string Name, string Type, string[] Children)> _fields = [];
    private readonly Dictionary<string, HashSet<string>> _listed = HeaderLists.ToDictionary(list => list, _ => new HashSet<string>());

    public RandomChange(int seed, int fields)
    {
        _random = new Random(seed);
        for (var i = 1; i <= fields; i++)
        {
            var type = FieldTypes[_random.Next(FieldTypes.Length)];
            string[] children = type switch
            {
                "address" => [.. Enumerable.Range(0, _random.Next(1, 70)).Select(child => $"Part{child}")],
                "name" => ["Salutation", "FirstName", "LastName"],
                _ => [],
            };
            _fields.Add(($"Field{i}__c", type, children));
        }

        SchemaJson = Schema().ToJsonString();
        (Payload, Expected) = Encode();
    }

    public string SchemaJson { get; }

    public byte[] Payload { get; }

    public JsonObject Expected { get; }

    private JsonObject Schema()
    {
        JsonObject Field(string name, JsonNode type, string? doc = null)
        {
            var field = new JsonObject { ["name"] = name, ["type"] = type };
            if (doc is not null)
            {
                field["doc"] = doc;
            }

            return field;
        }

        var strings = new JsonObject { ["type"] = "array", ["items"] = "string" };
        var header = new JsonObject
        {
            ["type"] = "record",
            ["name"] = "ChangeEventHeader",
            ["fields"] = new JsonArray(
                Field("entityName", "string"),
                Field("recordIds", strings.DeepClone()),
                Field("changeType", new JsonObject { ["type"] = "enum", ["name"] = "ChangeType", ["symbols"] = new JsonArray("CREATE", "UPDATE", "GAP_UPDATE", "GAP_OVERFLOW") }),
                Field("changeOrigin", "string"),
                Field("commitTimestamp", "long"),
                Field("nulledFields", strings.DeepClone()),
                Field("diffFields", strings.DeepClone()),
                Field("changedFields", strings.DeepClone())),
        };
        JsonArray Nullable(params JsonNode[] types) => new(["null", .. types]);
        JsonObject Nested(string name, IEnumerable<string> children) => new()
        {
            ["type"] = "record",
            ["name"] = name,
            ["fields"] = new JsonArray([.. children.Select(child => Field(child, Nullable("string")))]),
        };
        return new JsonObject
        {
            ["type"] = "record",
            ["name"] = "ThingChangeEvent",
            ["namespace"] = "com.sforce.eventbus",
            ["fields"] = new JsonArray(
            [
                Field("ChangeEventHeader", header),
                .. _fields.Select(field => field.Type switch
                {
                    "text" => Field(field.Name, Nullable("string"), "Data:Text:00N5e00000ABCDE"),
                    "int" or "double" or "boolean" => Field(field.Name, Nullable(field.Type), "Data:Other"),
                    "address" => Field(field.Name, Nullable(Nested($"Address_{field.Name}", field.Children)), "Data:Address"),
                    "name" => Field(field.Name, Nullable("string", Nested($"Name_{field.Name}", field.Children)), "Data:SwitchablePersonName"),
                    var time => Field(field.Name, Nullable("long"), $"Data:{time}:00N5e00000ABCDE"),
                }),
            ]),
        };
    }

    private (byte[] Payload, JsonObject Expected) Encode()
    {
        var schema = (RecordSchema)Avro.Schema.Parse(SchemaJson);
        var record = new GenericRecord(schema);
        var fields = new JsonObject();
        foreach (var (name, type, children) in _fields)
        {
            var isNull = _random.Next(2) == 0;
            var isListed = Choose(name, isNull);
            if (children.Length == 0 || isNull || (type == "name" && _random.Next(2) == 0))
            {
                var (value, json) = isNull ? (null, null) : Value(type);
                record.Add(name, value);
                var isChildListed = children.Length > 0 && isNull && _random.Next(4) == 0 && Choose(name, [children[_random.Next(children.Length)]]);
                if (!isNull || isListed || isChildListed)
                {
                    fields[name] = json;
                }

                continue;
            }

            var branch = (RecordSchema)((UnionSchema)schema[name].Schema).Schemas.Single(part => part is RecordSchema);
            var nested = new GenericRecord(branch);
            var nestedJson = new JsonObject();
            foreach (var child in children)
            {
                var text = _random.Next(2) == 0 ? null : Text();
                nested.Add(child, text);
                if (Choose(name, child, text is null) || text is not null)
                {
                    nestedJson[child] = text;
                }
            }

            record.Add(name, nested);
            fields[name] = nestedJson;
        }

        var header = new GenericRecord((RecordSchema)schema["ChangeEventHeader"].Schema);
        var changeType = (EnumSchema)header.Schema["changeType"].Schema;
        var committed = _random.NextInt64(1_700_000_000_000, 1_800_000_000_000);
        header.Add("entityName", "Thing__c");
        header.Add("recordIds", new object[] { "a015e00000000001AAA" });
        header.Add("changeType", new GenericEnum(changeType, "UPDATE"));
        header.Add("changeOrigin", "com/salesforce/api/rest/67.0;client=Other");
        header.Add("commitTimestamp", committed);
        var expected = new JsonObject
        {
            ["entityName"] = "Thing__c",
            ["recordIds"] = new JsonArray("a015e00000000001AAA"),
            ["changeType"] = "UPDATE",
            ["changeOrigin"] = "com/salesforce/api/rest/67.0;client=Other",
            ["commitTimestamp"] = committed,
        };
        foreach (var list in HeaderLists)
        {
            header.Add(list, Bitmaps(_listed[list]).ToArray<object>());
            expected[list] = new JsonArray([.. InSchemaOrder(_listed[list]).Select(name => JsonValue.Create(name))]);
        }

        record.Add("ChangeEventHeader", header);
        using var stream = new MemoryStream();
        new GenericDatumWriter<GenericRecord>(schema).Write(record, new BinaryEncoder(stream));
        var whole = new JsonObject { ["ChangeEventHeader"] = expected };
        foreach (var (name, value) in fields.ToArray())
        {
            fields.Remove(name);
            whole[name] = value;
        }

        return (stream.ToArray(), whole);
    }

    private bool Choose(string field, bool isNull) => Put(field, isNull);

    private bool Choose(string field, string child, bool isNull) => Put($"{field}.{child}", isNull);

    private bool Choose(string field, string[] children) => children.All(child => _listed["nulledFields"].Add($"{field}.{child}"));

    /// <summary>Puts a name on lists at random.</summary>
    /// <returns>Whether it is on one.</returns>
    private bool Put(string name, bool isNull)
    {
        var (changed, nulled, diff) = (_random.Next(3) == 0, isNull && _random.Next(3) == 0, !isNull && _random.Next(20) == 0);
        foreach (var (list, on) in new[] { ("changedFields", changed), ("nulledFields", nulled), ("diffFields", diff) })
        {
            if (on)
            {
                _listed[list].Add(name);
            }
        }

        return changed || nulled || diff;
    }

    private IEnumerable<string> Bitmaps(HashSet<string> names)
    {
        var own = Bits(_fields.Select((field, i) => (field.Name, Index: i + 1)).Where(field => names.Contains(field.Name)).Select(field => field.Index));
        if (!own.IsZero)
        {
            yield return Hex(own);
        }

        for (var i = 0; i < _fields.Count; i++)
        {
            var (name, _, children) = _fields[i];
            var bits = Bits(Enumerable.Range(0, children.Length).Where(child => names.Contains($"{name}.{children[child]}")));
            if (!bits.IsZero)
            {
                yield return $"{i + 1}-{Hex(bits)}";
            }
        }
    }

    private IEnumerable<string> InSchemaOrder(HashSet<string> names) =>
        _fields.Select(field => field.Name).Where(names.Contains)
            .Concat(_fields.SelectMany(field => field.Children.Select(child => $"{field.Name}.{child}")).Where(names.Contains));

    private static BigInteger Bits(IEnumerable<int> indexes) => indexes.Aggregate(BigInteger.Zero, (sum, index) => sum + BigInteger.Pow(2, index));

    // Salesforce writes whole bytes.
    private static string Hex(BigInteger bits) => $"0x{Convert.ToHexString(bits.ToByteArray(isUnsigned: true, isBigEndian: true))}";

    private (object Value, JsonNode Json) Value(string type)
    {
        switch (type)
        {
            case "int":
                var whole = _random.Next(int.MinValue, int.MaxValue);
                return (whole, whole);
            case "double":
                var number = (_random.NextDouble() - 0.5) * Math.Pow(10, _random.Next(-5, 17));
                return (number, number);
            case "boolean":
                var flag = _random.Next(2) == 0;
                return (flag, flag);
            case "DateTime":
                var milliseconds = _random.NextInt64(-60_000_000_000_000, 250_000_000_000_000);
                return (milliseconds, $"{DateTime.UnixEpoch.AddMilliseconds(milliseconds).ToString("yyyy-MM-ddTHH:mm:ss.fff", CultureInfo.InvariantCulture)}+0000");
            case "DateOnly":
                var days = _random.Next(-700_000, 2_900_000);
                return (days * DayMilliseconds, DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            case "TimeOnly":
                var ofDay = _random.NextInt64(DayMilliseconds);
                return (ofDay, $"{TimeSpan.FromMilliseconds(ofDay).ToString(@"hh\:mm\:ss\.fff", CultureInfo.InvariantCulture)}Z");
            default:
                var text = Text();
                return (text, text);
        }
    }

    private string Text() => string.Concat(Enumerable.Range(0, _random.Next(0, 12)).Select(_ => "aZ9\"\\\n<&é漢🎈".EnumerateRunes().ElementAt(_random.Next(11))));
}
