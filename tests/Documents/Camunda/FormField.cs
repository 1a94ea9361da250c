using System.Text.Json.Nodes;
using Documents.Model;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Json;

namespace Documents.Camunda;

/// <summary>A field of the form: what the template says of it, but for the operations that it is shown for.</summary>
/// <param name="Id">Its id, which conditions of other fields name.</param>
/// <param name="Json">The template's property, without a condition and a binding.</param>
/// <param name="Binding">The input of the REST connector that it fills.</param>
/// <param name="When">The field that it depends on, and the value with which it is shown.</param>
internal sealed record FormField(string Id, JsonObject Json, string Binding, (string Field, object? Value)? When)
{
    private const string Request = "body.";

    // What any field that takes typed text takes beside it: an expression, a Camunda secret, and where it need not be filled
    // in, nothing, which the Modeler's panel tests as the text "undefined".
    private const string Expression = @"=|\{\{secrets\..+\}\}$";
    private const string Nothing = "$|undefined$";

    /// <summary>The field of a member of a payload.</summary>
    /// <param name="schema">The schema of the member's type, where that is written down.</param>
    public static FormField Of(Member member, JsonObject? schema)
    {
        var type = (string?)schema?["type"];
        return member.Type switch
        {
            _ when member.Type == typeof(bool) => Boolean(member, member.Name, member.Id),
            _ when member.Type == typeof(int) => Create(member, "Number", "optional"),
            _ when schema?["enum"] is JsonArray values => Dropdown(member, [.. values.Select(value => (string)value!)]),
            _ when member.Type == typeof(string) => Create(member, member.IsMultiline ? "Text" : "String", "optional"),
            // Of JSON, not of text: an expression alone can say it.
            _ when schema is null || type is "object" or "array" || member.Type == typeof(RawJson) => Create(member, "Text", "required"),
            _ => Create(member, "String", "optional", ((string?)schema["pattern"])?.TrimStart('^').TrimEnd('$')),
        };
    }

    /// <summary>The field of a member of an object in a payload.</summary>
    public static FormField Of(Member owner, Member member) =>
        Boolean(member, $"{owner.Name}.{member.Name}", $"{owner.Id}.{member.Id}", owner.Group);

    /// <summary>The field that chooses which members are shown.</summary>
    public static FormField Of(ChoiceAttribute choice) => new(
        choice.Id,
        new JsonObject
        {
            ["id"] = choice.Id,
            ["label"] = choice.Label,
            ["type"] = "Dropdown",
            ["group"] = Group(FormGroup.Operation),
            ["value"] = choice.Values[0].Value,
            ["choices"] = Choices(choice.Values),
        },
        $"salesforceConnector{char.ToUpperInvariant(choice.Id[0])}{choice.Id[1..]}",
        When: null);

    public static JsonArray Choices(IEnumerable<(string Value, string Label)> choices) =>
        [.. choices.Select(choice => new JsonObject { ["name"] = choice.Label, ["value"] = choice.Value })];

    /// <summary>The template's property.</summary>
    /// <param name="operations">The operations that it is shown for; none stands for all.</param>
    public JsonObject ToProperty(IReadOnlyList<string> operations)
    {
        var property = Json.DeepClone().AsObject();
        if (TemplateCondition.Of(operations, When is { } when ? TemplateCondition.Equal(when.Field, when.Value) : null) is { } condition)
        {
            property["condition"] = condition;
        }

        property["binding"] = new JsonObject { ["type"] = "zeebe:input", ["name"] = Binding };
        return property;
    }

    private static FormField Create(Member member, string type, string feel, string? pattern = null)
    {
        var json = Start(member, member.Id, type, member.Group);
        json["feel"] = feel;
        var constraints = new JsonObject();
        if (member.IsAsked)
        {
            constraints["notEmpty"] = true;
        }

        if ((member.Pattern ?? pattern) is { } body)
        {
            constraints["pattern"] = new JsonObject
            {
                ["value"] = $"^({Expression}|{(constraints.Count == 0 ? $"{Nothing}|" : "")}{body}$)",
                ["message"] = member.Message ?? throw new InvalidOperationException($"{member.Name} has a pattern and no message."),
            };
        }

        if (constraints.Count > 0)
        {
            json["constraints"] = constraints;
        }

        return new FormField(member.Id, json, Request + member.Name, member.When);
    }

    private static FormField Dropdown(Member member, IReadOnlyList<string> values)
    {
        var json = Start(member, member.Id, "Dropdown", member.Group);
        var choices = values.Select(value => (value, value.Any(char.IsLower) ? Names.Label(value) : value));
        json["choices"] = Choices(member.Unset is { } unset ? choices.Prepend(("=null", unset)) : choices);
        json["value"] = (string)json["choices"]![0]!["value"]!;
        if (member.IsAsked)
        {
            json["constraints"] = new JsonObject { ["notEmpty"] = true };
        }

        return new FormField(member.Id, json, Request + member.Name, member.When);
    }

    private static FormField Boolean(Member member, string name, string id, FormGroup group = FormGroup.Operation)
    {
        var isUnset = member.Unset is not null;
        var json = Start(member, id, isUnset ? "Dropdown" : "Boolean", group == FormGroup.Operation ? member.Group : group);
        if (isUnset)
        {
            json["value"] = "=null";
            json["choices"] = Choices([("=null", member.Unset!), ("=true", "Yes"), ("=false", "No")]);
        }
        else
        {
            json["value"] = false;
            json["feel"] = "static";
        }

        return new FormField(id, json, Request + name, member.When);
    }

    private static JsonObject Start(Member member, string id, string type, FormGroup group)
    {
        var json = new JsonObject { ["id"] = id, ["label"] = member.Label, ["description"] = member.Hint };
        if (member.Placeholder is { } placeholder)
        {
            json["placeholder"] = placeholder;
        }

        json["type"] = type;
        json["group"] = Group(group);
        return json;
    }

    private static string Group(FormGroup group) => Names.Member($"{group}");
}
