using System.Globalization;
using System.Text.RegularExpressions;
using SalesforceSimulator.Records;
using SalesforceSimulator.Requests;
using SalesforceSimulator.Soql;
using SalesforceSimulator.Soql.Parsing;

namespace SalesforceSimulator.Endpoints;

/// <summary>query, queryAll and their further pages.</summary>
internal static partial class Queries
{
    /// <summary>The maximum levels of parents and children, including the query's own.</summary>
    private const int MostLevels = 5;
    private const int MostLevelsBefore = 2;

    private const int SmallestBatch = 200;
    private const int LargestBatch = 2000;

    public static Reply Query(ApiCall call) => Run(call, includeDeleted: false);

    public static Reply QueryAll(ApiCall call) => Run(call, includeDeleted: true);

    /// <summary>Returns the page of a <c>nextRecordsUrl</c>.</summary>
    public static Reply More(ApiCall call)
    {
        var locator = call.Arguments["locator"].Split('-', 2);
        if (locator is not [var id, var position]
            || !int.TryParse(position, NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            || call.Org.Cursors.Find(id) is not { } cursor
            || cursor.Session != call.Session
            || offset > cursor.Results.Ordinals.Length)
        {
            throw Errors.InvalidQueryLocator();
        }

        // Up to v55.0, as clients of Salesforce report. For later versions, this is an assumption.
        call.Org.Cursors.Close(cursor.Children);
        cursor.Children = [];
        return PageReply(call, cursor.Results.Take(call, cursor.BatchSize, offset, cursor));
    }

    public static Reply PageReply(ApiCall call, Page page) =>
        new(200, output => RecordJson.WritePageAsync(output, page, call.Version));

    /// <summary>The number of records in a page: the header's, within Salesforce's limits.</summary>
    public static int BatchSize(ApiCall call) =>
        call.TryGetHeader("Sforce-Query-Options", out var options) && BatchSizeOption().Match(options) is { Success: true } match
            && int.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            ? Math.Clamp(size, SmallestBatch, LargestBatch)
            : LargestBatch;

    public static QueryContext Context(ApiCall call, string text, bool includeDeleted) => new(
        new SoqlSource(text), call.Store, DateOnly.FromDateTime(call.Org.Time.GetUtcNow().UtcDateTime), includeDeleted);

    private static Reply Run(ApiCall call, bool includeDeleted)
    {
        if (!call.Query.TryGetValue("q", out var text))
        {
            throw Errors.MalformedQuery("A query string has to be specified");
        }

        if (call.Query.ContainsKey("columns"))
        {
            throw new NotKnownException("the description of a query's columns");
        }

        var context = Context(call, text.ToString(), includeDeleted);
        var query = SoqlParser.Read(context.Source);
        if (DepthOf(query) > (call.VersionNumber >= Versions.FirstWithGrandchildren ? MostLevels : MostLevelsBefore))
        {
            throw new NotKnownException($"how Salesforce refuses more levels of subqueries than {call.Version} has");
        }

        if (AggregateQuery.IsCount(query))
        {
            return TotalReply(RecordQuery.Bind(context, query with { Items = [] }).Run().Length);
        }

        return AggregateQuery.Is(query)
            ? AggregateReply(AggregateQuery.Run(context, query))
            : PageReply(call, ResultSet.Run(RecordQuery.Bind(context, query)).Take(call, BatchSize(call), offset: 0));
    }

    private static int DepthOf(SoqlQuery query) =>
        1 + query.Items.OfType<SelectChildren>().Select(children => DepthOf(children.Query)).DefaultIfEmpty().Max();

    private static Reply TotalReply(int total) => Reply.Json(200, writer =>
    {
        writer.WriteStartObject();
        writer.WriteNumber("totalSize", total);
        writer.WriteBoolean("done", true);
        writer.WriteStartArray("records");
        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    private static Reply AggregateReply(IReadOnlyList<IReadOnlyList<(string Name, object? Value)>> rows)
    {
        if (rows.Count > LargestBatch)
        {
            throw new ApiException(400, new ApiError("EXCEEDED_ID_LIMIT", "Aggregate query does not support queryMore(), use LIMIT to restrict the results to a single batch"));
        }

        return Reply.Json(200, writer =>
        {
            writer.WriteStartObject();
            writer.WriteNumber("totalSize", rows.Count);
            writer.WriteBoolean("done", true);
            writer.WriteStartArray("records");
            foreach (var row in rows)
            {
                writer.WriteStartObject();
                writer.WriteStartObject("attributes");
                writer.WriteString("type", "AggregateResult");
                writer.WriteEndObject();
                foreach (var (name, value) in row)
                {
                    RecordJson.WriteValue(writer, name, value);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    [GeneratedRegex(@"\bbatchSize\s*=\s*(\d+)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex BatchSizeOption();
}
