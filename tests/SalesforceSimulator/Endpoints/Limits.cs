using SalesforceSimulator.Requests;

namespace SalesforceSimulator.Endpoints;

/// <summary>limits: the org's limits and what remains of them.</summary>
internal static class Limits
{
    public static Reply Get(ApiCall call) => Reply.Json(200, writer =>
    {
        var org = call.Org;
        writer.WriteStartObject();
        foreach (var (name, max, remaining) in new[]
        {
            ("DailyApiRequests", org.DailyLimit, org.DailyLimit - org.Calls),
            ("DailyAsyncApexExecutions", 250_000, 250_000),
            ("DailyBulkApiBatches", 15_000, 15_000),
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
