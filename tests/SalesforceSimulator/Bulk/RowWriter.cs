using SalesforceSimulator.Data;
using SalesforceSimulator.Records;
using SalesforceSimulator.Requests;

namespace SalesforceSimulator.Bulk;

/// <summary>Carries out a job's operation for one row.</summary>
internal sealed class RowWriter(ApiCall call, string operation, ObjectType type, Field? externalId, RowColumns columns)
{
    private const string Null = "#N/A";

    private readonly Store _store = call.Store;
    private readonly RecordWriter _writer = new(call);

    /// <returns>The record's id, and whether the row created it.</returns>
    /// <exception cref="ApiException">The row is refused.</exception>
    public (string Id, bool Created) Write(IReadOnlyList<string> row)
    {
        switch (operation)
        {
            case "insert":
                return Insert(row);
            case "update":
                return Update(Find(row, "an update"), row);
            case "upsert":
                return Upsert(row);
            default:
                var record = Find(row, "a delete");
                _writer.Delete(record);
                if (operation == "hardDelete")
                {
                    _store.Remove(record);
                }

                return (record.Id, false);
        }
    }

    /// <summary>The text in the column of a field; empty if there is none.</summary>
    public string Text(IReadOnlyList<string> row, Field field)
    {
        for (var i = 0; i < row.Count; i++)
        {
            if (columns.Columns[i] is { ParentKey: null } column && column.Field.Name == field.Name)
            {
                return row[i];
            }
        }

        return "";
    }

    private (string Id, bool Created) Insert(IReadOnlyList<string> row)
    {
        if (Text(row, type["Id"]).Length > 0)
        {
            throw new ApiException(400, new ApiError("INVALID_FIELD_FOR_INSERT_UPDATE", "cannot specify Id in an insert call", ["Id"]));
        }

        return (_writer.Create(type, Values(row, field => field.Createable)).Id, true);
    }

    private (string Id, bool Created) Update(Record record, IReadOnlyList<string> row)
    {
        _writer.Update(record, Values(row, field => field.Updateable));
        return (record.Id, false);
    }

    private (string Id, bool Created) Upsert(IReadOnlyList<string> row)
    {
        var key = Text(row, externalId!);
        if (externalId!.Type == FieldType.Id)
        {
            return key.Length == 0 ? Insert(row) : Update(Find(row, "an upsert"), row);
        }

        if (key.Length == 0 || key == Null)
        {
            throw new ApiException(400, new ApiError("MISSING_ARGUMENT", $"{externalId.Name} not specified", [externalId.Name]));
        }

        return _store[type].FindByValue(externalId, key) switch
        {
            [] => Insert(row),
            [var found] => Update(found, row),
            _ => throw new ApiException(400, new ApiError("DUPLICATE_EXTERNAL_ID", $"{externalId.Name}: more than one record found for external id field", [externalId.Name])),
        };
    }

    private Record Find(IReadOnlyList<string> row, string attempt) => Text(row, type["Id"]) switch
    {
        "" or Null => throw new ApiException(400, new ApiError("MISSING_ARGUMENT", $"Id not specified in {attempt} call", [])),
        var id when !RecordIds.HasShape(id) => throw Errors.MalformedId($"{type.Label} ID", id, "Id"),
        var id => RecordLookup.ById(_store, type, id, forWriting: true),
    };

    private Dictionary<string, object?> Values(IReadOnlyList<string> row, Func<Field, bool> writable)
    {
        Dictionary<string, object?> values = [];
        List<string>? refused = null;
        for (var i = 0; i < row.Count; i++)
        {
            var (field, parentType, parentKey) = columns.Columns[i];
            var text = row[i];

            // An empty value leaves the field as it is.
            if (text.Length == 0 || field.Type == FieldType.Id)
            {
                continue;
            }

            if (!writable(field))
            {
                (refused ??= []).Add(field.Name);
                continue;
            }

            values[field.Name] = text switch
            {
                Null => field.Type == FieldType.Boolean ? false : null,
                _ when parentKey is not null => _writer.FindByExternalId(parentType!, parentKey, text),
                _ => FieldInput.ReadText(_store, field, text, column: i),
            };
        }

        return refused is null ? values : throw Errors.NotWritable(refused);
    }
}
