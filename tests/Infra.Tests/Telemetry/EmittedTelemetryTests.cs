using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Azure.WebJobs.Host.Queues;

namespace Infra.Tests.Telemetry;

/// <summary>What the queries ask for is what the app really sends, looked at where Application Insights would take it.</summary>
public sealed partial class EmittedTelemetryTests(TelemetryRun run, Bicep bicep)
{
    private const int Calls = 100_000;

    [Fact]
    public async Task The_page_lists_every_metric_that_is_sent_with_its_tags()
    {
        var sent = (await run.RecordsAsync())
            .Where(record => record.Table == "customMetrics" && record.Name.StartsWith("salesforce.", StringComparison.Ordinal))
            .GroupBy(record => record.Name)
            .ToDictionary(metric => metric.Key, metric => metric.SelectMany(record => record.Dimensions.Keys).Distinct().Order().ToArray());

        var documented = MetricRow().Matches(Repository.Read("infra/OPERATE.md"))
            .SelectMany(row => Code().Matches(row.Groups["names"].Value).Select(name => (
                Name: name.Groups["code"].Value,
                Tags: Code().Matches(row.Groups["tags"].Value).Select(tag => tag.Groups["code"].Value).Order().ToArray())))
            .ToDictionary(metric => metric.Name, metric => metric.Tags);

        sent.Keys.Order().ShouldBe(documented.Keys.Order());
        foreach (var (name, tags) in sent)
        {
            // An error code is there when something failed, which not everything does in this run.
            tags.ShouldBeSubsetOf(documented[name], name);
            documented[name].Except(tags).ShouldBeSubsetOf(["error_code"], name);
        }
    }

