using System.Text.Json;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Salesforce.Bulk.Rows;

/// <summary>A record in JSON as the cells of a CSV row.</summary>
/// <remarks>
/// Bulk API 2.0 and Bulk API Developer Guide, "Prepare CSV Files": an empty cell leaves its field as it is, <c>#N/A</c> clears
/// it, and a parent is named by an external id, <c>Account.External_Id__c</c> or <c>Lead:Who.Email</c>.
/// </remarks>
internal static class JsonRow
{
    private const string Null = "#N/A";
    private const string Attributes = "attributes";

    /// <summary>Reads the cells of a record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="name">What errors call it, such as <c>records[3]</c>.</param>
    /// <param name="objectType">The sObject of all records.</param>
    /// <exception cref="InvalidPayloadException">A value cannot be a cell.</exception>
    public static List<(string Column, string Value)> Read(JsonElement record, string name, string objectType)
    {
        if (record.ValueKind != JsonValueKind.Object)
        {
            throw Invalid(name, "must be an object of field names and values, such as {\"Name\":\"Acme\"}");
        }

        var cells = new List<(string, string)>();
        foreach (var member in record.EnumerateObject())
        {
            if (member.NameEquals(Attributes))
            {
                CheckType(member.Value, name, objectType);
            }
            else if (member.Value.ValueKind == JsonValueKind.Object)
            {
                cells.Add(Parent(member, name));
            }
            else
            {
                cells.Add((member.Name, Text(member.Value, $"{name}.{member.Name}")));
            }
        }

        return cells;
    }

    private static void CheckType(JsonElement attributes, string name, string objectType)
    {
        if (TypeOf(attributes) is not { } type || !type.Equals(objectType, StringComparison.OrdinalIgnoreCase))
        {
            throw Invalid($"{name}.{Attributes}.type", $"must be {objectType}, as the payload's objectType: all rows of a job are of one sObject");
        }
    }

    /// <summary>A parent that is named by an external id: an object with that one field.</summary>
    private static (string Column, string Value) Parent(JsonProperty relationship, string name)
    {
        (string Column, string Value)? cell = null;
        var type = "";
        foreach (var member in relationship.Value.EnumerateObject())
        {
            var path = $"{name}.{relationship.Name}.{member.Name}";
            if (member.NameEquals(Attributes))
            {
                type = TypeOf(member.Value) is { } told ? $"{told}:" : throw Invalid($"{path}.type", "must be the API name of an sObject");
            }
            else
            {
                cell = cell is null
                    ? ($"{relationship.Name}.{member.Name}", Text(member.Value, path))
                    : throw Invalid($"{name}.{relationship.Name}", "must have one field, an external id that names the parent");
            }
        }

        return cell is var (column, value)
            ? (type + column, value)
            : throw Invalid($"{name}.{relationship.Name}", "must have one field, an external id that names the parent");
    }

    private static string? TypeOf(JsonElement attributes) =>
        attributes.ValueKind == JsonValueKind.Object && attributes.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String
            ? type.TextOrNull()
            : null;

    private static string Text(JsonElement value, string path) => value.ValueKind switch
    {
        JsonValueKind.Null => Null,
        JsonValueKind.String => value.TextOrNull() switch
        {
            null => throw Invalid(path, "must be valid Unicode; it has half of a surrogate pair"),
            Null => throw Invalid(path, $"must not be the text {Null}, with which the Bulk API clears a field; to clear it, use null"),
            var text => text,
        },
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => throw Invalid(path, "must be a string, a number, a boolean, null, or an object with the external id of a parent"),
    };

    private static InvalidPayloadException Invalid(string member, string complaint) => new(ErrorCodes.InvalidMember, member, complaint);
}
