using System.Text.Json;
using System.Text.Json.Serialization;
using SalesforceConnector.Contracts.Annotations;

namespace SalesforceConnector.Contracts.Payloads;

/// <summary>What the payloads of creates, updates and upserts have in common: how Salesforce's own rules apply to them.</summary>
internal interface IWrite
{
    /// <summary>How duplicate rules apply; absent, as the rules themselves say.</summary>
    DuplicateRuleOptions? DuplicateRule { get; }

    /// <summary>Which assignment rule applies; absent, the active one.</summary>
    AssignmentRule? AssignmentRule { get; }
}

/// <summary>How duplicate rules apply to a write. Absent: as the rules themselves say.</summary>
/// <remarks>REST API Developer Guide, "Duplicate Rule Header".</remarks>
[Field("Duplicate rule", Group = FormGroup.Options)]
public sealed record DuplicateRuleOptions
{
    /// <summary>Whether a record is saved although a rule that only alerts finds duplicates.</summary>
    [Field("Duplicates: save all the same", Hint = "Although a duplicate rule that only alerts finds some.", Unset = "As Salesforce does by itself")]
    public bool? AllowSave { get; init; }

    /// <summary>Whether the duplicates that are found come back with their fields.</summary>
    [Field("Duplicates: with their fields", Unset = "As Salesforce does by itself")]
    public bool? IncludeRecordDetails { get; init; }

    /// <summary>Whether the sharing rules of the connector's user apply to the search for duplicates.</summary>
    [Field("Duplicates: as the user sees them", Unset = "As Salesforce does by itself")]
    public bool? RunAsCurrentUser { get; init; }

    /// <summary><c>allowSave=true; runAsCurrentUser=false</c>: what was given, and empty if nothing was.</summary>
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
/// Whether an assignment rule applies to the Accounts, Cases and Leads that are written: <c>true</c>, <c>false</c>, or the
/// id of one. Absent: the active one.
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

    /// <summary>As the header has it.</summary>
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
