using System.Text.Json.Nodes;
using SalesforceSimulator.Data;
using SalesforceSimulator.Requests;

namespace SalesforceSimulator.Endpoints;

/// <summary>sobjects/{type}/updated and /deleted: what has changed in a span of time.</summary>
internal static class Changes
{
    private static readonly TimeSpan LongestUpdated = TimeSpan.FromDays(30);
    private static readonly TimeSpan LongestDeleted = TimeSpan.FromDays(15);

    public static Reply Updated(ApiCall call)
    {
        var (start, end) = Span(call, LongestUpdated);
        return Reply.Json(200, new JsonObject
        {
            ["ids"] = new JsonArray([.. In(call, start, end, isDeleted: false).Select(record => (JsonNode)record.Id)]),
            ["latestDateCovered"] = SalesforceTime.Format(end),
        });
    }

    public static Reply Deleted(ApiCall call)
    {
        var (start, end) = Span(call, LongestDeleted);
        return Reply.Json(200, new JsonObject
        {
            ["deletedRecords"] = new JsonArray([.. In(call, start, end, isDeleted: true).Select(record => (JsonNode)new JsonObject
            {
                ["id"] = record.Id, ["deletedDate"] = record["SystemModstamp"] as string,
            })]),
            ["earliestDateAvailable"] = SalesforceTime.Format(call.Org.Time.GetUtcNow() - LongestDeleted),
            ["latestDateCovered"] = SalesforceTime.Format(end),
        });
    }

    private static IEnumerable<Record> In(ApiCall call, DateTimeOffset start, DateTimeOffset end, bool isDeleted)
    {
        var table = call.Store[call.ObjectType];
        return table.Ordinals(includeDeleted: true).Select(ordinal => table.Get(ordinal)!).Where(record =>
            record.IsDeleted == isDeleted
            && record["SystemModstamp"] is string stamp
            && SalesforceTime.ParseTime(stamp) is { } time && time >= start && time < end);
    }

    // Seconds are ignored. The codes and words of the refusals are an assumption.
    private static (DateTimeOffset Start, DateTimeOffset End) Span(ApiCall call, TimeSpan longest)
    {
        var (start, end) = (Read(call, "start"), Read(call, "end"));
        var now = call.Org.Time.GetUtcNow();
        if (start < now - longest - TimeSpan.FromMinutes(1))
        {
            throw Refused($"startDate must be within the last {longest.TotalDays:F0} days");
        }

        return end > start ? (start, end) : throw Refused("endDate must be at least one minute greater than startDate");
    }

    private static DateTimeOffset Read(ApiCall call, string parameter)
    {
        if (!call.Query.TryGetValue(parameter, out var text) || SalesforceTime.ParseTime(text.ToString()) is not { } time)
        {
            throw Refused($"{parameter} must be a date and time");
        }

        return new DateTimeOffset(time.UtcDateTime.AddTicks(-(time.UtcDateTime.Ticks % TimeSpan.TicksPerMinute)), TimeSpan.Zero);
    }

    private static ApiException Refused(string message) => new(400, new ApiError("INVALID_REPLICATION_DATE", message));
}
