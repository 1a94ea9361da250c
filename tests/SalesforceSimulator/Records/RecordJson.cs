using System.Text.Json;
using SalesforceSimulator.Data;
using SalesforceSimulator.Endpoints;
using SalesforceSimulator.Http;
using SalesforceSimulator.Soql;

namespace SalesforceSimulator.Records;

/// <summary>Writes records and pages.</summary>
internal static class RecordJson
{
    public static void WriteAttributes(Utf8JsonWriter writer, Record record, string version)
    {
        writer.WriteStartObject("attributes");
        writer.WriteString("type", record.Type.Name);
        writer.WriteString("url", $"/services/data/{version}/sobjects/{record.Type.Name}/{record.Id}");
        writer.WriteEndObject();
    }

    public static void WriteValue(Utf8JsonWriter writer, string name, object? value)
    {
        writer.WritePropertyName(name);
        switch (value)
        {
            case string text:
                writer.WriteStringValue(text);
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case JsonNumber number:
                writer.WriteRawValue(number.Raw);
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }

    public static async ValueTask WritePageAsync(JsonOutput output, Page page, string version)
    {
        var writer = output.Writer;
        writer.WriteStartObject();
        writer.WriteNumber("totalSize", page.TotalSize);
        writer.WriteBoolean("done", page.NextRecordsUrl is null);
        if (page.NextRecordsUrl is not null)
        {
            writer.WriteString("nextRecordsUrl", page.NextRecordsUrl);
        }

        writer.WriteStartArray("records");
        foreach (var row in page.Rows)
        {
            await WriteRowAsync(output, row, page.Columns, version);
            await output.DrainAsync();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    public static async ValueTask WriteRowAsync(JsonOutput output, Row row, IReadOnlyList<Column> columns, string version)
    {
        var writer = output.Writer;
        writer.WriteStartObject();
        WriteAttributes(writer, row.Record, version);
        foreach (var column in columns)
        {
            switch (column)
            {
                case FieldColumn { Field: { Type: FieldType.Base64 } blob } when row.Record[blob] is not null:
                    WriteValue(writer, column.Name, $"/services/data/{version}/sobjects/{row.Record.Type.Name}/{row.Record.Id}/{blob.Name}");
                    break;
                case FieldColumn { Field: var field }:
                    WriteValue(writer, column.Name, row.Record[field]);
                    break;
                case ParentColumn parent when row.Parents[parent] is { } parentRow:
                    writer.WritePropertyName(column.Name);
                    await WriteRowAsync(output, parentRow, parent.Columns, version);
                    break;
                case ChildColumn child when row.Children[child] is { } page:
                    writer.WritePropertyName(column.Name);
                    await WritePageAsync(output, page, version);
                    break;
                default:
                    writer.WriteNull(column.Name);
                    break;
            }
        }

        writer.WriteEndObject();
    }
}
