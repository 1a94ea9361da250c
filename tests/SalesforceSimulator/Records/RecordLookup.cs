using SalesforceSimulator.Data;
using SalesforceSimulator.Requests;

namespace SalesforceSimulator.Records;

/// <summary>Finds the record of a path.</summary>
internal static class RecordLookup
{
    /// <summary>Finds the record of <paramref name="type"/> with this id.</summary>
    /// <param name="forWriting">Whether the record is to be changed. The error for a missing record then has another text.</param>
    /// <exception cref="ApiException">The record does not exist.</exception>
    public static Record ById(Store store, ObjectType type, string id, bool forWriting)
    {
        if (!RecordIds.HasShape(id))
        {
            throw Errors.NoSuchExternalId(id);
        }

        // That an invalid checksum is rejected, also on reads, is an assumption.
        if (RecordIds.Normalize(id) is not { } normal || !normal.StartsWith(type.KeyPrefix, StringComparison.Ordinal))
        {
            throw Errors.MalformedId($"{type.Label} ID", id, "Id");
        }

        return store.Find(normal) switch
        {
            null => throw (forWriting ? Errors.InvalidCrossReference(404) : Errors.NotFound()),
            { IsDeleted: true } => throw Errors.EntityIsDeleted(),
            var record => record,
        };
    }

    /// <summary>The field in the position of an id, if it is <c>Id</c> or an external id and a value follows.</summary>
    public static Field? ExternalIdField(ApiCall call) =>
        call.Store.Schema.Find(call.Arguments["type"])?.FindField(call.Arguments["id"]) is { } field
        && (field.ExternalId || field.Type == FieldType.Id)
            ? field
            : null;

    /// <summary>The records with this value. There can be several only if the field is not unique.</summary>
    public static IReadOnlyList<Record> ByField(Store store, ObjectType type, Field field, string value) =>
        field.Type == FieldType.Id ? [ById(store, type, value, forWriting: false)] : store[type].FindByValue(field, value);
}
