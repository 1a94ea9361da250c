using System.Text.Json;
using Microsoft.AspNetCore.Http;
using SalesforceSimulator.Data;
using SalesforceSimulator.Files;
using SalesforceSimulator.Requests;

namespace SalesforceSimulator.Bulk;

/// <summary>jobs/ingest: jobs that write records.</summary>
/// <remarks>Bulk API 2.0 and Bulk API Developer Guide, "Bulk API 2.0 Ingest".</remarks>
internal static class IngestJobs
{
    private const long MostEncodedBytes = 150L << 20;
    private const int MostInOneRequest = 100_000;

    private static readonly string[] Operations = ["insert", "update", "upsert", "delete", "hardDelete"];

    private static readonly string[] Members =
        ["object", "operation", "externalIdFieldName", "contentType", "lineEnding", "columnDelimiter", "assignmentRuleId", "concurrencyMode", "state"];

    public static Reply Create(ApiCall call)
    {
        if (call.Multipart is { } multipart)
        {
            return CreateWhole(call, multipart);
        }

        var job = Read(call, call.ReadObject());
        call.Org.Bulk.Add(job);
        return Jobs.Info(job, counts: false);
    }

    public static Reply Upload(ApiCall call)
    {
        var job = Jobs.Find<IngestJob>(call);
        if (call.Csv is not { } csv)
        {
            throw new NotKnownException("what Salesforce answers to an upload that is not text/csv");
        }

        if (job.State != JobState.Open)
        {
            throw BulkErrors.InvalidState("Uploading to", job);
        }

        if (job.Content is not null)
        {
            throw BulkErrors.SecondUpload(job);
        }

        Take(job, csv);
        return new Reply(201);
    }

    public static Reply Change(ApiCall call)
    {
        var job = Jobs.Find<IngestJob>(call);
        switch (BulkErrors.RequireValue(call.ReadObject(), "state", ["UploadComplete", "Aborted"]))
        {
            case "Aborted":
                Jobs.Abort(job);
                break;
            case var _ when job.State != JobState.Open:
                throw BulkErrors.InvalidState("Closing", job);
            case var _ when job.Content is null:
                throw new NotKnownException("what Salesforce answers to the close of a job to which nothing was uploaded");
            default:
                job.Queue();
                break;
        }

        return Jobs.Info(job, counts: false);
    }

    public static Reply Delete(ApiCall call)
    {
        var job = Jobs.Find<IngestJob>(call);
        if (job.State is JobState.Open or JobState.InProgress)
        {
            throw BulkErrors.NotTerminated();
        }

        call.Org.Bulk.Remove(job);
        return Reply.NoContent;
    }

    public static Reply Successful(ApiCall call) => Results(call, job => job.Successful);

    public static Reply Failed(ApiCall call) => Results(call, job => job.Refused);

    public static Reply Unprocessed(ApiCall call) => Results(call, job => job.Unprocessed);

    private static Reply Results(ApiCall call, Func<IngestJob, FilePart> results)
    {
        var job = Jobs.Find<IngestJob>(call);
        Jobs.RequireVersion(call, job);
        return job.HasEnded
            ? Reply.OfFile(results(job), Jobs.CsvType)
            : throw new NotKnownException($"what Salesforce answers to a request for the results of a job that is {job.State}");
    }

    // The job and its rows in one request, which also closes it.
    private static Reply CreateWhole(ApiCall call, MultipartBody body)
    {
        if (body.Json is not { } json || body.Files.Count != 1 || !body.Files.TryGetValue("content", out var content))
        {
            throw new NotKnownException("what Salesforce answers to a job as multipart/form-data without the parts job and content");
        }

        if (content.Length > MostInOneRequest)
        {
            throw new NotKnownException($"what Salesforce answers to more than {MostInOneRequest} characters in one request");
        }

        var job = Read(call, ApiCall.ReadObject(json));
        Take(job, content.Bytes);
        job.Queue();
        call.Org.Bulk.Add(job);
        return Jobs.Info(job, counts: false);
    }

    private static void Take(IngestJob job, TemporaryFile content)
    {
        if ((content.Length + 2) / 3 * 4 > MostEncodedBytes)
        {
            throw new NotKnownException("what Salesforce answers to an upload over 150 MB in base64");
        }

        if (content.Length == 0)
        {
            throw new NotKnownException("what Salesforce answers to an upload without a byte");
        }

        job.Content = content;
    }

    private static IngestJob Read(ApiCall call, JsonElement body)
    {
        BulkErrors.RequireMembers(body, Members, "a job");

        var name = body.Member("object")?.ToString() ?? "";
        var type = call.Store.Schema.Find(name) ?? throw BulkErrors.InvalidJob($"Unable to find object: {name}");
        var operation = BulkErrors.RequireValue(body, "operation", Operations);
        Require(call, type, operation);
        return new IngestJob(
            new ApiCall
            {
                Org = call.Org,
                Session = call.Session,
                Method = call.Method,
                Version = call.Version,
                Segments = call.Segments,
                Query = call.Query,
                // No header of the request holds for the rows.
                Headers = new HeaderDictionary(),
            },
            call.Org.Bulk.NextId(),
            operation,
            type,
            CsvFormat.Read(body),
            operation == "upsert" ? ReadExternalId(type, body) : null,
            ReadAssignmentRule(type, body));
    }

    private static void Require(ApiCall call, ObjectType type, string operation)
    {
        if (operation == "hardDelete" && !call.Org.Bulk.Settings.HardDelete)
        {
            throw BulkErrors.NoHardDelete();
        }

        string[] calls = operation switch
        {
            "insert" => ["create"],
            "upsert" => ["create", "update"],
            "hardDelete" => ["delete"],
            _ => [operation],
        };
        if (type.Unsupported.Intersect(calls).Any() || type.Fields.Any(field => field.Type == FieldType.Base64))
        {
            throw new NotKnownException($"what Salesforce answers to a job with the {operation} of {type.Name}");
        }
    }

    private static Field ReadExternalId(ObjectType type, JsonElement body)
    {
        var name = body.Member("externalIdFieldName")?.ToString() ?? "";
        return type.FindField(name) is { } field && (field.ExternalId || field.Type == FieldType.Id)
            ? field
            : throw BulkErrors.InvalidJob($"Field name provided, {name} does not match an External ID for {type.Name}");
    }

    // The org has no active assignment rule, so that none changes a record.
    private static string? ReadAssignmentRule(ObjectType type, JsonElement body) => body.Member("assignmentRuleId") switch
    {
        null or { ValueKind: JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.String } rule when type.Name is "Case" or "Lead" && RecordIds.HasShape(rule.GetString()!) => rule.GetString(),
        _ => throw new NotKnownException($"what Salesforce answers to this assignmentRuleId for {type.Name}"),
    };
}
