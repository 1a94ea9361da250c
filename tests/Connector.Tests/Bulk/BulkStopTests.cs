using System.Text;
using System.Text.Json.Nodes;
using Connector.Tests.Drivers;
using Connector.Tests.Queues.Steps;
using SalesforceSimulator;

namespace Connector.Tests.Bulk;

/// <summary>Rows that cannot all be sent: what was written is found out and said, the rest is not, and no job is left open.</summary>
public sealed class BulkStopTests
{
    private const string Source = "imports/accounts.csv";

    // A third of an invocation's four minutes is over, and the invocation is not.
    private static readonly TimeSpan LongForAnAttempt = TimeSpan.FromSeconds(100);

    // A job takes three of these rows.
    private static readonly string Long = new('x', 30_000);

    [Fact]
    public async Task A_row_that_cannot_be_sent_ends_the_sending_and_the_rows_before_are_told()
    {
        await using var test = await Test.StartAsync();
        // Rows are read ahead of the job that they go into.
        test.App.BulkBlobs.Put(Source, Csv([.. Enumerable.Range(0, 30).Select(i => $"Row {i},{(i == 29 ? "\"" : "")}{Long}")]));

        var result = await test.WriteAsync();

        ((int?)result["status"]).ShouldBe(422, result.ToJsonString());
        var error = result["error"]!;
        ((string?)error["errorCode"]).ShouldBe("INVALID_MEMBER");
        ((string?)error["detail"]).ShouldNotBeNull().ShouldEndWith(
            $" The rows before were sent. Of {test.Written} rows, {test.Written} were written, 0 failed and 0 were not processed.");
        ((string?)error["detail"]).ShouldNotBeNull().ShouldStartWith("source must close its quotes; those of a row that begins at byte");
        test.Written.ShouldBeInRange(3, 29);
        ((int?)error["response"]!["successful"]).ShouldBe(test.Written);
        var complete = test.Written / 3;
        error["response"]!["jobs"]!.AsArray().Count.ShouldBe(complete);
        (await test.StatesAsync()).ShouldBe([.. Enumerable.Repeat("JobComplete", complete), "Aborted"], ignoreOrder: true);
    }

    [Fact]
    public async Task Where_nothing_was_sent_the_payload_is_refused_and_its_job_aborted()
    {
        await using var test = await Test.StartAsync();
        test.App.BulkBlobs.Put(Source, Csv("Row 0,\"A"));

        var result = await test.WriteAsync();

        ((int?)result["status"]).ShouldBe(400, result.ToJsonString());
        ((string?)result["error"]!["detail"]).ShouldNotBeNull().ShouldContain("source");
        test.Written.ShouldBe(0);
        (await test.StatesAsync()).ShouldBe(["Aborted"]);
    }

    [Fact]
    public async Task A_job_that_Salesforce_refuses_to_make_ends_the_sending()
    {
        await using var test = await Test.StartAsync();
        test.App.BulkBlobs.Put(Source, Csv([.. Enumerable.Range(0, 7).Select(i => $"Row {i},{Long}")]));
        test.BeforeStep("/batches", 1, () => test.Org.AddFaults(new FaultRule
        {
            Path = "*/jobs/ingest",
            Method = "POST",
            Status = 403,
            ErrorCode = "FEATURENOTENABLED",
            Message = "Bulk API is not enabled",
        }));

        var result = await test.WriteAsync();

        ((int?)result["status"]).ShouldBe(422, result.ToJsonString());
        ((string?)result["error"]!["errorCode"]).ShouldBe("FEATURENOTENABLED");
        ((string?)result["error"]!["detail"]).ShouldNotBeNull().ShouldEndWith(
            "The rows before were sent. Of 3 rows, 3 were written, 0 failed and 0 were not processed.");
        test.Written.ShouldBe(3);
    }

    [Fact]
    public async Task A_blob_that_is_replaced_between_two_jobs_ends_the_sending()
    {
        await using var test = await Test.StartAsync();
        test.App.BulkBlobs.Put(Source, Csv([.. Enumerable.Range(0, 7).Select(i => $"Row {i},{Long}")]));
        test.BeforeStep("/jobs/ingest", 2, () => test.App.BulkBlobs.Put(Source, Csv("Other,B")));

        var result = await test.WriteAsync();

        ((int?)result["status"]).ShouldBe(422, result.ToJsonString());
        ((string?)result["error"]!["detail"]).ShouldNotBeNull().ShouldContain("must not change while it is written");
        test.Written.ShouldBe(3);
    }

    [Fact]
    public async Task Rows_for_more_jobs_than_an_operation_may_have_end_the_sending()
    {
        await using var test = await Test.StartAsync();
        test.App.BulkBlobs.Put(Source, Csv([.. Enumerable.Range(0, 601).Select(i => $"Row {i},{Long}")]));

        var result = await test.WriteAsync();

        ((int?)result["status"]).ShouldBe(422, result.ToJsonString());
        ((string?)result["error"]!["detail"]).ShouldBe(
            "source must fit into 200 jobs of 100000 bytes (Bulk__MaxJobBytes). The rows before were sent. Of 600 rows, 600 were written, 0 failed and 0 were not processed.");
        test.Written.ShouldBe(600);
    }

    [Fact]
    public async Task What_takes_too_long_for_one_attempt_is_sent_on_by_the_next()
    {
        await using var test = await Test.StartAsync();
        test.App.BulkBlobs.Put(Source, Csv([.. Enumerable.Range(0, 7).Select(i => $"Row {i},{Long}")]));
        test.BeforeStep("/batches", 1, () => test.App.Time.Advance(LongForAnAttempt));

        var result = await test.WriteAsync();

        ((int?)result["status"]).ShouldBe(200, result.ToJsonString());
        test.Written.ShouldBe(7);
        var steps = test.App.Steps.All.Select(step => step.Name).ToList();
        steps.Count(step => step.EndsWith("/batches", StringComparison.Ordinal)).ShouldBe(3);
        // The first job, whose rows took long, is closed by the next attempt.
        steps.IndexOf("send to salesforce-bulk-write").ShouldBeInRange(0, steps.FindIndex(step => step.StartsWith("PATCH ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Results_that_take_too_long_for_one_attempt_are_collected_by_the_next()
    {
        await using var test = await Test.StartAsync();
        // Two jobs, each with a row that has no name.
        test.App.BulkBlobs.Put(Source, Csv([.. Enumerable.Range(0, 6).Select(i => $"{(i % 3 == 0 ? "" : $"Row {i}")},{Long}")]));
        test.BeforeStep(Service.Blob, "write", 1, () => test.App.Time.Advance(LongForAnAttempt));

        var result = await test.WriteAsync();

        ((int?)result["status"]).ShouldBe(200, result.ToJsonString());
        ((int?)result["body"]!["failed"]).ShouldBe(2);
        result["body"]!["failedResults"]!.AsArray().Count.ShouldBe(2);
        var steps = test.App.Steps.All.Select(step => step.Name).ToList();
        var (first, last) = (steps.FindIndex(IsCollection), steps.FindLastIndex(IsCollection));
        steps.Count(IsCollection).ShouldBe(2);
        steps[first..last].ShouldContain("send to salesforce-bulk-write");

        static bool IsCollection(string step) => step.EndsWith("/failedResults", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_after_a_longer_time_than_that_for_retries_is_tried_again_all_the_same_as_the_job_went_on()
    {
        await using var test = await Test.StartAsync(new() { ["Queues__RetryFor"] = "00:10:00" });
        test.Org.SetBulk(new BulkSettings { ProcessingMs = (int)TimeSpan.FromMinutes(40).TotalMilliseconds });
        test.App.BulkBlobs.Put(Source, Csv("Row 0,A"));
        var failures = 2;
        test.App.Steps.Refuses = (service, _) =>
            service == Service.Salesforce && test.App.Time.GetUtcNow() > test.Begun.AddMinutes(20) && failures-- > 0;

        var result = await test.WriteAsync();

        ((int?)result["status"]).ShouldBe(200, result.ToJsonString());
        test.Written.ShouldBe(1);
        failures.ShouldBeLessThan(0);
    }

    [Fact]
    public async Task A_job_that_does_not_end_is_aborted_after_its_time()
    {
        await using var test = await Test.StartAsync(new() { ["Bulk__JobTimeout"] = "02:00:00" });
        test.Org.SetBulk(new BulkSettings { HoldAfterRows = 1 });
        test.App.BulkBlobs.Put(Source, Csv("Row 0,A", "Row 1,B"));

        var result = await test.WriteAsync();

        ((int?)result["status"]).ShouldBe(422, result.ToJsonString());
        ((string?)result["error"]!["errorCode"]).ShouldBe("BULK_JOB_ABORTED");
        ((string?)result["error"]!["detail"]).ShouldNotBeNull().ShouldEndWith("was aborted. Of 2 rows, 1 were written, 0 failed and 1 were not processed.");
        (test.App.Time.GetUtcNow() - test.Begun).ShouldBeInRange(TimeSpan.FromHours(2), TimeSpan.FromHours(2.5));
    }

    private static byte[] Csv(params string[] rows) => Encoding.UTF8.GetBytes($"Name,Description\n{string.Join('\n', rows)}\n");

    private sealed class Test(OrgFixture orgs, StepApp app) : IAsyncDisposable
    {
        private readonly int _before = orgs.Accounts;

        public Simulator Org => orgs.Org;

        public StepApp App => app;

        public DateTimeOffset Begun { get; } = app.Time.GetUtcNow();

        public int Written => orgs.Accounts - _before;

        public static async Task<Test> StartAsync(Dictionary<string, string?>? settings = null)
        {
            var orgs = await OrgFixture.StartAsync(new BulkSettings { QueueMs = 500, ProcessingMs = 1_000 });
            return new Test(orgs, orgs.App(new Dictionary<string, string?>(settings ?? []) { ["Bulk__MaxJobBytes"] = "100000" }));
        }

        /// <summary>Does something before the nth call to Salesforce whose path ends so.</summary>
        public void BeforeStep(string path, int nth, Action act) => BeforeStep(Service.Salesforce, path, nth, act);

        /// <summary>Does something before the nth request to a service whose name ends so.</summary>
        public void BeforeStep(Service kind, string end, int nth, Action act)
        {
            var seen = 0;
            app.Steps.Refuses = (service, name) =>
            {
                if (service == kind && name.EndsWith(end, StringComparison.Ordinal) && ++seen == nth)
                {
                    act();
                }

                return false;
            };
        }

        /// <summary>Writes the blob, by queue.</summary>
        public async Task<JsonNode> WriteAsync()
        {
            app.Queues.Put(
                "salesforce-bulk-write",
                $$"""{"correlationId":"bulk-1","payload":{"objectType":"Account","operation":"insert","source":"{{Source}}"} }""");
            await app.RunUntilQuietAsync();
            return JsonNode.Parse(app.Results.ShouldHaveSingleItem())!;
        }

        /// <summary>The states of all jobs that the org has.</summary>
        public async Task<IReadOnlyList<string>> StatesAsync()
        {
            using var client = new HttpClient { BaseAddress = Org.BaseUrl };
            client.DefaultRequestHeaders.Authorization = new("Bearer", await ConnectorApp.LogInAsync(Org));
            var jobs = JsonNode.Parse(await client.GetStringAsync(new Uri("services/data/v67.0/jobs/ingest", UriKind.Relative), TestContext.Current.CancellationToken))!;
            return [.. jobs["records"]!.AsArray().Select(job => (string)job!["state"]!)];
        }

        public async ValueTask DisposeAsync()
        {
            await app.DisposeAsync();
            await orgs.DisposeAsync();
        }
    }
}
