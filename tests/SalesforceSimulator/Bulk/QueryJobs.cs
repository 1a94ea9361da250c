using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SalesforceSimulator.Data;
using SalesforceSimulator.Endpoints;
using SalesforceSimulator.Requests;
using SalesforceSimulator.Soql;
using SalesforceSimulator.Soql.Parsing;

namespace SalesforceSimulator.Bulk;

/// <summary>jobs/query: jobs that read records.</summary>
/// <remarks>Bulk API 2.0 and Bulk API Developer Guide, "Bulk API 2.0 Query".</remarks>
internal static partial class QueryJobs
{
    private const int PagesAtOnce = 5;

    private static readonly string[] Members = ["operation", "query", "contentType", "lineEnding", "columnDelimiter"];

    public static Reply Create(ApiCall call)
    {
        var body = call.ReadObject();
        if (body.EnumerateObject().Select(member => member.Name).Except(Members).FirstOrDefault() is { } other)
        {
            throw new NotKnownException($"what Salesforce answers to a query job with the member {other}");
        }

        var bulk = call.Org.Bulk;
        var operation = BulkErrors.RequireValue(body, "operation", ["query", "queryAll"]);
        var format = CsvFormat.Read(body);
        if (bulk.QueryJobs >= bulk.Settings.DailyQueryJobs)
        {
            throw BulkErrors.LimitExceeded($"Max bulk v2 query jobs ({bulk.Settings.DailyQueryJobs}) per 24 hrs has been reached ({bulk.QueryJobs + 1})");
        }

        if (bulk.QueryStorageMb >= bulk.Settings.DailyQueryStorageMb)
        {
            throw BulkErrors.LimitExceeded($"Max bulk v2 query result size stored ({bulk.Settings.DailyQueryStorageMb * 1024L}) kb per 24 hrs has been exceeded");
        }

        // That an error in the query is refused in the reply, as by the resource query, is an assumption.
        var context = Queries.Context(call, body.RequiredText("query"), includeDeleted: operation == "queryAll");
        var query = Parse(context.Source);
        Require(context, query);
        var job = new QueryJob(call, bulk.NextId(), operation, format, context, query);
        job.Run();
        job.Queue();
        bulk.Add(job);
        return Jobs.Info(job, counts: false);
    }

    public static Reply Change(ApiCall call)
    {
        var job = Jobs.Find<QueryJob>(call);
        BulkErrors.RequireValue(call.ReadObject(), "state", ["Aborted"]);
        Jobs.Abort(job);
        return Jobs.Info(job, counts: false);
    }

    public static Reply Delete(ApiCall call)
    {
        var job = Jobs.Find<QueryJob>(call);
        if (!job.HasEnded)
        {
            throw BulkErrors.NotTerminated();
        }

        call.Org.Bulk.Remove(job);
        return Reply.NoContent;
    }

    public static Reply Results(ApiCall call)
    {
        var job = FindComplete(call);
        var from = ReadLocator(call, job);
        var count = Math.Min(ReadMost(call), job.Total - from);

        // That the results of no record are the header alone is an assumption.
        return Reply.OfFile(job.Page(from, count), Jobs.CsvType)
            .WithHeader("Sforce-NumberOfRecords", count.ToString(CultureInfo.InvariantCulture))
            .WithHeader("Sforce-Locator", from + count < job.Total ? Locator(from + count) : "null");
    }

    /// <summary>The addresses of up to five pages, to be read at the same time.</summary>
    public static Reply ResultPages(ApiCall call)
    {
        var job = FindComplete(call);
        var from = ReadLocator(call, job);
        var size = call.Org.Bulk.Settings.RowsPerPage;
        var path = $"{call.VersionPath}/jobs/query/{job.Id}";
        var pages = new JsonArray();
        for (; pages.Count < PagesAtOnce && (from < job.Total || from == 0); from += size)
        {
            pages.Add(new JsonObject { ["resultUrl"] = $"{path}/results?locator={Locator(from)}" });
        }

        var reply = new JsonObject { ["resultPages"] = pages };
        if (from < job.Total)
        {
            reply["nextRecordsUrl"] = $"{path}/resultpages?locator={Locator(from)}";
        }

        reply["done"] = from >= job.Total;
        return Reply.Json(200, reply);
    }

    private static QueryJob FindComplete(ApiCall call)
    {
        var job = Jobs.Find<QueryJob>(call);
        Jobs.RequireVersion(call, job);
        return job.State == JobState.JobComplete
            ? job
            : throw new NotKnownException($"what Salesforce answers to a request for the results of a query that is {job.State}");
    }

    private static int ReadMost(ApiCall call)
    {
        if (!call.Query.TryGetValue("maxRecords", out var text))
        {
            return call.Org.Bulk.Settings.RowsPerPage;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var most) && most > 0
            ? most
            : throw new NotKnownException("what Salesforce answers to maxRecords that is not a positive number");
    }

    // A locator is the position in base64, without the padding: MTAwMDA is 10000.
    private static string Locator(int from) =>
        Convert.ToBase64String(Encoding.ASCII.GetBytes(from.ToString(CultureInfo.InvariantCulture))).TrimEnd('=');

    private static int ReadLocator(ApiCall call, QueryJob job)
    {
        if (!call.Query.TryGetValue("locator", out var text))
        {
            return 0;
        }

        var locator = text.ToString();
        var bytes = new byte[locator.Length + 4];
        return Convert.TryFromBase64String(locator.PadRight((locator.Length + 3) / 4 * 4, '='), bytes, out var length)
            && int.TryParse(bytes.AsSpan(0, length), NumberStyles.None, CultureInfo.InvariantCulture, out var from)
            && from <= job.Total
                ? from
                : throw new NotKnownException("what Salesforce answers to a locator that it did not give");
    }

    private static SoqlQuery Parse(SoqlSource source)
    {
        try
        {
            return SoqlParser.Read(source);
        }
        catch (NotKnownException) when (TypeOf().IsMatch(source.Text))
        {
            throw BulkErrors.NotInQueries("TYPEOF");
        }
    }

    [GeneratedRegex(@"\bTYPEOF\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex TypeOf();

    private static void Require(QueryContext context, SoqlQuery query)
    {
        if (query.Items.OfType<SelectChildren>().Any())
        {
            throw BulkErrors.NotInQueries("Aggregate Relationships");
        }

        if (AggregateQuery.Is(query))
        {
            throw BulkErrors.NotInQueries("Aggregate functions and GROUP BY");
        }

        if (query.Offset is not null)
        {
            throw BulkErrors.NotInQueries("OFFSET");
        }

        var operands = query.Items.OfType<SelectOperand>().ToList();
        if (operands.Exists(item => item.Operand is FunctionOperand { Function: var function } && function.Text.Equals("FIELDS", StringComparison.OrdinalIgnoreCase)))
        {
            throw BulkErrors.NotInQueries("FIELDS()");
        }

        if (operands.Exists(item => item.Alias is not null))
        {
            throw context.Source.Malformed(query.From.At, "only aggregate expressions use field aliasing");
        }

        var binder = new FieldBinder(context, RecordQuery.FindType(context, query), query.Alias);
        if (operands.Exists(item => binder.Bind(item.Operand).Field.Type == FieldType.Base64))
        {
            throw BulkErrors.NotInQueries("Blob field");
        }
    }
}
