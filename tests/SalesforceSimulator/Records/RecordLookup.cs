using SalesforceSimulator.Data;
using SalesforceSimulator.Requests;

namespace SalesforceSimulator.Records;

/// <summary>Finds the record a path names.</summary>
internal static class RecordLookup
{
    /// <summary>The record of <paramref name="type"/> with this id.</summary>
    /// <param name="forWriting">What is missing is said in other words to who wants to change it.</param>
    /// <exception cref="ApiException">There is none.</exception>
    public static Record ById(Store store, ObjectType type, string id, bool forWriting)
    {
        if (!RecordIds.HasShape(id))
        {
            throw Errors.NoSuchExternalId(id);
        }

        // That a wrong checksum is refused, and on reads as well, is an assumption.
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

    /// <summary>The field in the place of an id, where it is an external id or <c>Id</c> itself and a value follows.</summary>
    public static Field? ExternalIdField(ApiCall call) =>
        call.Store.Schema.Find(call.Arguments["type"])?.FindField(call.Arguments["id"]) is { } field
        && (field.ExternalId || field.Type == FieldType.Id)
            ? field
            : null;

    /// <summary>The records with this value; more than one only where the field is not unique.</summary>
    public static IReadOnlyList<Record> ByField(Store store, ObjectType type, Field field, string value) =>
        field.Type == FieldType.Id ? [ById(store, type, value, forWriting: false)] : store[type].FindByExternalId(field, value);
}
