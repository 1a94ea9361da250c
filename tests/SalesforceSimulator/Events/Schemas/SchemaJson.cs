using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SalesforceSimulator.Events.Schemas;

/// <summary>Writes schemas in Avro's JSON, in the form that GetSchema returns.</summary>
internal static class SchemaJson
{
    /// <summary>Values of <c>changeType</c>. Salesforce reserves SNAPSHOT for the future.</summary>
    public static readonly string[] ChangeTypes =
        ["CREATE", "UPDATE", "DELETE", "UNDELETE", "GAP_CREATE", "GAP_UPDATE", "GAP_DELETE", "GAP_UNDELETE", "GAP_OVERFLOW", "SNAPSHOT"];

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="id">The id, which the schemas of platform events repeat; <see langword="null"/> to leave it out.</param>
    public static string Of(EventSchema schema, string? id)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("name", schema.Name);
            json.WriteString("namespace", "com.sforce.eventbus");
            json.WriteString("type", "record");
            json.WriteStartArray("fields");
            if (schema.HasHeader)
            {
                WriteHeader(json);
            }

            HashSet<string> defined = [];
            foreach (var field in schema.Fields)
            {
                WriteField(json, field, defined);
            }

            json.WriteEndArray();
            if (!schema.HasHeader && id is not null)
            {
                json.WriteString("uuid", id);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteHeader(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("name", "ChangeEventHeader");
        json.WriteStartObject("type");
        json.WriteString("type", "record");
        json.WriteString("name", "ChangeEventHeader");
        json.WriteStartArray("fields");
        WriteHeaderField(json, "entityName", "string");
        WriteHeaderList(json, "recordIds");
        json.WriteStartObject();
        json.WriteString("name", "changeType");
        json.WriteStartObject("type");
        json.WriteString("type", "enum");
        json.WriteString("name", "ChangeType");
        json.WriteStartArray("symbols");
        foreach (var type in ChangeTypes)
        {
            json.WriteStringValue(type);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
        WriteHeaderField(json, "changeOrigin", "string");
        WriteHeaderField(json, "transactionKey", "string");
        WriteHeaderField(json, "sequenceNumber", "int");
        WriteHeaderField(json, "commitTimestamp", "long");
        WriteHeaderField(json, "commitNumber", "long");
        WriteHeaderField(json, "commitUser", "string");
        WriteHeaderList(json, "nulledFields");
        WriteHeaderList(json, "diffFields");
        WriteHeaderList(json, "changedFields");
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteString("doc", "Data:ComplexValueType");
        json.WriteEndObject();
    }

    private static void WriteHeaderField(Utf8JsonWriter json, string name, string type)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("type", type);
        json.WriteEndObject();
    }

    private static void WriteHeaderList(Utf8JsonWriter json, string name)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteStartObject("type");
        json.WriteString("type", "array");
        json.WriteString("items", "string");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteField(Utf8JsonWriter json, EventField field, HashSet<string> defined)
    {
        json.WriteStartObject();
        json.WriteString("name", field.Name);
        if (field is ScalarField { Always: true } always)
        {
            json.WriteString("type", NameOf(always.Type));
        }
        else
        {
            json.WriteStartArray("type");
            json.WriteStringValue("null");
            WriteType(json, field, defined);
            json.WriteEndArray();
        }

        if (field.Doc.Length > 0)
        {
            json.WriteString("doc", field.Doc);
        }

        if (field is not ScalarField { Always: true })
        {
            json.WriteNull("default");
        }

        json.WriteEndObject();
    }

    private static void WriteType(Utf8JsonWriter json, EventField field, HashSet<string> defined)
    {
        if (field is not CompoundField compound)
        {
            json.WriteStringValue(NameOf(((ScalarField)field).Type));
        }
        else if (!defined.Add(compound.TypeName))
        {
            json.WriteStringValue(compound.TypeName);
        }
        else
        {
            json.WriteStartObject();
            json.WriteString("type", "record");
            json.WriteString("name", compound.TypeName);
            json.WriteStartArray("fields");
            foreach (var part in compound.Parts)
            {
                WriteField(json, part, defined);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }
    }

    private static string NameOf(AvroType type) => type.ToString().ToLowerInvariant();
}