    [Fact]
    public async Task The_page_lists_every_dimension_of_spans_and_of_lines_of_calls()
    {
        var records = await run.RecordsAsync();
        var page = Repository.Read("infra/OPERATE.md");

        var ofSpans = records.Where(record => record.Table is "requests" or "dependencies").SelectMany(record => record.Dimensions.Keys)
            .Where(name => name.StartsWith("salesforce.", StringComparison.Ordinal) || name == "error.type");
        var ofLines = records.Where(record => record.Table == "traces" && record.Dimensions.ContainsKey("CorrelationId"))
            .SelectMany(record => record.Dimensions.Keys);

        string[] all = [.. ofSpans.Concat(ofLines).Distinct().Where(name => name != "{OriginalFormat}")];
        all.ShouldBe(
            [
                "salesforce.operation", "salesforce.trigger", "salesforce.correlation_id", "salesforce.status", "error.type",
                "Operation", "CorrelationId", "Status", "ErrorCode", "Milliseconds", "Attempt", "CategoryName", "EventId", "EventName",
            ],
            ignoreOrder: true);
        all.Where(name => name != "EventName").ShouldAllBe(name => page.Contains($"`{name}`", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_query_asks_for_metrics_that_are_sent_and_for_dimensions_that_those_have()
    {
        var records = await run.RecordsAsync();
        var spansAndLines = records.Where(record => record.Table != "customMetrics").SelectMany(record => record.Dimensions.Keys).ToHashSet();
        var queries = await QueriesAsync();

        queries.Keys.ShouldContain("events-behind");
        queries.Keys.ShouldContain("events-undelivered");
        foreach (var (name, query) in queries)
        {
            var metrics = Queries.MetricsIn(query).ToArray();
            metrics.ShouldBeSubsetOf(records.Select(record => record.Name), name);
            var known = metrics.Length == 0
                ? spansAndLines
                : records.Where(record => metrics.Contains(record.Name)).SelectMany(record => record.Dimensions.Keys).ToHashSet();
            Queries.DimensionsIn(query).ShouldBeSubsetOf(known, name);
        }
    }

    [Fact]
    public async Task Every_query_reads_numbers_of_metrics_that_are_sent()
    {
        var records = await run.RecordsAsync();
        var read = 0;

        foreach (var (name, query) in await QueriesAsync())
        {
            var metrics = Queries.MetricsIn(query).ToArray();
            var numbers = Queries.NumbersIn(query).ToArray();
            read += numbers.Length;
            // Of more than one metric each has its own part of the query.
            numbers.ShouldBeSubsetOf(records.Where(record => metrics.Contains(record.Name)).SelectMany(record => record.Numbers), name);
        }

        read.ShouldBeGreaterThan(10);
    }

    [Theory]
    [InlineData("salesforce-authentication", "salesforce.logins", "outcome", "refused")]
    [InlineData("salesforce-authentication", "salesforce.operation.duration", "error_code", "SALESFORCE_AUTHENTICATION_FAILED")]
    [InlineData("salesforce-limit", "salesforce.requests", "error_code", "REQUEST_LIMIT_EXCEEDED")]
    [InlineData("events-undelivered", "salesforce.event.delivery.duration", "outcome", "failed")]
    public async Task What_an_alert_compares_a_dimension_with_is_what_the_app_sends_when_that_happens(string alert, string metric, string dimension, string value)
    {
        (await QueriesAsync())[alert].ShouldContain($"'{value}'");
        (await run.RecordsAsync()).ShouldContain(record => record.Name == metric && record.Dimensions.GetValueOrDefault(dimension) == value);
    }

    [Fact]
    public async Task One_call_is_found_by_its_correlation_id_in_spans_and_log_also_when_it_failed_by_an_exception()
    {
        var records = await run.RecordsAsync();

        var span = records.Where(record => record.Dimensions.GetValueOrDefault("salesforce.correlation_id") == TelemetryRun.CorrelationId).ShouldHaveSingleItem();
        span.Table.ShouldBe("dependencies");
        span.Dimensions["salesforce.status"].ShouldBe("500");
        var line = records.Where(record => record.Dimensions.GetValueOrDefault("CorrelationId") == TelemetryRun.CorrelationId).ShouldHaveSingleItem();
        line.Table.ShouldBe("exceptions");
        line.Dimensions["ErrorCode"].ShouldBe("SECRET_NOT_FOUND");
        records.Where(record => record.Table == "traces" && record.Dimensions.GetValueOrDefault("Operation") == "CreateRecord")
            .ShouldAllBe(record => record.Name.Contains(record.Dimensions["CorrelationId"], StringComparison.Ordinal));
    }

    /// <summary>The Functions host's own line, which no app sends.</summary>
    [Fact]
    public void The_host_logs_that_it_gave_a_message_up_in_the_words_that_the_alert_looks_for()
    {
        const string Words = "Message has reached MaxDequeueCount";

        // As string literals are kept in an assembly.
        File.ReadAllBytes(typeof(QueueProcessor).Assembly.Location).AsSpan().IndexOf(Encoding.Unicode.GetBytes(Words)).ShouldBeGreaterThan(0);
        Repository.Read("infra/app/queries/poison-messages.kql").ShouldContain($"message has '{Words}'");
    }

    [Fact]
    public async Task The_page_says_how_much_telemetry_calls_and_idle_days_make()
    {
        var records = await run.RecordsAsync();
        double Of(string table, string name) => records
            .Where(record => record.Table == table && Regex.IsMatch(record.Name, name))
            .Average(record => record.Size);
        var request = Of("dependencies", "^Salesforce$");

        ShouldBeDocumented(
            "100,000 calls by HTTP", Calls * (Of("dependencies", "^function GetRecord$") + Of("dependencies", "^GetRecord$") + request + Of("traces", "^GetRecord ")));
        ShouldBeDocumented(
            "100,000 messages", Calls * (Of("dependencies", "^function CreateRecordFromQueue$") + Of("requests", "^CreateRecord$") + request + Of("traces", "^CreateRecord .* at attempt")));
        ShouldBeDocumented("the lines of the log alone", Calls * Of("traces", "^GetRecord "));

        // Runs of a timer in a day; a run that receives events lasts nearly five minutes too. What the exporter sends of its own
        // goes out each minute, and here once.
        const int Runs = 24 * 60 / 5;
        var alive = 24 * 60 * records
            .Where(record => record.Table == "customMetrics" && Regex.IsMatch(record.Name, @"^(\\|_OTELRESOURCE_$)"))
            .GroupBy(record => record.Name).Sum(metric => metric.Average(record => record.Size));
        ShouldBeDocumented(
            "for each 100 queues", Runs * 100 * (Of("customMetrics", "^salesforce.queue.messages$") + Of("customMetrics", "^salesforce.queue.age$")));
        ShouldBeDocumented(
            "for Housekeeping itself", alive + (Runs * (Of("dependencies", "^function Housekeeping$") + Of("traces", "^The ledger: ") + Of("customMetrics", "^dependencies/duration$"))));
        ShouldBeDocumented(
            "for ReceiveEvents", alive + (Runs * (Of("dependencies", "^function ReceiveEvents$") + Of("customMetrics", "^salesforce.event.position.age$") + Of("customMetrics", "^dependencies/duration$"))));
    }

    private async Task<Dictionary<string, string>> QueriesAsync()
    {
        Dictionary<string, string> queries = [];
        foreach (var deployment in new[] { await bicep.DeployAsync("operated"), await bicep.DeployAsync("events") })
        {
            foreach (var (name, query) in Queries.OfAlerts(deployment).Concat(Queries.OfWorkbook(deployment)).Concat(Queries.OfPages()))
            {
                queries[name] = query;
            }
        }

        return queries;
    }

    private static void ShouldBeDocumented(string what, double bytes)
    {
        var row = Regex.Match(Repository.Read("infra/OPERATE.md"), $@"^\| [^|]*{Regex.Escape(what)}[^|]*\| (?<gigabytes>[0-9.]+) GB", RegexOptions.Multiline);
        row.Success.ShouldBeTrue(what);
        var gigabytes = bytes / 1e9;
        double.Parse(row.Groups["gigabytes"].Value, CultureInfo.InvariantCulture).ShouldBe(gigabytes, 0.1 * gigabytes, what);
    }

    [GeneratedRegex(@"^\| (?<names>`salesforce\.[^|]*)\| (?<tags>[^|]*)\|", RegexOptions.Multiline)]
    private static partial Regex MetricRow();

    [GeneratedRegex(@"`(?<code>[a-z_]+(?:\.[a-z_]+)*)`")]
    private static partial Regex Code();
}
