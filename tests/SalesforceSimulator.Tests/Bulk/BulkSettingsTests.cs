using System.Text;
using System.Text.Json;
using LocalHost;

namespace SalesforceSimulator.Tests.Bulk;

public sealed class BulkSettingsTests
{
    [Fact]
    public async Task Jobs_are_held_in_the_queue_until_they_are_let_go()
    {
        await using var bulk = await BulkDriver.StartAsync(BulkDriver.Settings with { HoldInQueue = true });
        var id = await bulk.SendAsync("Name\nOne\n");
        (await bulk.EndAsync(id)).GetProperty("state").GetString().ShouldBe("UploadComplete");

        bulk.Org.Simulator.SetBulk(BulkDriver.Settings);

        bulk.Time.Advance(TimeSpan.FromMinutes(1));
        (await bulk.StateAsync(id)).ShouldBe("InProgress");
        (await bulk.EndAsync(id)).GetProperty("state").GetString().ShouldBe("JobComplete");
    }

    [Fact]
    public async Task Jobs_are_held_in_progress_after_some_rows()
    {
        await using var bulk = await BulkDriver.StartAsync(BulkDriver.Settings with { HoldAfterRows = 1 });
        var id = await bulk.SendAsync("Name\nOne\nTwo\n");
        var held = await bulk.EndAsync(id);
        held.GetProperty("state").GetString().ShouldBe("InProgress");
        held.GetProperty("numberRecordsProcessed").GetInt32().ShouldBe(1);

        (await bulk.Org.SendAsync("POST", "/__admin/bulk", """{"queueMs":0,"processingMs":0}""")).Status.ShouldBe(204);

        (await bulk.InfoAsync(id)).GetProperty("numberRecordsProcessed").GetInt32().ShouldBe(2);
        (await bulk.StateAsync(id)).ShouldBe("JobComplete");
    }

    [Fact]
    public async Task Jobs_fail_after_some_rows_and_keep_them()
    {
        await using var bulk = await BulkDriver.StartAsync(BulkDriver.Settings with { FailAfterRows = 1, FailureMessage = "Timeout : too slow" });
        var id = await bulk.SendAsync("Name\nOne\nTwo\n");
        var failed = await bulk.EndAsync(id);

        failed.GetProperty("state").GetString().ShouldBe("Failed");
        failed.GetProperty("errorMessage").GetString().ShouldBe("Timeout : too slow");
        failed.GetProperty("numberRecordsProcessed").GetInt32().ShouldBe(1);
        (await bulk.ResultsAsync(id, "successfulResults")).ShouldEndWith("\"One\"\n");
        (await bulk.ResultsAsync(id, "unprocessedrecords")).ShouldBe("\"Name\"\n\"Two\"\n");
        bulk.Org.Simulator.Stats.Records["Account"].ShouldBe(13);
    }

    [Fact]
    public async Task A_query_job_fails_too()
    {
        await using var bulk = await BulkDriver.StartAsync(BulkDriver.Settings with { FailAfterRows = 5 });
        var id = await bulk.QueryAsync("SELECT Id FROM Account");

        (await bulk.EndAsync(id, "query")).GetProperty("state").GetString().ShouldBe("Failed");
    }

    [Fact]
    public async Task Batches_of_the_day_run_out_and_the_rest_is_in_no_file()
    {
        await using var bulk = await BulkDriver.StartAsync(BulkDriver.Settings with { DailyBatches = 1 });
        var id = await bulk.SendAsync("Name\n" + string.Concat(Enumerable.Repeat("X\n", 10_005)));
        var failed = await bulk.EndAsync(id);

        failed.GetProperty("state").GetString().ShouldBe("Failed");
        failed.GetProperty("errorMessage").GetString().ShouldStartWith("ExceededQuota : ");
        failed.GetProperty("numberRecordsProcessed").GetInt32().ShouldBe(10_000);
        (await bulk.ResultsAsync(id, "unprocessedrecords")).ShouldBe("\"Name\"\n");
        (await bulk.Org.GetAsync("limits")).Json.GetProperty("DailyBulkApiBatches").ToString().ShouldBe("""{"Max":1,"Remaining":0}""");
    }

    [Fact]
    public async Task Query_jobs_of_the_day_run_out()
    {
        await using var bulk = await BulkDriver.StartAsync(BulkDriver.Settings with { DailyQueryJobs = 1 });
        await bulk.QueryAsync("SELECT Id FROM Account");

        var refused = await bulk.Org.SendAsync("POST", "jobs/query", """{"operation":"query","query":"SELECT Id FROM Account"}""");

        (refused.Status, refused.Error).ShouldBe((400, "LIMIT_EXCEEDED: Max bulk v2 query jobs (1) per 24 hrs has been reached (2)"));
        (await bulk.Org.GetAsync("limits")).Json.GetProperty("DailyBulkV2QueryJobs").ToString().ShouldBe("""{"Max":1,"Remaining":0}""");
    }

    [Fact]
    public async Task Storage_for_results_runs_out()
    {
        await using var bulk = await BulkDriver.StartAsync(BulkDriver.Settings with { DailyQueryStorageMb = 1, ProcessingMs = 0 });
        bulk.Org.Simulator.Fill("Account", 1_000, descriptionLength: 1_100);
        await bulk.EndAsync(await bulk.QueryAsync("SELECT Description FROM Account"), "query");

        var refused = await bulk.Org.SendAsync("POST", "jobs/query", """{"operation":"query","query":"SELECT Id FROM Account"}""");

        refused.Error.ShouldBe("LIMIT_EXCEEDED: Max bulk v2 query result size stored (1024) kb per 24 hrs has been exceeded");
        (await bulk.Org.GetAsync("limits")).Json.GetProperty("DailyBulkV2QueryFileStorageMB").ToString().ShouldBe("""{"Max":1,"Remaining":0}""");
    }

