using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Connector.Tests.Drivers;
using SalesforceSimulator;

namespace Connector.Tests.Bulk;

/// <summary>Rows by the job: over HTTP and by queue, from the payload and from a blob.</summary>
public sealed class BulkWriteTests(AzuriteFixture azurite)
{
    private const string Route = "bulk/write";
    private const string Queue = "salesforce-bulk-write";
    private const string Container = "salesforce-bulk";

    private static readonly (string, string) Wait = ("Prefer", "wait=60");

    [Fact]
    public async Task Over_HTTP_the_reply_is_202_and_the_result_follows()
    {
        await using var app = await StartAppAsync();
        var before = app.Org.Stats.Records["Account"];

        var accepted = await app.PostAsync(Route, Insert(new { Name = "A" }, new { Name = "B", NumberOfEmployees = -1 }, new { Name = "C" }));
        var result = await app.FetchResultAsync(accepted);

        accepted.Status.ShouldBe(HttpStatusCode.Accepted, accepted.Body);
        result.Status.ShouldBe(HttpStatusCode.OK, result.Body);
        Counts(result.Json).ShouldBe((3, 2, 1, 0));
        var error = result.Json["errors"]!.AsArray().ShouldHaveSingleItem()!;
        ((string?)error["errorCode"]).ShouldBe("FIELD_CUSTOM_VALIDATION_EXCEPTION");
        ((int?)error["count"]).ShouldBe(1);
        ((string?)error["message"]).ShouldNotBeNull().ShouldContain("must not be negative");
        var job = result.Json["jobs"]!.AsArray().ShouldHaveSingleItem()!;
        ((string?)job["state"]).ShouldBe("JobComplete");
        ((string?)job["id"]).ShouldNotBeNull().ShouldStartWith("750");
        app.Org.Stats.Records["Account"].ShouldBe(before + 2);

        var (failed, type) = await app.Queues.ReadBlobWithTypeAsync((string)result.Json["failedResults"]!.AsArray().ShouldHaveSingleItem()!);
        failed.ShouldStartWith("\"sf__Id\",\"sf__Error\",\"Name\",\"NumberOfEmployees\"");
        failed.ShouldContain("\"B\",\"-1\"");
        type.ShouldStartWith("text/csv");
        result.Json["unprocessedRecords"]!.AsArray().ShouldBeEmpty();
        result.Json["successfulResults"].ShouldBeNull();
    }

    [Fact]
    public async Task Who_prefers_to_wait_gets_the_result_at_once()
    {
        await using var app = await StartAppAsync();

        var result = await app.PostAsync(Route, Insert(new { Name = "A" }), Wait);

        result.Status.ShouldBe(HttpStatusCode.OK, result.Body);
        Counts(result.Json).ShouldBe((1, 1, 0, 0));
        // Who made the job knows its state until it is closed.
        app.Calls.Select(call => call.Method).TakeWhile(method => method != "GET").ShouldBe(["POST", "PUT", "PATCH"]);
    }

    [Fact]
    public async Task The_progress_is_shown_until_the_result_is_there()
    {
        await using var app = await StartAppAsync();
        app.Org.SetBulk(new BulkSettings { HoldAfterRows = 1 });
        var accepted = await app.PostAsync(Route, Insert(new { Name = "A" }, new { Name = "B" }));

        JsonNode? progress = null;
        await QueueDriver.WaitAsync(
            async () => (int?)(progress = (await app.GetAsync(accepted.Headers["Location"])).Json["progress"])?["rowsProcessed"] == 1,
            () => $"a processed row; got {progress?.ToJsonString()}");
        app.Org.SetBulk(new BulkSettings());
        var result = await app.FetchResultAsync(accepted);

        ((string?)progress!["state"]).ShouldBe("InProgress");
        ((int?)progress["rowsSent"]).ShouldBe(2);
        ((int?)progress["rowsFailed"]).ShouldBe(0);
        ((DateTimeOffset?)progress["since"]).ShouldNotBeNull();
        Counts(result.Json).ShouldBe((2, 2, 0, 0));
    }

