using SalesforceSimulator.Requests;

namespace SalesforceSimulator.Endpoints;

/// <summary>limits: the org's limits and what remains of them.</summary>
internal static class Limits
{
    public static Reply Get(ApiCall call) => Reply.Json(200, writer =>
    {
        var org = call.Org;
        var bulk = org.Bulk;
        writer.WriteStartObject();
        foreach (var (name, max, remaining) in new[]
        {
            ("DailyApiRequests", org.DailyLimit, org.DailyLimit - org.Calls),
            ("DailyAsyncApexExecutions", 250_000, 250_000),
            ("DailyBulkApiBatches", bulk.Settings.DailyBatches, bulk.Settings.DailyBatches - bulk.Batches),
            ("DailyBulkV2QueryFileStorageMB", bulk.Settings.DailyQueryStorageMb, bulk.Settings.DailyQueryStorageMb - bulk.QueryStorageMb),
            ("DailyBulkV2QueryJobs", bulk.Settings.DailyQueryJobs, bulk.Settings.DailyQueryJobs - bulk.QueryJobs),
            ("DataStorageMB", 5, 5),
            ("FileStorageMB", 20, 20),
        })
        {
            writer.WriteStartObject(name);
            writer.WriteNumber("Max", max);
            writer.WriteNumber("Remaining", remaining);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    });
}
