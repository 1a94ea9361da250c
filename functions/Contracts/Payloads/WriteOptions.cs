using System.Text.Json;
using System.Text.Json.Serialization;
using SalesforceConnector.Contracts.Annotations;

namespace SalesforceConnector.Contracts.Payloads;

/// <summary>The common members of creates, updates and upserts: how Salesforce's rules apply to the write.</summary>
internal interface IHasWriteOptions
{
    /// <summary>How duplicate rules apply. If absent, the rules' own settings apply.</summary>
    DuplicateRuleOptions? DuplicateRule { get; }

    /// <summary>Which assignment rule applies. If absent, the active one.</summary>
    AssignmentRule? AssignmentRule { get; }
}

/// <summary>How duplicate rules apply to a write. If absent, the rules' own settings apply.</summary>
/// <remarks>REST API Developer Guide, "Duplicate Rule Header".</remarks>
[Field("Duplicate rule", Group = FormGroup.Options)]
public sealed record DuplicateRuleOptions
{
    /// <summary>Whether to save a record although a rule that allows saving finds duplicates.</summary>
    [Field("Duplicates: save anyway", Hint = "Saves although a duplicate rule with an alert finds duplicates.", Unset = "Salesforce's default")]
    public bool? AllowSave { get; init; }

    /// <summary>Whether the reply contains the duplicates with their fields.</summary>
    [Field("Duplicates: include their fields", Unset = "Salesforce's default")]
    public bool? IncludeRecordDetails { get; init; }

    /// <summary>Whether the search for duplicates applies the sharing rules of the connector's user.</summary>
    [Field("Duplicates: apply sharing rules", Unset = "Salesforce's default")]
    public bool? RunAsCurrentUser { get; init; }

    /// <summary>The header's value, such as <c>allowSave=true; runAsCurrentUser=false</c>; empty if no member is set.</summary>
    internal string ToHeader()
    {
        (string Name, bool? Value)[] options =
        [
            ("allowSave", AllowSave), ("includeRecordDetails", IncludeRecordDetails), ("runAsCurrentUser", RunAsCurrentUser),
        ];
        return string.Join(
            "; ", options.Where(option => option.Value is not null).Select(option => $"{option.Name}={(option.Value == true ? "true" : "false")}"));
    }
}

/// <summary>
/// Whether an assignment rule applies to written Accounts, Cases and Leads: <c>true</c>, <c>false</c>, or the id of a
/// rule. If absent, the active rule applies.
/// </summary>
/// <remarks>REST API Developer Guide, "Assignment Rule Header".</remarks>
[Field(
    "Assignment rule",
    Hint = "For Accounts, Cases and Leads: <code>=true</code>, <code>=false</code>, or the ID of a rule. Empty: the active one.",
    Pattern = "(?![0-9]+$)[A-Za-z0-9]{15}([A-Za-z0-9]{3})?",
    Message = "must be =true, =false or the ID of an assignment rule.",
    Group = FormGroup.Options)]
[Schema(
    """
    {
      "$comment": "A choice of types is more than some generators of clients can say: to them this is any value.",
      "if": {},
      "then": { "anyOf": [{ "type": "boolean" }, { "$ref": "#/components/schemas/RecordId" }] }
    }
    """)]
[Example("false")]
[JsonConverter(typeof(Converter))]
public sealed record AssignmentRule
{
    private AssignmentRule(string value) => Value = value;

    /// <summary>The header's value.</summary>
    internal string Value { get; }

    internal sealed class Converter : JsonConverter<AssignmentRule>
    {
        public override AssignmentRule Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            try
            {
                return reader.TokenType switch
                {
                    JsonTokenType.True => new AssignmentRule("TRUE"),
                    JsonTokenType.False => new AssignmentRule("FALSE"),
                    JsonTokenType.String => new AssignmentRule(RecordId.Parse(reader.GetString()!).ToString()),
                    _ => throw new JsonException("must be true, false or the id of an assignment rule"),
                };
            }
            catch (FormatException e)
            {
                throw new JsonException($"must be true, false or the id of an assignment rule; as an id it {e.Message}", e);
            }
        }

        public override void Write(Utf8JsonWriter writer, AssignmentRule value, JsonSerializerOptions options)
        {
            if (value.Value is "TRUE" or "FALSE")
            {
                writer.WriteBooleanValue(value.Value == "TRUE");
            }
            else
            {
                writer.WriteStringValue(value.Value);
            }
        }
    }
}
