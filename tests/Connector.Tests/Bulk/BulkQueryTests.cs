using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Connector.Tests.Drivers;
using SalesforceSimulator;

namespace Connector.Tests.Bulk;

/// <summary>Records by the job, into a blob: over HTTP and by queue.</summary>
public sealed class BulkQueryTests(AzuriteFixture azurite)
{
    private const string Route = "bulk/query";
    private const string Queue = "salesforce-bulk-query";
    private const string Names = "SELECT Id, Name FROM Account ORDER BY Name";
    private const string Pages = "/services/data/*/jobs/query/*/results";

    private static readonly (string, string) Wait = ("Prefer", "wait=60");

    [Fact]
    public async Task Over_HTTP_the_reply_is_202_and_the_records_go_to_a_blob()
    {
        await using var app = await StartAppAsync();
        await app.PostAsync("records/create", new { objectType = "Account", fields = new { Name = "Say \"hi\", 世界", Description = "a\nb", NumberOfEmployees = 5 } });

        var accepted = await app.PostAsync(Route, new { soqlQuery = "SELECT Name, Description, NumberOfEmployees, Industry, Owner.LastName FROM Account WHERE Name LIKE 'Say%'" });
        var result = await app.FetchResultAsync(accepted);

        result.Status.ShouldBe(HttpStatusCode.OK, result.Body);
        ((int?)result.Json["rows"]).ShouldBe(1);
        ((string?)result.Json["format"]).ShouldBe("csv");
        ((string?)result.Json["jobId"]).ShouldNotBeNull().ShouldStartWith("750");
        var (csv, type) = await app.Queues.ReadBlobWithTypeAsync((string)result.Json["blobUrl"]!);
        csv.ShouldBe("\"Name\",\"Description\",\"NumberOfEmployees\",\"Industry\",\"Owner.LastName\"\n\"Say \"\"hi\"\", 世界\",\"a\nb\",\"5\",\"\",\"Integration\"\n");
        type.ShouldStartWith("text/csv");
        ((int?)result.Json["bytes"]).ShouldBe(Encoding.UTF8.GetByteCount(csv));
        ((string?)result.Json["blobUrl"]).ShouldNotBeNull().ShouldEndWith((string)result.Json["blob"]!);
    }

    [Fact]
    public async Task Values_are_bound_as_in_a_query_and_json_lines_have_texts_and_nulls()
    {
        await using var app = await StartAppAsync();
        await app.PostAsync("records/create", new { objectType = "Account", fields = new { Name = "O'Neill GROUP BY 1", Description = "\u2028\"\\\t", NumberOfEmployees = 5, Active__c = true } });

        var result = await app.PostAsync(
            Route,
            new
            {
                soqlQuery = "SELECT Name, Description, NumberOfEmployees, Active__c, Industry, Owner.LastName FROM Account WHERE Name = :name",
                soqlParameters = new { name = "O'Neill GROUP BY 1" },
                format = "jsonl",
            },
            Wait);

        result.Status.ShouldBe(HttpStatusCode.OK, result.Body);
        var (lines, type) = await app.Queues.ReadBlobWithTypeAsync((string)result.Json["blobUrl"]!);
        type.ShouldBe("application/jsonl");
        lines.ShouldEndWith("}\n");
        var record = JsonNode.Parse(lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldHaveSingleItem())!.AsObject();
        record.Select(member => member.Key).ShouldBe(["Name", "Description", "NumberOfEmployees", "Active__c", "Industry", "Owner.LastName"]);
        record.Select(member => (string?)member.Value).ShouldBe(["O'Neill GROUP BY 1", "\u2028\"\\\t", "5", "true", null, "Integration"]);
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("jsonl")]
    public async Task Many_pages_have_the_bytes_of_one(string format)
    {
        await using var one = await StartAppAsync();
        await using var many = await StartAppAsync(pageRows: 5);

        var whole = await QueryAsync(one, Names, format);
        var paged = await QueryAsync(many, Names, format);

        paged.Blob.ShouldBe(whole.Blob);
        ((int?)paged.Reply["rows"]).ShouldBe(12);
        PagesOf(one).Count.ShouldBe(1);
        PagesOf(many).Select(call => call.Query).ShouldBe(["maxRecords=5", "maxRecords=5&locator=NQ", "maxRecords=5&locator=MTA"]);
        PagesOf(many).ShouldAllBe(call => call.Headers["Accept"] == "text/csv");
        paged.Blob.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(format == "csv" ? 13 : 12);
    }

