using System.Globalization;
using SalesforceSimulator.Data;
using SalesforceSimulator.Files;
using SalesforceSimulator.Records;
using SalesforceSimulator.Requests;
using SalesforceSimulator.Soql;
using SalesforceSimulator.Soql.Parsing;

namespace SalesforceSimulator.Endpoints;

/// <summary>sobjects/{type} and sobjects/{type}/{id}.</summary>
internal static class Rows
{
    public static Reply Create(ApiCall call)
    {
        if (call.Multipart is { } multipart)
        {
            return FileResources.Create(call, multipart);
        }

        if (PlatformEvents.Find(call) is { } platformEvent)
        {
            return PlatformEvents.Publish(call, platformEvent);
        }

        var type = call.ObjectType;
        return Created(call, new RecordWriter(call).Create(type, call.ReadObject()), wasUpsert: false);
    }

    public static Reply Get(ApiCall call) =>
        Get(call, RecordLookup.ById(call.Store, call.ObjectType, call.Arguments["id"], forWriting: false));

    public static Reply Update(ApiCall call)
    {
        var record = RecordLookup.ById(call.Store, call.ObjectType, call.Arguments["id"], forWriting: true);
        return Update(call, record);
    }

    public static Reply Delete(ApiCall call)
    {
        new RecordWriter(call).Delete(RecordLookup.ById(call.Store, call.ObjectType, call.Arguments["id"], forWriting: true));
        return Reply.NoContent;
    }

    public static Reply Get(ApiCall call, Record record)
    {
        if (Preconditions.Check(call, record) is { } reply)
        {
            return reply;
        }

        var columns = ColumnsOf(call, record.Type);
        var row = Row.Take(call.Store, record, columns);
        return Preconditions.Stamp(new Reply(200, output => RecordJson.WriteRowAsync(output, row, columns, call.Version)), record);
    }

    public static Reply Update(ApiCall call, Record record)
    {
        if (Preconditions.Check(call, record) is { } reply)
        {
            return reply;
        }

        new RecordWriter(call).Update(record, call.ReadObject());
        return Reply.NoContent;
    }

    /// <summary>The reply to a create. For an upsert, it says whether the record was created.</summary>
    public static Reply Created(ApiCall call, Record record, bool wasUpsert) =>
        Saved(201, record.Id, created: wasUpsert ? true : null)
            .WithHeader("Location", $"{call.VersionPath}/sobjects/{record.Type.Name}/{record.Id}");

    public static Reply Saved(int status, string id, bool? created) => Reply.Json(status, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("id", id);
        writer.WriteBoolean("success", true);
        writer.WriteStartArray("errors");
        writer.WriteEndArray();
        if (created is not null)
        {
            writer.WriteBoolean("created", created.Value);
        }

        writer.WriteEndObject();
    });

    /// <summary>The columns in the parameter <c>fields</c>; without it, all. The id is always included.</summary>
    public static List<Column> ColumnsOf(ApiCall call, ObjectType type) =>
        call.List("fields") is { } names ? ColumnsOf(call, type, names) : Columns.All(type);

    public static List<Column> ColumnsOf(ApiCall call, ObjectType type, IReadOnlyList<string> names)
    {
        List<Column> columns = [];
        var text = string.Join(',', names);
        var binder = new FieldBinder(Queries.Context(call, text, includeDeleted: false), type, alias: null);
        var at = 0;
        foreach (var name in names)
        {
            var position = at;
            Columns.Add(columns, binder.Bind(new FieldPath([.. name.Split('.').Select(part => new Name(part, position))])));
            at += name.Length + 1;
        }

        Columns.Add(columns, new BoundField([], type["Id"]));
        return columns;
    }
}

/// <summary>The conditional headers, which Salesforce supports for accounts only.</summary>
internal static class Preconditions
{
    /// <summary>The reply that replaces the operation: 304 if the record has not changed.</summary>
    /// <exception cref="ApiException">412: the record does not meet the precondition.</exception>
    public static Reply? Check(ApiCall call, Record record)
    {
        if (record.Type.Name != "Account")
        {
            return null;
        }

        var tag = Tag(record);
        var isRead = call.Method == "GET";
        if (call.TryGetHeader("If-Match", out var required) && !Lists(required, tag))
        {
            throw Errors.PreconditionFailed();
        }

        if (call.TryGetHeader("If-None-Match", out var known) && Lists(known, tag))
        {
            return isRead ? Stamp(new Reply(304), record) : throw Errors.PreconditionFailed();
        }

        if (IsUnchangedSince(call, "If-Unmodified-Since", record) is false)
        {
            throw Errors.PreconditionFailed();
        }

        return IsUnchangedSince(call, "If-Modified-Since", record) is true
            ? isRead ? Stamp(new Reply(304), record) : throw Errors.PreconditionFailed()
            : null;
    }

    public static Reply Stamp(Reply reply, Record record) => record.Type.Name == "Account"
        ? reply.WithHeader("ETag", Tag(record)).WithHeader("Last-Modified", Modified(record).ToString("R", CultureInfo.InvariantCulture))
        : reply;

    /// <summary>Whether the record has not changed since the time in a header; <see langword="null"/> without the header.</summary>
    public static bool? IsUnchangedSince(ApiCall call, string header, DateTimeOffset changed) =>
        call.TryGetHeader(header, out var text)
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var since)
            ? changed.ToUnixTimeSeconds() <= since.ToUnixTimeSeconds()
            : null;

    private static bool? IsUnchangedSince(ApiCall call, string header, Record record) => IsUnchangedSince(call, header, Modified(record));

    private static bool Lists(string header, string tag) =>
        header.Split(',', StringSplitOptions.TrimEntries).Any(candidate => candidate == "*" || candidate == tag);

    private static string Tag(Record record) => $"\"{record.Id}-{record.Revision}\"";

    private static DateTimeOffset Modified(Record record) => SalesforceTime.ParseTime((string)record["SystemModstamp"]!)!.Value;
}
