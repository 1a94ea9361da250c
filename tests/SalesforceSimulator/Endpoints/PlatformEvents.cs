using SalesforceSimulator.Data;
using SalesforceSimulator.Events;
using SalesforceSimulator.Events.Schemas;
using SalesforceSimulator.Records;
using SalesforceSimulator.Requests;

namespace SalesforceSimulator.Endpoints;

/// <summary>Publishes platform events by <c>POST sobjects/{event}</c>.</summary>
/// <remarks>Platform Events Developer Guide, "Publish Event Messages with Salesforce APIs".</remarks>
internal static class PlatformEvents
{
    /// <summary>The platform event in the path; <see langword="null"/> if it is something else, or the org has no events.</summary>
    public static PlatformEventType? Find(ApiCall call) =>
        call.Org.Events is null ? null : PlatformEventSchemas.Types.FirstOrDefault(type =>
            string.Equals(type.Name, call.Arguments["type"], StringComparison.OrdinalIgnoreCase));

    public static Reply Publish(ApiCall call, PlatformEventType type)
    {
        var schema = call.Org.Events!.Catalog.FindByObjectType(type.Name)!;
        var now = call.Org.Time.GetUtcNow();
        Dictionary<string, object?> given = type.Fields.Where(field => field.Default is not null).ToDictionary(field => field.Name, field => field.Default);
        foreach (var member in call.ReadObject().EnumerateObject().Where(member => !member.NameEquals("attributes")))
        {
            // The words for an unknown field are those for records, which is an assumption.
            var field = type.FindField(member.Name) ?? throw Errors.NoSuchColumn(member.Name, type.Name);
            given[field.Name] = FieldInput.Read(call.Store, field, member.Value);
        }

        object?[] values =
        [
            now.ToUnixTimeMilliseconds(),
            Org.UserId,
            .. type.Fields.Select(field => given.GetValueOrDefault(field.Name)),
        ];
        var id = call.Org.Events.Publish([new PlatformEvent(schema, now, values)])!;
        return Reply.Json(201, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("id", RecordIds.Create(type.KeyPrefix, 0));
            writer.WriteBoolean("success", true);
            writer.WriteStartArray("errors");
            writer.WriteStartObject();
            writer.WriteString("statusCode", "OPERATION_ENQUEUED");
            writer.WriteString("message", id);
            writer.WriteStartArray("fields");
            writer.WriteEndArray();
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }
}
