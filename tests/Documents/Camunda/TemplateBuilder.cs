using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Documents.Model;

namespace Documents.Camunda;

/// <summary>
/// Puts the operations into the frame: <c>frame.json</c> and <c>properties.json</c> have what is the same for all of them.
/// A property there that is <c>for</c> some operations is shown for these, <c>except</c> others, and <c>when</c> a condition holds.
/// </summary>
internal sealed class TemplateBuilder(IReadOnlyList<Operation> operations, DocComments comments)
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public string Build()
    {
        var template = new JsonObject();
        foreach (var (name, value) in JsonNode.Parse(Resources.Read("template.json"))!.AsObject())
        {
            // The icon is long, and comes last.
            if (name == "icon")
            {
                template["properties"] = new JsonArray([.. Properties()]);
                template["steps"] = new JsonArray([.. Steps()]);
                template["presets"] = new JsonArray([.. operations.Select(Preset)]);
            }

            template[name] = value!.DeepClone();
        }

        return template.ToJsonString(Indented) + "\n";
    }

    private IEnumerable<JsonNode> Properties() =>
        from property in JsonNode.Parse(Resources.Read("properties.json"))!.AsArray()
        from expanded in Expand((JsonObject)property!.DeepClone())
        select expanded;

    private IEnumerable<JsonNode> Expand(JsonObject property)
    {
        var (which, except, when) = ((string?)property["for"], (string?)property["except"], property["when"]?.DeepClone().AsObject());
        foreach (var own in (string[])["for", "except", "when"])
        {
            property.Remove(own);
        }

        if ($"{property["value"]}" is var value && value.EndsWith(".feel", StringComparison.Ordinal))
        {
            property["value"] = Resources.Read(value).TrimEnd();
        }

        return which switch
        {
            null => [Fill(property)],
            "fields" => Fields(),
            "each" => operations.Select(operation => ForOne(property, operation)),
            "onceUnlessFilled" => Filled(property, isEmpty: true),
            "repeatableIfFilled" => Filled(property, isEmpty: false),
            _ => [Shown(property, Named(which).Except(except is null ? [] : Named(except)), when)],
        };
    }

    /// <summary>The operations of one kind, or one by its name.</summary>
    private IEnumerable<Operation> Named(string name) => name switch
    {
        "reads" => operations.Where(operation => !operation.IsWrite),
        "writes" => operations.Where(operation => operation.IsWrite),
        "later" => operations.Where(operation => operation.IsLater),
        "repeatable" => operations.Where(operation => operation.IsRepeatable),
        "once" => operations.Where(operation => !operation.IsRepeatable && Key(operation) is null),
        _ => [operations.SingleOrDefault(operation => operation.Choice == name) ?? throw new InvalidOperationException($"properties.json has a property for {name}.")],
    };

    private JsonObject Fill(JsonObject property)
    {
        if ((string?)property["id"] == "operation")
        {
            property["choices"] = FormField.Choices(operations.Select(operation => (operation.Choice, operation.Texts.Name)));
        }

        return property;
    }

    private IEnumerable<JsonNode> Fields()
    {
        var form = new Form(comments);
        foreach (var operation in operations)
        {
            form.Add(operation);
        }

        return form.Properties();
    }

    private static JsonObject ForOne(JsonObject property, Operation operation)
    {
        var one = Shown(property.DeepClone().AsObject(), [operation]);
        one["id"] = $"{one["id"]}.{operation.Choice}";
        one["value"] = ((string)one["value"]!).Replace("{route}", operation.Route, StringComparison.Ordinal);
        return one;
    }

    // One for each operation that a member makes repeatable, as each has a member of its own.
    private IEnumerable<JsonNode> Filled(JsonObject property, bool isEmpty)
    {
        var once = operations.Where(operation => !operation.IsRepeatable && Key(operation) is not null).ToArray();
        return once.Select(operation =>
        {
            var one = Shown(property.DeepClone().AsObject(), [operation], TemplateCondition.IsEmpty(Key(operation)!, isEmpty));
            one["id"] = operation == once[0] ? (string?)one["id"] : $"{one["id"]}.{operation.Choice}";
            return one;
        });
    }

    /// <summary>The field with which the operation can be repeated.</summary>
    private static string? Key(Operation operation) => operation.Members.FirstOrDefault(member => member.AllowsRepetition)?.Id;

    private static JsonObject Shown(JsonObject property, IEnumerable<Operation> shown, JsonObject? other = null)
    {
        var binding = property["binding"]!;
        property.Remove("binding");
        property["condition"] = TemplateCondition.Of([.. shown.Select(operation => operation.Choice)], other);
        property["binding"] = binding;
        return property;
    }

    private IEnumerable<JsonNode> Steps() =>
        from kind in OperationKind.All
        orderby kind.MenuPlace
        let steps = operations.Where(operation => operation.Kind == kind.Name).Select(Step).ToArray()
        where steps.Length > 0
        select steps.Length == 1
            ? steps[0]
            : new JsonObject { ["name"] = kind.MenuName, ["description"] = kind.MenuDescription, ["steps"] = new JsonArray(steps) };

    private static JsonNode Step(Operation operation) => new JsonObject
    {
        ["name"] = operation.Texts.Name,
        ["description"] = operation.Texts.Menu,
        ["keywords"] = new JsonArray([.. operation.Texts.Keywords.Select(keyword => (JsonNode)keyword)]),
        ["presetId"] = operation.Choice,
    };

    private static JsonNode Preset(Operation operation) =>
        new JsonObject { ["id"] = operation.Choice, ["properties"] = new JsonObject { ["operation"] = operation.Choice } };
}
