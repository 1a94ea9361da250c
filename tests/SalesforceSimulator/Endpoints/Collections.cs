using System.Text.Json;
using SalesforceSimulator.Data;
using SalesforceSimulator.Records;
using SalesforceSimulator.Requests;

namespace SalesforceSimulator.Endpoints;

/// <summary>composite/sobjects: up to 200 records in one call, each with its own result.</summary>
internal static class Collections
{
    private const int MostRecords = 200;
    private const int MostRetrieved = 2000;
    private const int MostChunks = 10;

    private static readonly ApiError RolledBack = new(
        "ALL_OR_NONE_OPERATION_ROLLED_BACK",
        "Record rolled back because not all records were valid and the request was using AllOrNone header",
        []);

    public static Reply Create(ApiCall call)
    {
        var (records, allOrNone) = ReadRecords(call);
        return Save(call, records, allOrNone, record => new Saved(new RecordWriter(call).Create(TypeOf(call, record), record).Id));
    }

    public static Reply Update(ApiCall call)
    {
        var (records, allOrNone) = ReadRecords(call);
        return Save(call, records, allOrNone, record =>
        {
            var type = TypeOf(call, record);
            if (record.MemberIgnoringCase("Id") is not { ValueKind: JsonValueKind.String } id)
            {
                throw new ApiException(400, new ApiError("MISSING_ARGUMENT", "Id not specified in an update call", []));
            }

            var found = RecordLookup.ById(call.Store, type, id.GetString()!, forWriting: true);
            new RecordWriter(call).Update(found, Without(record, "id"));
            return new Saved(found.Id);
        });
    }

    public static Reply Upsert(ApiCall call)
    {
        var type = call.ObjectType;
        var name = call.Arguments["field"];
        var field = type.FindField(name) is { } known && (known.ExternalId || known.Type == FieldType.Id) ? known : throw Errors.NoSuchExternalId(name);
        if (field.Type == FieldType.Id)
        {
            throw new NotKnownException("what a collection answers to an upsert by Id, which Salesforce does not support");
        }

        var (records, allOrNone) = ReadRecords(call);
        return Save(call, records, allOrNone, record => Upsert(call, type, field, record));
    }

    public static Reply Delete(ApiCall call)
    {
        var ids = call.List("ids") ?? throw Errors.RequiredMember("ids");
        CheckCount(ids.Count, MostRecords);
        return Save(call, ids, call.AllOrNoneParameter, id =>
        {
            var type = id.Length >= 3 ? call.Store.Schema.FindByPrefix(id[..3]) : null;
            var record = RecordLookup.ById(call.Store, type ?? throw Errors.MalformedId("Record ID", id, "Id"), id, forWriting: true);
            new RecordWriter(call).Delete(record);
            return new Saved(record.Id);
        });
    }

    /// <summary>GET with ids and fields in the query, or POST with both in the body. A record that does not exist is <c>null</c>.</summary>
    public static Reply Retrieve(ApiCall call)
    {
        var type = call.ObjectType;
        var (ids, fields) = call.Method == "POST"
            ? ReadRetrieve(call.ReadObject())
            : (call.List("ids") ?? throw Errors.RequiredMember("ids"), call.List("fields") ?? throw Errors.RequiredMember("fields"));
        CheckCount(ids.Count, MostRetrieved);
        var columns = Rows.ColumnsOf(call, type, fields);
        Row?[] rows = [.. ids.Select(id => call.Store.Find(id) is { IsDeleted: false } record && record.Type == type ? Row.Take(call.Store, record, columns) : null)];
        return new Reply(200, async output =>
        {
            output.Writer.WriteStartArray();
            foreach (var row in rows)
            {
                if (row is null)
                {
                    output.Writer.WriteNullValue();
                }
                else
                {
                    await RecordJson.WriteRowAsync(output, row, columns, call.Version);
                }
            }

            output.Writer.WriteEndArray();
        });
    }

