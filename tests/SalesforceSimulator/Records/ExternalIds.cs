using System.Text.Json;
using SalesforceSimulator.Data;
using SalesforceSimulator.Endpoints;
using SalesforceSimulator.Requests;

namespace SalesforceSimulator.Records;

/// <summary>sobjects/{type}/{field}/{value}, for external id fields.</summary>
internal static class ExternalIds
{
    public static Reply Get(ApiCall call)
    {
        var (type, field, value) = Name(call);
        return RecordLookup.ByField(call.Store, type, field, value) switch
        {
            [] => throw Errors.NotFound(),
            [var record] => Rows.Get(call, record),
            var several => Ambiguous(call, several),
        };
    }

    public static Reply Upsert(ApiCall call)
    {
        var (type, field, value) = Name(call);
        var fields = call.ReadObject();
        if (fields.MemberIgnoringCase(field.Name) is not null)
        {
            // The message is an assumption.
            throw Errors.InvalidField($"The {field.Name} field should not be specified in the sobject data.");
        }

        switch (RecordLookup.ByField(call.Store, type, field, value))
        {
            case [var record]:
                if (Preconditions.Check(call, record) is { } reply)
                {
                    return reply;
                }

                new RecordWriter(call).Update(record, fields);
                return Rows.Saved(200, record.Id, created: false);
            // Earlier versions ignore the parameter.
            case [] when call.VersionNumber >= Versions.FirstWithUpdateOnly && string.Equals(call.Query.GetValueOrDefault("updateOnly"), "true", StringComparison.OrdinalIgnoreCase):
                throw Errors.NotFound();
            case []:
                var key = JsonElement.Parse(JsonSerializer.SerializeToUtf8Bytes(value));
                var created = new RecordWriter(call).Create(type, fields, new Dictionary<string, object?> { [field.Name] = FieldInput.Read(call.Store, field, key) });
                return Rows.Created(call, created, wasUpsert: true);
            case var several:
                return Ambiguous(call, several);
        }
    }

    public static Reply Delete(ApiCall call)
    {
        var (type, field, value) = Name(call);
        switch (RecordLookup.ByField(call.Store, type, field, value))
        {
            case []:
                throw Errors.NotFound();
            case [var record]:
                new RecordWriter(call).Delete(record);
                return Reply.NoContent;
            case var several:
                return Ambiguous(call, several);
        }
    }

    /// <summary>POST sobjects/{type}/Id: an upsert without an id, which creates a record.</summary>
    public static Reply CreateByIdField(ApiCall call) =>
        Rows.Created(call, new RecordWriter(call).Create(call.ObjectType, call.ReadObject()), wasUpsert: true);

    private static (ObjectType Type, Field Field, string Value) Name(ApiCall call)
    {
        // A slash in a value is encoded, so that the value is one segment. A value that ends like a file type that Salesforce
        // does not serve is not found. The only documented ending of this kind is .inc.
        var field = RecordLookup.ExternalIdField(call)!;
        return call.Segments is [_, _, _, var value] && !value.EndsWith(".inc", StringComparison.OrdinalIgnoreCase)
            ? (call.ObjectType, field, value)
            : throw Errors.NotFound();
    }

    private static Reply Ambiguous(ApiCall call, IReadOnlyList<Record> records) => Reply.Json(300, writer =>
    {
        writer.WriteStartArray();
        foreach (var record in records)
        {
            writer.WriteStringValue($"{call.VersionPath}/sobjects/{record.Type.Name}/{record.Id}");
        }

        writer.WriteEndArray();
    });
}
