using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Documents.Model;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Operations;
using SalesforceConnector.Triggers;

namespace Documents.OpenApi;

/// <summary>The schemas of payloads and replies, each under the name of its type, as System.Text.Json reads and writes the types.</summary>
internal sealed partial class Schemas(DocComments comments)
{
    private const string Place = "#/components/schemas/";

    // A reply is Salesforce's, which may add to it.
    private static readonly JsonSerializerOptions Replies = new(OperationJson.Default.Options)
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
    };

    private readonly SortedDictionary<string, JsonObject?> _shared = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonObject> _payloads = [];

    /// <summary>All schemas that were asked for and those that they refer to: payloads first, then the others by name.</summary>
    public IEnumerable<KeyValuePair<string, JsonObject>> All =>
        [.. _payloads, .. _shared.Select(schema => KeyValuePair.Create(schema.Key, schema.Value!))];

    public void AddPayload(Operation operation)
    {
        var schema = Describe(operation.Payload);
        schema["description"] = $"{comments.Of(operation.Payload.Type)} A null for an optional member means that it is absent.";
        schema["examples"] = Examples(operation.Payload.Type);
        _payloads.Add(operation.Payload.Type.Name, schema);
    }

    /// <summary>The schema of an operation's payload, which has been added.</summary>
    public JsonObject Payload(Operation operation) => _payloads[operation.Payload.Type.Name];

    /// <summary>The schema of a problem, with the codes and kinds that there are.</summary>
    public void AddProblem()
    {
        Refer(typeof(Problem), TriggerJson.Default.Options);
        var problem = _shared[nameof(Problem)]!;
        problem["properties"]![Names.Member(nameof(Problem.Type))]!["enum"] = Strings(
            typeof(ProblemKind).GetFields(BindingFlags.Public | BindingFlags.Static).Select(kind => ((ProblemKind)kind.GetValue(null)!).Type));
        _shared["ErrorCode"] = new JsonObject
        {
            ["type"] = "string",
            ["title"] = "Error code",
            ["description"] = comments.Of(typeof(ErrorCodes)),
            ["enum"] = Strings(typeof(ErrorCodes).GetFields().Select(code => (string)code.GetRawConstantValue()!)),
        };
    }

    /// <summary>The schema of a reply's body.</summary>
    public JsonNode Reply(Type type)
    {
        if (type == typeof(JsonElement))
        {
            return new JsonObject { ["title"] = "Reply", ["description"] = "As a rule JSON, of any form." };
        }

        if (!type.IsGenericType)
        {
            return Refer(type, Replies);
        }

        var item = type.GetGenericArguments().Single();
        return new JsonObject
        {
            ["type"] = "array",
            ["items"] = item == typeof(JsonObject)
                // In the place of a record that is not there, null.
                ? new JsonObject { ["type"] = new JsonArray("object", "null"), ["additionalProperties"] = new JsonObject() }
                : Refer(item, Replies),
        };
    }

    private JsonObject Refer(Type type, JsonSerializerOptions options)
    {
        var name = NameOf(type);
        if (_shared.TryAdd(name, null))
        {
            // Known before it is described, as it may refer to itself.
            _shared[name] = Shared(type, options);
        }

        return new JsonObject { ["$ref"] = Place + name };
    }

    private static string NameOf(Type type) => type.Name.EndsWith("Reply", StringComparison.Ordinal) ? type.Name[..^"Reply".Length] : type.Name;

    private JsonObject Shared(Type type, JsonSerializerOptions options)
    {
        var field = type.GetCustomAttributes<FieldAttribute>(inherit: false).SingleOrDefault(field => field.Member is null);
        var schema = ReadsItself(type) ? Written(type) : Describe(options.GetTypeInfo(type));
        JsonObject described = new() { ["title"] = field?.Label ?? Names.Label(NameOf(type)), ["description"] = field?.Description ?? comments.Of(type) };
        foreach (var (name, value) in schema)
        {
            described[name] = value?.DeepClone();
        }

        if (Examples(type) is { Count: > 0 } examples)
        {
            described["examples"] = examples;
        }

        return described;
    }

    /// <summary>The schema that a type has written down, and further ones that it refers to.</summary>
    private JsonObject Written(Type type)
    {
        var attributes = type.GetCustomAttributes<SchemaAttribute>().ToArray();
        foreach (var further in attributes.Where(attribute => attribute.Name is not null))
        {
            var json = Parse(further.Json);
            if (!_shared.TryAdd(further.Name!, json) && !JsonNode.DeepEquals(_shared[further.Name!], json))
            {
                throw new InvalidOperationException($"There are two schemas named {further.Name}.");
            }
        }

        var own = attributes.SingleOrDefault(attribute => attribute.Name is null)
            ?? throw new InvalidOperationException($"{type.FullName} reads its JSON itself and has no [Schema].");
        foreach (Match reference in References().Matches(string.Concat(attributes.Select(attribute => attribute.Json))))
        {
            ReferByName(reference.Groups["name"].Value);
        }

        return Parse(own.Json);
    }

    private void ReferByName(string name)
    {
        if (!_shared.ContainsKey(name))
        {
            Refer(
                Array.Find(typeof(OperationJson).Assembly.GetTypes(), type => type.Name == name)
                    ?? throw new InvalidOperationException($"A schema refers to {name}, and there is no such type."),
                OperationJson.Default.Options);
        }
    }

    private JsonObject Describe(JsonTypeInfo type)
    {
        var members = Member.Of(type, comments);
        var exported = type.GetJsonSchemaAsNode(new JsonSchemaExporterOptions
        {
            // A null in the place of an optional member says the same as no member, which types of values alone are asked to show.
            TreatNullObliviousAsNonNullable = true,
            TransformSchemaNode = (context, schema) => context.Path.IsEmpty ? schema : Transform(type, members, context, schema),
        }).AsObject();
        var properties = exported["properties"]?.AsObject() ?? [];
        var schema = new JsonObject { ["type"] = "object" };
        if (members.Any(member => member.IsRequired))
        {
            schema["required"] = Strings(members.Where(member => member.IsRequired).Select(member => member.Name));
        }

        // Where others are not refused, they may be anything.
        schema["additionalProperties"] = exported["additionalProperties"]?.DeepClone() ?? new JsonObject();
        schema["properties"] = new JsonObject(members.Select(member => KeyValuePair.Create(member.Name, properties[member.Name]?.DeepClone())));
        foreach (var keyword in type.Type.GetCustomAttributes<SchemaAttribute>(inherit: true).SelectMany(attribute => Parse(attribute.Json)))
        {
            schema[keyword.Key] = keyword.Value?.DeepClone();
        }

        return schema;
    }

    private JsonObject Transform(JsonTypeInfo owner, IReadOnlyList<Member> members, JsonSchemaExporterContext context, JsonNode schema)
    {
        var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        // Of several types it would be a class in generated clients: where it is written out, it is any value.
        var isAny = ReadsItself(type) && Written(type)["type"] is null;
        var isShared = !isAny
            && (ReadsItself(type) || (context.TypeInfo.Kind == JsonTypeInfoKind.Object && type.Assembly == typeof(OperationJson).Assembly));
        var described = isAny ? Shared(type, owner.Options) : isShared ? Refer(type, owner.Options) : schema as JsonObject ?? [];
        if (type == typeof(int))
        {
            // The connector's own converter reads it.
            described["type"] = context.TypeInfo.Type == type ? "integer" : new JsonArray("integer", "null");
        }
        else if (!type.IsValueType && described["type"] is JsonArray types)
        {
            // Whoever has no text, list or object leaves the member out.
            described["type"] = (string)types.First(one => (string)one! != "null")!;
        }

        if (type == typeof(JsonObject))
        {
            described["additionalProperties"] = new JsonObject();
        }

        var member = context.PropertyInfo is { } property && context.Path.Length == 2 ? members.Single(member => member.Name == property.Name) : null;
        return member is null ? described : Texts(member, described, isShared);
    }

    private static JsonObject Texts(Member member, JsonObject schema, bool isShared)
    {
        if ((isShared ? member.OwnLabel : member.Label) is { } label)
        {
            schema["title"] = label;
        }

        if (member.Description is { } description)
        {
            schema["description"] = description;
        }

        foreach (var attribute in member.Property.GetCustomAttributes())
        {
            Constrain(schema, attribute);
        }

        if (Examples(member.Property) is { Count: > 0 } examples)
        {
            schema["examples"] = examples;
        }

        return schema;
    }

    private static void Constrain(JsonObject schema, Attribute attribute)
    {
        switch (attribute)
        {
            case RangeAttribute range:
                schema["minimum"] = (int)range.Minimum;
                schema["maximum"] = (int)range.Maximum;
                break;
            case StringLengthAttribute length:
                schema["minLength"] = length.MinimumLength;
                schema["maxLength"] = length.MaximumLength;
                break;
            case MinLengthAttribute length:
                schema[(string?)schema["type"] == "array" ? "minItems" : "minLength"] = length.Length;
                break;
            case AllowedValuesAttribute values:
                schema["enum"] = new JsonArray([.. values.Values.Select(value => JsonValue.Create((string)value!))]);
                break;
            case SchemaAttribute further:
                foreach (var (keyword, value) in Parse(further.Json))
                {
                    schema[keyword] = value?.DeepClone();
                }

                break;
        }
    }

    private static JsonArray Examples(MemberInfo of) =>
        [.. of.GetCustomAttributes<ExampleAttribute>(inherit: false).Select(example => JsonNode.Parse(example.Json))];

    private static bool ReadsItself(Type type) =>
        type.Assembly == typeof(OperationJson).Assembly && type.GetCustomAttribute<JsonConverterAttribute>(inherit: false) is not null;

    private static JsonArray Strings(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)text)];

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();

    [GeneratedRegex("\"" + Place + "(?<name>[A-Za-z]+)\"")]
    private static partial Regex References();
}