    private static Saved Upsert(ApiCall call, ObjectType type, Field field, JsonElement record)
    {
        if (TypeOf(call, record) != type)
        {
            throw new ApiException(400, new ApiError("INVALID_TYPE", "All sObjects in an upsert call must be of the type in the URI", []));
        }

        var writer = new RecordWriter(call);
        if (record.MemberIgnoringCase(field.Name) is not { ValueKind: JsonValueKind.String } key)
        {
            throw new ApiException(400, new ApiError("MISSING_ARGUMENT", $"{field.Name} not specified", []));
        }

        switch (RecordLookup.ByField(call.Store, type, field, key.GetString()!))
        {
            case []:
                return new Saved(writer.Create(type, record).Id, Created: true);
            case [var found]:
                writer.Update(found, Without(record, field.Name));
                return new Saved(found.Id, Created: false);
            default:
                throw new ApiException(400, new ApiError("DUPLICATE_EXTERNAL_ID", $"{field.Name}: more than one record found for external id field", [field.Name]));
        }
    }

    private static Reply Save<T>(ApiCall call, IReadOnlyList<T> inputs, bool allOrNone, Func<T, Saved> save)
    {
        var mark = call.Store.Mark;
        Saved[] results = [.. inputs.Select(input =>
        {
            try
            {
                return save(input);
            }
            catch (ApiException exception)
            {
                return new Saved(null) { Errors = exception.Errors };
            }
        })];
        if (allOrNone && results.Any(result => result.Id is null))
        {
            call.Store.RollBackTo(mark);
            results = Array.ConvertAll(results, result => result.Id is null ? result : new Saved(null) { Errors = [RolledBack] });
        }

        return Reply.Json(200, writer =>
        {
            writer.WriteStartArray();
            foreach (var result in results)
            {
                result.Write(writer, call.Version);
            }

            writer.WriteEndArray();
        });
    }

    private static (IReadOnlyList<JsonElement> Records, bool AllOrNone) ReadRecords(ApiCall call)
    {
        var body = call.ReadObject();
        var records = body.RequiredList("records");
        CheckCount(records.Length, MostRecords);
        var chunks = 0;
        string? previous = null;
        foreach (var record in records)
        {
            var type = TypeName(record);
            chunks += type == previous ? 0 : 1;
            previous = type;
        }

        if (chunks > MostChunks)
        {
            throw new ApiException(400, new ApiError("CANNOT_EXECUTE_MORE_THAN_10_CHUNKS", $"Cannot have more than {MostChunks} chunks in a single operation. Please rearrange the data to reduce chunking."));
        }

        return (records, body.Flag("allOrNone"));
    }

    private static (IReadOnlyList<string> Ids, IReadOnlyList<string> Fields) ReadRetrieve(JsonElement body)
    {
        string[] Texts(string member) => Array.ConvertAll(body.RequiredList(member), text => text.ToString());
        return (Texts("ids"), Texts("fields"));
    }

    // The error code is an assumption.
    private static void CheckCount(int count, int most)
    {
        if (count > most)
        {
            throw new ApiException(400, new ApiError("EXCEEDED_ID_LIMIT", $"record limit reached. cannot submit more than {most} records into this call"));
        }
    }

    private static string TypeName(JsonElement record) =>
        record.Member("attributes")?.Member("type") is { } type
            ? type.ToString()
            : throw new ApiException(400, new ApiError("INVALID_TYPE", "attributes must have a type for each record"));

    private static ObjectType TypeOf(ApiCall call, JsonElement record) =>
        call.Store.Schema.Find(TypeName(record)) ?? throw new ApiException(400, new ApiError("INVALID_TYPE", Errors.UnknownObject(TypeName(record)), []));

    private static JsonElement Without(JsonElement record, string member) => JsonElement.Parse(JsonSerializer.SerializeToUtf8Bytes(
        record.EnumerateObject().Where(candidate => !candidate.Name.Equals(member, StringComparison.OrdinalIgnoreCase))
            .ToDictionary(candidate => candidate.Name, candidate => candidate.Value)));

    private sealed record Saved(string? Id, bool? Created = null)
    {
        public IReadOnlyList<ApiError> Errors { get; init; } = [];

        public void Write(Utf8JsonWriter writer, string version)
        {
            writer.WriteStartObject();
            if (Id is not null)
            {
                writer.WriteString("id", Id);
            }

            writer.WriteBoolean("success", Id is not null);
            writer.WriteStartArray("errors");
            foreach (var error in Errors)
            {
                (error with { Fields = error.Fields ?? [] }).Write(writer, version, codeMember: "statusCode");
            }

            writer.WriteEndArray();
            if (Created is not null)
            {
                writer.WriteBoolean("created", Created.Value);
            }

            writer.WriteEndObject();
        }
    }
}
