using System.Globalization;
using SalesforceSimulator.Requests;

namespace SalesforceSimulator.Bulk;

/// <summary>What jobs/ingest and jobs/query have in common.</summary>
internal static class Jobs
{
    public const string CsvType = "text/csv;charset=UTF-8";

    private const int JobsPerPage = 1_000;

    public static T Find<T>(ApiCall call)
        where T : BulkJob => call.Org.Bulk.Find(call.Arguments["id"]) as T ?? throw Errors.NotFound();

    public static Reply Info(BulkJob job, bool counts) => Reply.Json(200, writer => job.Write(writer, counts));

    public static Reply Get<T>(ApiCall call)
        where T : BulkJob => Info(Find<T>(call), counts: true);

    public static void Abort(BulkJob job)
    {
        if (job.HasEnded)
        {
            throw BulkErrors.InvalidState("Aborting", job);
        }

        job.Abort();
    }

    public static void RequireVersion(ApiCall call, BulkJob job)
    {
        if (call.VersionNumber != job.Call.VersionNumber)
        {
            throw BulkErrors.OtherVersion(job);
        }
    }

    /// <summary>The jobs of one kind, page by page.</summary>
    public static Reply List<T>(ApiCall call)
        where T : BulkJob
    {
        BulkJob[] all = [.. call.Org.Bulk.All.OfType<T>()];
        if (call.Query.TryGetValue("jobType", out var jobType) && (all.Length == 0 || all[0].JobType != jobType))
        {
            all = jobType.ToString() is "Classic" or "V2Ingest" or "V2Query" ? [] : throw BulkErrors.InvalidValue("jobType", jobType.ToString());
        }

        var from = 0;
        if (call.Query.TryGetValue("queryLocator", out var locator)
            && (!int.TryParse(locator, NumberStyles.None, CultureInfo.InvariantCulture, out from) || from > all.Length))
        {
            throw new NotKnownException("what Salesforce answers to a queryLocator that it did not give");
        }

        var path = $"{call.VersionPath}/{string.Join('/', call.Segments)}";
        return Reply.Json(200, writer =>
        {
            var done = from + JobsPerPage >= all.Length;
            writer.WriteStartObject();
            writer.WriteBoolean("done", done);
            writer.WriteStartArray("records");
            foreach (var job in all.Skip(from).Take(JobsPerPage))
            {
                job.Write(writer, counts: false);
            }

            writer.WriteEndArray();
            writer.WriteString("nextRecordsUrl", done ? null : $"{path}?queryLocator={from + JobsPerPage}");
            writer.WriteEndObject();
        });
    }
}