    [Fact]
    public async Task A_page_of_several_blocks_is_whole()
    {
        await using var app = await StartAppAsync();
        var csv = new StringBuilder("Name,Description\n");
        for (var i = 0; i < 400; i++)
        {
            csv.Append(CultureInfo.InvariantCulture, $"Block {i:D3},{new string((char)('a' + (i % 26)), 30_000)}\n");
        }

        await app.Queues.UploadBlobAsync("salesforce-bulk", "imports/large.csv", Encoding.UTF8.GetBytes(csv.ToString()));
        (await app.PostAsync("bulk/write", new { objectType = "Account", operation = "insert", source = "imports/large.csv" }, Wait)).Status.ShouldBe(HttpStatusCode.OK);

        var (_, blob) = await QueryAsync(app, "SELECT Name, Description FROM Account WHERE Name LIKE 'Block %' ORDER BY Name", "csv");

        blob.ShouldBe(string.Concat(csv.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => $"\"{line.Replace(",", "\",\"", StringComparison.Ordinal)}\"\n")));
        blob.Length.ShouldBeGreaterThan(2 * (4 << 20));
    }

    [Fact]
    public async Task What_is_queried_can_be_written()
    {
        await using var app = await StartAppAsync();

        var (reply, _) = await QueryAsync(app, "SELECT Id, Name, Industry FROM Account", "jsonl");
        var written = await app.PostAsync("bulk/write", new { objectType = "Account", operation = "update", source = (string)reply["blob"]! }, Wait);

        written.Status.ShouldBe(HttpStatusCode.OK, written.Body);
        ((int?)written.Json["successful"]).ShouldBe(12, written.Body);
    }

    [Theory]
    [InlineData("csv", "\"Id\"\n")]
    [InlineData("jsonl", "")]
    public async Task No_records_are_a_result_too(string format, string expected)
    {
        await using var app = await StartAppAsync();

        var (reply, blob) = await QueryAsync(app, "SELECT Id FROM Account WHERE Name = 'Nobody'", format);

        blob.ShouldBe(expected);
        ((int?)reply["rows"]).ShouldBe(0);
    }

    [Theory]
    [InlineData("csv", 200, "text/csv")]
    [InlineData("csv", 204, null)]
    [InlineData("jsonl", 200, "text/csv")]
    [InlineData("jsonl", 204, null)]
    public async Task No_records_without_a_header_row_are_an_empty_blob(string format, int status, string? type)
    {
        await using var app = await StartAppAsync();
        app.Org.AddFaults(new FaultRule { Path = Pages, Status = status, Body = "", ContentType = type, Headers = Headers(0, "null") });

        var (reply, blob) = await QueryAsync(app, "SELECT Id FROM Account WHERE Name = 'Nobody'", format);

        blob.ShouldBeEmpty();
        ((int?)reply["rows"]).ShouldBe(0);
    }

    [Fact]
    public async Task Deleted_records_are_included_on_request()
    {
        await using var app = await StartAppAsync();
        var created = await app.PostAsync("records/create", new { objectType = "Account", fields = new { Name = "Gone" } });
        await app.PostAsync("records/delete", new { objectType = "Account", objectId = (string)created.Json["id"]! });

        var live = await app.PostAsync(Route, new { soqlQuery = "SELECT Id FROM Account WHERE Name = 'Gone'" }, Wait);
        var all = await app.PostAsync(Route, new { soqlQuery = "SELECT Id FROM Account WHERE Name = 'Gone'", includeDeleted = true }, Wait);

        ((int?)live.Json["rows"]).ShouldBe(0);
        ((int?)all.Json["rows"]).ShouldBe(1);
    }

    [Fact]
    public async Task A_message_has_one_result_and_the_queue_carries_the_job_on()
    {
        await using var app = await StartAppAsync(pageRows: 5);

        await app.Queues.SendAsync(Queue, $$$"""{"correlationId":"q-1","payload":{"soqlQuery":"{{{Names}}}"}}""");
        var result = await app.Queues.ReceiveResultAsync("q-1");

        ((int?)result["status"]).ShouldBe(200, result.ToJsonString());
        ((int?)result["body"]!["rows"]).ShouldBe(12);
        (await app.Queues.CountAsync(Queue)).ShouldBe(0);
    }

    [Fact]
    public async Task The_same_key_is_the_same_job()
    {
        await using var app = await StartAppAsync();

        var first = await app.PostAsync(Route, new { soqlQuery = Names }, ("Idempotency-Key", "report-1"), Wait);
        var second = await app.PostAsync(Route, new { soqlQuery = Names }, ("Idempotency-Key", "report-1"), Wait);
        var other = await app.PostAsync(Route, new { soqlQuery = Names, format = "jsonl" }, ("Idempotency-Key", "report-1"));

        second.Body.ShouldBe(first.Body);
        other.ShouldBeProblem(422, "CORRELATION_ID_REUSED");
        app.Calls.Count(call => call.Method == "POST").ShouldBe(1);
    }

    [Fact]
    public async Task The_progress_is_shown_until_the_result_is_there()
    {
        await using var app = await StartAppAsync();
        app.Org.SetBulk(new BulkSettings { HoldAfterRows = 7 });
        var accepted = await app.PostAsync(Route, new { soqlQuery = Names });

        JsonNode? progress = null;
        await QueueDriver.WaitAsync(
            async () => (int?)(progress = (await app.GetAsync(accepted.Headers["Location"])).Json["progress"])?["rowsProcessed"] == 7,
            () => $"seven rows; got {progress?.ToJsonString()}");
        app.Org.SetBulk(new BulkSettings());
        var result = await app.FetchResultAsync(accepted);

        ((string?)progress!["state"]).ShouldBe("InProgress");
        ((int?)progress["rowsStored"]).ShouldBe(0);
        ((string?)progress["jobId"]).ShouldBe((string?)result.Json["jobId"]);
        ((DateTimeOffset?)progress["since"]).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_job_that_reads_can_be_looked_at_and_aborted()
    {
        await using var app = await StartAppAsync();
        app.Org.SetBulk(new BulkSettings { HoldAfterRows = 1 });
        var accepted = await app.PostAsync(Route, new { soqlQuery = Names });
        string? job = null;
        await QueueDriver.WaitAsync(
            async () => (job = (string?)(await app.GetAsync(accepted.Headers["Location"])).Json["progress"]?["jobId"]) is not null, () => "a job");

        var running = await app.PostAsync("bulk/job", new { jobId = job, jobType = "query" });
        var aborted = await app.PostAsync("bulk/job", new { jobId = job, jobType = "query", abort = true });
        var again = await app.PostAsync("bulk/job", new { jobId = job, jobType = "query", abort = true });
        var result = await app.FetchResultAsync(accepted);

        ((string?)running.Json["operation"]).ShouldBe("query", running.Body);
        ((string?)aborted.Json["state"]).ShouldBe("Aborted", aborted.Body);
        ((string?)again.Json["state"]).ShouldBe("Aborted", again.Body);
        result.ShouldBeProblem(422, "BULK_JOB_ABORTED");
    }

    private Task<ConnectorApp> StartAppAsync(int pageRows = 50_000) => azurite.StartAppAsync(new Dictionary<string, string?>
    {
        ["Bulk__LongestPollDelay"] = "00:00:01",
        ["Bulk__QueryPageRows"] = pageRows.ToString(CultureInfo.InvariantCulture),
    }, listensTo: ["BulkQuery", "BulkWrite"]);

    private static async Task<(JsonNode Reply, string Blob)> QueryAsync(ConnectorApp app, string soql, string format)
    {
        var result = await app.PostAsync(Route, new { soqlQuery = soql, format }, Wait);
        result.Status.ShouldBe(HttpStatusCode.OK, result.Body);
        return (result.Json, await app.Queues.ReadBlobAsync((string)result.Json["blobUrl"]!));
    }

    private static IReadOnlyList<RecordedRequest> PagesOf(ConnectorApp app) =>
        [.. app.Calls.Where(call => call.Path.EndsWith("/results", StringComparison.Ordinal))];

    private static Dictionary<string, string> Headers(int count, string locator) => new()
    {
        ["Sforce-NumberOfRecords"] = count.ToString(CultureInfo.InvariantCulture),
        ["Sforce-Locator"] = locator,
    };
}