    [Fact]
    public async Task A_message_has_one_result_and_the_queue_carries_the_job_on()
    {
        await using var app = await StartAppAsync();
        var before = app.Org.Stats.Records["Account"];

        await app.Queues.SendAsync(Queue, $$"""{"correlationId":"b-1","payload":{{Json(Insert(new { Name = "A" }, new { Name = "B" }))}}}""");
        var result = await app.Queues.ReceiveResultAsync("b-1");

        ((int?)result["status"]).ShouldBe(200, result.ToJsonString());
        Counts(result["body"]!).ShouldBe((2, 2, 0, 0));
        app.Org.Stats.Records["Account"].ShouldBe(before + 2);
        (await app.Queues.CountAsync(Queue)).ShouldBe(0);
    }

    [Fact]
    public async Task The_same_key_with_the_same_rows_is_the_same_job_however_many_they_are()
    {
        await using var app = await StartAppAsync();
        var before = app.Org.Stats.Records["Account"];
        var many = Insert([.. Enumerable.Range(0, 3_000).Select(i => (object)new { Name = $"Row {i}", Description = "a\nb" })]);

        var first = await app.PostAsync(Route, many, ("Idempotency-Key", "order-1"));
        var second = await app.PostAsync(Route, many, ("Idempotency-Key", "order-1"));
        var result = await app.FetchResultAsync(first);
        var third = await app.PostAsync(Route, many, ("Idempotency-Key", "order-1"), Wait);
        var other = await app.PostAsync(Route, Insert([.. Enumerable.Range(1, 3_000).Select(i => (object)new { Name = $"Row {i}" })]), ("Idempotency-Key", "order-1"));

        second.Status.ShouldBe(HttpStatusCode.Accepted, second.Body);
        Counts(result.Json).ShouldBe((3_000, 3_000, 0, 0));
        third.Body.ShouldBe(result.Body);
        other.ShouldBeProblem(422, "CORRELATION_ID_REUSED");
        app.Org.Stats.Records["Account"].ShouldBe(before + 3_000);
    }

    [Fact]
    public async Task Csv_is_sent_as_it_is_and_its_separators_are_declared()
    {
        await using var app = await StartAppAsync();
        const string Csv = "\uFEFFName;Description;External_Id__c\r\nA;\"x;\"\"y\"\"\r\nz\";K-1\r\nB;#N/A;K-2";

        var result = await app.PostAsync(Route, new { objectType = "Account", operation = "insert", csv = Csv, storeSuccessful = true }, Wait);

        result.Status.ShouldBe(HttpStatusCode.OK, result.Body);
        Counts(result.Json).ShouldBe((2, 2, 0, 0));
        var created = app.Calls.Single(call => call.Method == "POST" && call.Path.EndsWith("/jobs/ingest", StringComparison.Ordinal));
        created.Body.ShouldContain("\"columnDelimiter\":\"SEMICOLON\"");
        created.Body.ShouldContain("\"lineEnding\":\"CRLF\"");
        var query = await app.PostAsync("query", new { soqlQuery = "SELECT Description FROM Account WHERE External_Id__c IN ('K-1','K-2') ORDER BY Name" });
        query.Json["records"]!.AsArray().Select(record => (string?)record!["Description"]).ShouldBe(["x;\"y\"\r\nz", null]);
        var successful = await app.Queues.ReadBlobAsync((string)result.Json["successfulResults"]!.AsArray().ShouldHaveSingleItem()!);
        successful.ShouldStartWith("\"sf__Id\";\"sf__Created\";\"Name\"");
    }

