using System.Globalization;
using System.Text.Json;
using SalesforceSimulator.Data;
using SalesforceSimulator.Requests;

namespace SalesforceSimulator.Endpoints;

/// <summary>The org's metadata: sobjects, sobjects/{type} and sobjects/{type}/describe.</summary>
internal static class Describes
{
    // The schema never changes, so clients can cache it.
    private static readonly DateTimeOffset Changed = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static Reply Global(ApiCall call) => Unchanged(call) ?? Stamp(Reply.Json(200, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("encoding", "UTF-8");
        writer.WriteNumber("maxBatchSize", 200);
        writer.WriteStartArray("sobjects");
        foreach (var type in call.Store.Schema.Types)
        {
            writer.WriteStartObject();
            WriteSummary(writer, call, type);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }));

    public static Reply Basic(ApiCall call)
    {
        var type = call.ObjectType;
        return Reply.Json(200, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartObject("objectDescribe");
            WriteSummary(writer, call, type);
            writer.WriteEndObject();
            writer.WriteStartArray("recentItems");
            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    public static Reply Whole(ApiCall call)
    {
        var type = call.ObjectType;
        return Unchanged(call) ?? Stamp(Reply.Json(200, writer =>
        {
            writer.WriteStartObject();
            WriteSummary(writer, call, type);
            writer.WriteStartArray("fields");
            foreach (var field in type.Fields)
            {
                WriteField(writer, type, field);
            }

            writer.WriteEndArray();
            writer.WriteStartArray("childRelationships");
            foreach (var (child, field) in type.Children)
            {
                writer.WriteStartObject();
                writer.WriteBoolean("cascadeDelete", field.CascadeDelete);
                writer.WriteString("childSObject", child.Name);
                writer.WriteString("field", field.Name);
                writer.WriteString("relationshipName", field.ChildRelationshipName);
                writer.WriteBoolean("restrictedDelete", false);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteStartArray("recordTypeInfos");
            writer.WriteEndArray();
            writer.WriteEndObject();
        }));
    }

    public static Reply? Unchanged(ApiCall call) =>
        Preconditions.IsUnchangedSince(call, "If-Modified-Since", Changed) is true ? Stamp(new Reply(304)) : null;

    public static Reply Stamp(Reply reply) => reply.WithHeader("Last-Modified", Changed.ToString("R", CultureInfo.InvariantCulture));

    private static void WriteSummary(Utf8JsonWriter writer, ApiCall call, ObjectType type)
    {
        writer.WriteString("name", type.Name);
        writer.WriteString("label", type.Label);
        writer.WriteString("labelPlural", type.Plural);
        writer.WriteString("keyPrefix", type.KeyPrefix);
        writer.WriteBoolean("custom", type.IsCustom);
        writer.WriteBoolean("customSetting", false);
        foreach (var (ability, calls) in new[] { ("createable", "create"), ("updateable", "update"), ("deletable", "delete") })
        {
            writer.WriteBoolean(ability, !type.Unsupported.Contains(calls));
        }

        foreach (var ability in new[] { "queryable", "retrieveable", "searchable", "undeletable", "layoutable", "replicateable", "triggerable" })
        {
            writer.WriteBoolean(ability, true);
        }

        writer.WriteBoolean("mergeable", type.Name is "Account" or "Contact" or "Lead");
        writer.WriteStartObject("urls");
        var url = $"{call.VersionPath}/sobjects/{type.Name}";
        writer.WriteString("sobject", url);
        writer.WriteString("describe", $"{url}/describe");
        writer.WriteString("rowTemplate", $"{url}/{{ID}}");
        writer.WriteEndObject();
    }

    private static void WriteField(Utf8JsonWriter writer, ObjectType type, Field field)
    {
        writer.WriteStartObject();
        writer.WriteString("name", field.Name);
        writer.WriteString("label", field.Label);
        writer.WriteString("type", field.Type.ToString().ToLowerInvariant());
        writer.WriteString("soapType", SoapType(field));
        writer.WriteNumber("length", field.Length);
        writer.WriteNumber("byteLength", field.Length * 3);
        writer.WriteBoolean("nillable", !field.Required && field.Type is not (FieldType.Id or FieldType.Boolean));
        writer.WriteBoolean("defaultedOnCreate", field.Default is not null);
        writer.WriteBoolean("createable", field.Createable);
        writer.WriteBoolean("updateable", field.Updateable);
        writer.WriteBoolean("calculated", field.Formula is not null);
        writer.WriteBoolean("custom", field.IsCustom);
        writer.WriteBoolean("externalId", field.ExternalId);
        writer.WriteBoolean("unique", field.Unique);
        writer.WriteBoolean("idLookup", field.ExternalId || field.Type == FieldType.Id);
        writer.WriteBoolean("nameField", field == type.NameField);
        writer.WriteBoolean("filterable", field.IsFilterable);
        writer.WriteBoolean("sortable", field.IsFilterable);
        writer.WriteBoolean("groupable", field.IsFilterable && !field.IsNumber);
        writer.WriteBoolean("cascadeDelete", field.CascadeDelete);
        writer.WriteString("relationshipName", field.RelationshipName);
        writer.WriteStartArray("referenceTo");
        if (field.ReferenceTo is not null)
        {
            writer.WriteStringValue(field.ReferenceTo);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("picklistValues");
        foreach (var value in field.Picklist)
        {
            writer.WriteStartObject();
            writer.WriteBoolean("active", true);
            writer.WriteBoolean("defaultValue", value == field.Default as string);
            writer.WriteString("label", value);
            writer.WriteString("value", value);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static string SoapType(Field field) => field switch
    {
        { IsId: true } => "tns:ID",
        { IsText: true } => "xsd:string",
        { Type: FieldType.Boolean } => "xsd:boolean",
        { Type: FieldType.Int } => "xsd:int",
        { Type: FieldType.Date } => "xsd:date",
        { Type: FieldType.DateTime } => "xsd:dateTime",
        { Type: FieldType.Time } => "xsd:time",
        { Type: FieldType.Base64 } => "xsd:base64Binary",
        _ => "xsd:double",
    };
}
