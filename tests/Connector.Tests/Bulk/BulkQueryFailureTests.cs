using System.Globalization;
using System.Net;
using Connector.Tests.Drivers;
using SalesforceSimulator;

namespace Connector.Tests.Bulk;

/// <summary>Bulk queries that are refused, and those that do not come to their end.</summary>
public sealed class BulkQueryFailureTests(AzuriteFixture azurite)
{
    private const string Route = "bulk/query";
    private const string Names = "SELECT Id, Name FROM Account ORDER BY Name";
    private const string Jobs = "/services/data/*/jobs/query/*";
    private const string Pages = Jobs + "/results";

    private static readonly (string, string) Wait = ("Prefer", "wait=60");

    [Theory]
    [InlineData("""{"soqlQuery":"SELECT COUNT(Id), Industry FROM Account GROUP BY Industry"}""", "soqlQuery must not have the aggregate function COUNT, GROUP BY: the Bulk API refuses that")]
    [InlineData("""{"soqlQuery":" "}""", "soqlQuery must be a SOQL query, and not blank")]
    [InlineData("""{"soqlQuery":"SELECT Id FROM Account WHERE Name = :name"}""", "soqlParameters.name is required")]
    [InlineData("""{"soqlQuery":"SELECT Id FROM Account","format":"xml"}""", "format must be one of csv, jsonl")]
    [InlineData("""{"soqlQuery":"SELECT Id FROM Account","fetchAll":true}""", "fetchAll is not a known member")]
    public async Task What_is_wrong_with_a_payload_is_said_at_once(string payload, string complaint)
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["BulkQuery"]);

        var reply = await app.PostAsync(Route, payload);

        reply.Status.ShouldBe(HttpStatusCode.BadRequest, reply.Body);
        ((string?)reply.Json["detail"]).ShouldNotBeNull().ShouldContain(complaint);
        (await app.Queues.CountAsync("salesforce-bulk-query")).ShouldBe(0);
    }

    [Theory]
    [InlineData("SELECT Nonsense FROM Account", "INVALID_FIELD")]
    [InlineData("SELECT VersionData FROM ContentVersion", "FEATURENOTENABLED")]
    public async Task What_Salesforce_refuses_is_its_own_error(string soql, string code)
    {
        await using var app = await StartAppAsync();

        (await app.PostAsync(Route, new { soqlQuery = soql }, Wait)).ShouldBeProblem(400, code);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public async Task A_limit_that_is_used_up_is_named(int jobs, int megabytes)
    {
        await using var app = await StartAppAsync();
        app.Org.SetBulk(new BulkSettings { DailyQueryJobs = jobs, DailyQueryStorageMb = megabytes });

        var result = await app.PostAsync(Route, new { soqlQuery = Names }, Wait);

        result.ShouldBeProblem(400, "LIMIT_EXCEEDED");
        ((string?)result.Json["detail"]).ShouldNotBeNull().ShouldContain("limited to DailyBulkV2QueryJobs and DailyBulkV2QueryFileStorageMB in 24 hours");
    }

    [Fact]
    public async Task A_job_that_Salesforce_fails_is_a_problem()
    {
        await using var app = await StartAppAsync();
        app.Org.SetBulk(new BulkSettings { FailAfterRows = 2 });

        var result = await app.PostAsync(Route, new { soqlQuery = Names }, Wait);

        result.ShouldBeProblem(422, "BULK_JOB_FAILED");
        ((string?)result.Json["detail"]).ShouldNotBeNull().ShouldContain("TooManyLockFailure : Too many lock failures");
    }

    [Theory]
    [InlineData(Jobs)]
    [InlineData(Pages)]
    public async Task A_job_or_results_that_are_gone_are_a_problem(string path)
    {
        await using var app = await StartAppAsync();
        app.Org.AddFaults(new FaultRule { Method = "GET", Path = path, Status = 404, ErrorCode = "NOT_FOUND", Message = "The requested resource does not exist" });

        var result = await app.PostAsync(Route, new { soqlQuery = Names }, Wait);

        result.ShouldBeProblem(422, "BULK_RESULTS_GONE");
        ((string?)result.Json["detail"]).ShouldNotBeNull().ShouldContain("Query again as a new operation");
    }

    [Fact]
    public async Task Pages_with_fewer_rows_than_the_job_are_a_problem_and_are_stored()
    {
        await using var app = await StartAppAsync();
        app.Org.AddFaults(Page("\"Id\",\"Name\"\n\"1\",\"A\"\n", 1, "null"));

        var result = await app.PostAsync(Route, new { soqlQuery = Names }, Wait);

        result.ShouldBeProblem(502, "BULK_COUNTS_DIFFER");
        ((string?)result.Json["detail"]).ShouldNotBeNull().ShouldContain("pages have 1 rows, and the bulk job");
        (await app.Queues.ReadBlobAsync((string)result.Json["response"]!["blobUrl"]!)).ShouldBe("\"Id\",\"Name\"\n\"1\",\"A\"\n");
    }

    [Theory]
    // Fewer rows than the page says, a page cut off inside quotes, another header row, no locator, the same locator.
    [InlineData("\"Id\",\"Name\"\n\"1\",\"A\"\n", 5, "MTA")]
    [InlineData("\"Id\",\"Name\"\n\"1\",\"A", 1, "MTA")]
    [InlineData("\"Id\",\"Nmae\"\n\"1\",\"A\"\n", 1, "MTA")]
    [InlineData("\"Id\",\"Name\"\n\"1\",\"A\"\n", 1, null)]
    [InlineData("\"Id\",\"Name\"\n\"1\",\"A\"\n", 1, "NQ")]
    public async Task A_page_that_cannot_be_right_is_read_again(string csv, int count, string? locator)
    {
        await using var app = await StartAppAsync(pageRows: 5);
        foreach (var format in (string[])["csv", "jsonl"])
        {
            var before = app.Calls.Count(IsPage);
            var expected = await QueryAsync(app, format);
            // The first page is right.
            app.Org.AddFaults(new FaultRule { Path = Pages, DelayMs = 1, Times = 1 }, Page(csv, count, locator) with { Times = 1 });

            (await QueryAsync(app, format)).ShouldBe(expected);

            (app.Calls.Count(IsPage) - before).ShouldBe(3 + 4);
        }

        static bool IsPage(RecordedRequest call) => call.Path.EndsWith("/results", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("jsonl")]
    public async Task A_page_that_breaks_off_is_read_again(string format)
    {
        await using var app = await StartAppAsync();
        app.Org.Fill("Lead", 20_000);
        const string Soql = "SELECT Id, LastName, Company FROM Lead ORDER BY Id";
        var expected = await QueryAsync(app, format, Soql);
        app.Org.AddFaults(new FaultRule { Path = Pages, Truncate = true, AfterExecution = true, Times = 2 });

        (await QueryAsync(app, format, Soql)).ShouldBe(expected);
    }

    private Task<ConnectorApp> StartAppAsync(int pageRows = 50_000) => azurite.StartAppAsync(new Dictionary<string, string?>
    {
        ["Bulk__LongestPollDelay"] = "00:00:01",
        ["Bulk__QueryPageRows"] = pageRows.ToString(CultureInfo.InvariantCulture),
        ["Queues__FirstRetryDelay"] = "00:00:01",
    }, listensTo: ["BulkQuery"]);

    private static async Task<string> QueryAsync(ConnectorApp app, string format, string soql = Names)
    {
        var result = await app.PostAsync(Route, new { soqlQuery = soql, format }, Wait);
        result.Status.ShouldBe(HttpStatusCode.OK, result.Body);
        return await app.Queues.ReadBlobAsync((string)result.Json["blobUrl"]!);
    }

    private static FaultRule Page(string csv, int count, string? locator)
    {
        var headers = new Dictionary<string, string> { ["Sforce-NumberOfRecords"] = count.ToString(CultureInfo.InvariantCulture) };
        if (locator is not null)
        {
            headers["Sforce-Locator"] = locator;
        }

        return new FaultRule { Path = Pages, Status = 200, Body = csv, ContentType = "text/csv", Headers = headers };
    }
}