    [Fact]
    public async Task A_blob_is_split_into_jobs_of_the_largest_size()
    {
        await using var app = await StartAppAsync(maxJobBytes: 100_000);
        var before = app.Org.Stats.Records["Account"];
        var csv = new StringBuilder("Name,NumberOfEmployees\n");
        for (var i = 0; i < 20_000; i++)
        {
            csv.Append("Company number ").Append(i).Append(',').Append(i % 100 == 99 ? -1 : i).Append('\n');
        }

        await app.Queues.UploadBlobAsync(Container, "imports/accounts.csv", Encoding.UTF8.GetBytes(csv.ToString()));
        var result = await app.PostAsync(Route, new { objectType = "Account", operation = "insert", source = "imports/accounts.csv" }, Wait);

        result.Status.ShouldBe(HttpStatusCode.OK, result.Body);
        Counts(result.Json).ShouldBe((20_000, 19_800, 200, 0));
        var jobs = result.Json["jobs"]!.AsArray();
        jobs.Count.ShouldBe((int)Math.Ceiling(csv.Length / 99_900.0));
        jobs.Sum(job => (int)job!["rowsSent"]!).ShouldBe(20_000);
        result.Json["failedResults"]!.AsArray().Count.ShouldBe(jobs.Count);
        app.Org.Stats.Records["Account"].ShouldBe(before + 19_800);
    }

    [Fact]
    public async Task Json_lines_need_a_job_for_each_kind_of_line_break()
    {
        await using var app = await StartAppAsync();
        var lines = """
            {"External_Id__c":"J-1","Name":"A","Description":"a\nb"}
            {"External_Id__c":"J-2","Name":"B","Description":"a\r\nb"}

            {"External_Id__c":"J-3","Name":"C","Phone":null,"Parent":{"External_Id__c":"J-1"}}
            """;
        await app.Queues.UploadBlobAsync(Container, "imports/accounts.jsonl", Encoding.UTF8.GetBytes($" \t\r\n{lines}"));

        var result = await app.PostAsync(
            Route, new { objectType = "Account", operation = "upsert", externalIdField = "External_Id__c", source = "imports/accounts.jsonl" }, Wait);

        result.Status.ShouldBe(HttpStatusCode.OK, result.Body);
        result.Json["jobs"]!.AsArray().Select(job => (int)job!["rowsSent"]!).ShouldBe([2, 1]);
        var query = await app.PostAsync("query", new { soqlQuery = "SELECT Description, Parent.Name FROM Account WHERE External_Id__c LIKE 'J-%' ORDER BY External_Id__c" });
        query.Json["records"]!.AsArray().Select(record => (string?)record!["Description"]).ShouldBe(["a\nb", "a\r\nb", null]);
    }

    [Fact]
    public async Task Updates_and_deletes_go_by_id()
    {
        await using var app = await StartAppAsync();
        var created = await app.PostAsync("records/create", new { objectType = "Account", fields = new { Name = "Acme" } });
        var id = (string)created.Json["id"]!;

        var updated = await app.PostAsync(Route, new { objectType = "Account", operation = "update", records = new[] { new { Id = id, Name = "Acme 2" } } }, Wait);
        var read = await app.PostAsync("records/get", new { objectType = "Account", objectId = id });
        var deleted = await app.PostAsync(Route, new { objectType = "Account", operation = "delete", csv = $"Id\n{id}" }, Wait);

        Counts(updated.Json).ShouldBe((1, 1, 0, 0));
        ((string?)read.Json["Name"]).ShouldBe("Acme 2");
        Counts(deleted.Json).ShouldBe((1, 1, 0, 0));
    }