    [Theory]
    [InlineData("""{"queueMs":-1}""")]
    [InlineData("""{"rowsPerPage":0}""")]
    [InlineData("""{"failAfterRows":-1}""")]
    [InlineData("""{"nonsense":true}""")]
    public async Task Invalid_settings_are_refused(string settings)
    {
        await using var bulk = await BulkDriver.StartAsync();

        (await bulk.Org.SendAsync("POST", "/__admin/bulk", settings)).Status.ShouldBe(400);
    }

    [Fact]
    public void Every_setting_is_on_the_page()
    {
        var page = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "tests", "SalesforceSimulator", "README.md"));

        foreach (var setting in typeof(BulkSettings).GetProperties())
        {
            page.ShouldContain($"| `{JsonNamingPolicy.CamelCase.ConvertName(setting.Name)}` |");
        }
    }

    [Fact]
    public async Task A_reset_takes_jobs_and_settings_back()
    {
        await using var bulk = await BulkDriver.StartAsync();
        var id = await bulk.SendAsync("Name\nOne\n");
        bulk.Org.Simulator.SetBulk(new BulkSettings { HoldInQueue = true });

        bulk.Org.Simulator.Reset();
        await bulk.Org.LoginAsync();

        (await bulk.Org.GetAsync($"jobs/ingest/{id}")).Status.ShouldBe(404);
        (await bulk.RunAsync("Name\nOne\n")).Processed.ShouldBe(1);
    }

    [Fact]
    public async Task A_fault_can_lose_the_reply_to_each_step()
    {
        await using var bulk = await BulkDriver.StartAsync();
        bulk.Org.Simulator.AddFaults(
            new FaultRule { Method = "PUT", Path = "*/batches", Times = 1, Reset = true, AfterExecution = true },
            new FaultRule { Method = "PATCH", Path = "*/jobs/ingest/*", Times = 1, Status = 503, AfterExecution = true },
            new FaultRule { Method = "GET", Path = "*/successfulResults", Times = 1, Truncate = true });
        var id = (await bulk.CreateAsync("Account")).Id;

        await Should.ThrowAsync<HttpRequestException>(() => bulk.UploadAsync(id, "Name\nOne\n"));
        (await bulk.UploadAsync(id, "Name\nOne\n")).Code.ShouldBe("BULK_API_ERROR");
        (await bulk.ChangeAsync(id, "UploadComplete")).Status.ShouldBe(503);
        (await bulk.StateAsync(id)).ShouldBe("UploadComplete");
        await bulk.EndAsync(id);
        await Should.ThrowAsync<HttpRequestException>(() => bulk.ResultsAsync(id, "successfulResults"));

        (await bulk.ResultsAsync(id, "successfulResults")).ShouldEndWith("\"One\"\n");
        bulk.Org.Simulator.Stats.Records["Account"].ShouldBe(13);
    }

    [Fact]
    public async Task An_upload_that_breaks_off_is_none()
    {
        await using var bulk = await BulkDriver.StartAsync();
        bulk.Org.Simulator.AddFaults(new FaultRule { Method = "PUT", Times = 1, Reset = true });
        var id = (await bulk.CreateAsync("Account")).Id;

        await Should.ThrowAsync<HttpRequestException>(() => bulk.UploadAsync(id, "Name\nOne\n"));

        (await bulk.UploadAsync(id, "Name\nTwo\n")).Status.ShouldBe(201);
    }

    [Fact]
    public async Task A_large_job_is_worked_on_beside_the_requests()
    {
        await using var bulk = await BulkDriver.StartAsync(BulkDriver.Settings with { QueueMs = 0, ProcessingMs = 0 });
        var csv = new StringBuilder("External_Id__c,Name,NumberOfEmployees\n");
        const int Rows = 30_000;
        for (var i = 0; i < Rows; i++)
        {
            csv.Append($"large-{i},A name that is somewhat longer than others,{(i % 100 == 0 ? -1 : i)}\n");
        }

        var id = await bulk.SendAsync(csv.ToString());
        await UntilEndedAsync(bulk, id, "ingest");
        var query = await bulk.QueryAsync("SELECT External_Id__c FROM Account WHERE External_Id__c LIKE 'large-%'");
        await UntilEndedAsync(bulk, query, "query");

        var job = await bulk.InfoAsync(id);
        job.GetProperty("state").GetString().ShouldBe("JobComplete");
        job.GetProperty("numberRecordsProcessed").GetInt32().ShouldBe(Rows);
        job.GetProperty("numberRecordsFailed").GetInt32().ShouldBe(Rows / 100);
        (await bulk.ResultsAsync(id, "successfulResults")).Split('\n').Skip(1).SkipLast(1).Distinct().Count().ShouldBe(Rows - (Rows / 100));
        var results = await bulk.Org.GetAsync($"jobs/query/{query}/results?maxRecords=20000");
        results.Body.Split('\n').Skip(1).SkipLast(1).Distinct().Count().ShouldBe(20_000);
        results.Headers.GetValues("Sforce-Locator").ShouldBe(["MjAwMDA"]);
    }

    private static async Task UntilEndedAsync(BulkDriver bulk, string id, string kind)
    {
        while (await bulk.StateAsync(id, kind) is "UploadComplete" or "InProgress")
        {
            await Task.Yield();
        }
    }
}