    [Fact]
    public async Task A_job_that_fails_says_what_was_written()
    {
        await using var app = await StartAppAsync();
        app.Org.SetBulk(new BulkSettings { FailAfterRows = 2 });

        var result = await app.PostAsync(Route, Insert(new { Name = "A" }, new { Name = "B" }, new { Name = "C" }), Wait);

        result.ShouldBeProblem(422, "BULK_JOB_FAILED");
        ((string?)result.Json["detail"]).ShouldNotBeNull().ShouldContain("TooManyLockFailure : Too many lock failures. Of 3 rows, 2 were written, 0 failed and 1 were not processed.");
        var counts = result.Json["response"]!;
        Counts(counts).ShouldBe((3, 2, 0, 1));
        (await app.Queues.ReadBlobAsync((string)counts["unprocessedRecords"]!.AsArray().ShouldHaveSingleItem()!)).ShouldBe("\"Name\"\n\"C\"\n");
    }

    [Fact]
    public async Task A_column_that_is_no_field_fails_the_job()
    {
        await using var app = await StartAppAsync();

        var result = await app.PostAsync(Route, Insert(new { Name = "A", Nmae = "B" }), Wait);

        result.ShouldBeProblem(422, "BULK_JOB_FAILED");
        ((string?)result.Json["detail"]).ShouldNotBeNull().ShouldContain("Nmae");
        Counts(result.Json["response"]!).ShouldBe((1, 0, 0, 1));
    }

    [Fact]
    public async Task Rows_that_are_in_no_result_are_a_problem()
    {
        await using var app = await StartAppAsync();
        app.Org.SetBulk(new BulkSettings { DailyBatches = 0 });

        var result = await app.PostAsync(Route, Insert(new { Name = "A" }), Wait);

        result.ShouldBeProblem(502, "BULK_COUNTS_DIFFER", outcomeUnknown: true);
        Counts(result.Json["response"]!).ShouldBe((1, 0, 0, 0));
    }

    [Fact]
    public async Task A_job_can_be_looked_at_and_aborted()
    {
        await using var app = await StartAppAsync();
        app.Org.SetBulk(new BulkSettings { HoldAfterRows = 1 });
        var accepted = await app.PostAsync(Route, Insert(new { Name = "A" }, new { Name = "B" }));
        var job = "";
        await QueueDriver.WaitAsync(
            () => Task.FromResult((job = app.Calls.FirstOrDefault(call => call.Method == "PATCH")?.Path.Split('/')[^1] ?? "").Length > 0), () => "a job");

        var running = await app.PostAsync("bulk/job", new { jobId = job });
        var aborted = await app.PostAsync("bulk/job", new { jobId = job, abort = true });
        var again = await app.PostAsync("bulk/job", new { jobId = job, abort = true });
        var result = await app.FetchResultAsync(accepted);

        running.Status.ShouldBe(HttpStatusCode.OK, running.Body);
        ((string?)running.Json["id"]).ShouldBe(job);
        ((string?)aborted.Json["state"]).ShouldBe("Aborted", aborted.Body);
        ((string?)again.Json["state"]).ShouldBe("Aborted", again.Body);
        result.ShouldBeProblem(422, "BULK_JOB_ABORTED");
        var counts = Counts(result.Json["response"]!);
        counts.Sent.ShouldBe(2);
        (counts.Successful + counts.Unprocessed).ShouldBe(2);
    }

    private Task<ConnectorApp> StartAppAsync(int maxJobBytes = 95_000_000) => azurite.StartAppAsync(new Dictionary<string, string?>
    {
        ["Bulk__LongestPollDelay"] = "00:00:01",
        ["Bulk__MaxJobBytes"] = maxJobBytes.ToString(System.Globalization.CultureInfo.InvariantCulture),
    }, listensTo: ["BulkWrite"]);

    private static object Insert(params object[] records) => new { objectType = "Account", operation = "insert", records };

    private static string Json(object payload) => System.Text.Json.JsonSerializer.Serialize(payload);

    private static (int Sent, int Successful, int Failed, int Unprocessed) Counts(JsonNode result) =>
        ((int)result["rowsSent"]!, (int)result["successful"]!, (int)result["failed"]!, (int)result["unprocessed"]!);
}
