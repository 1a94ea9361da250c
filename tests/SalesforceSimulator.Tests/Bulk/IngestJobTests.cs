using System.Net.Http.Headers;
using System.Text;

namespace SalesforceSimulator.Tests.Bulk;

public sealed class IngestJobTests
{
    [Fact]
    public async Task A_job_is_created_open_with_what_it_does_not_name_by_default()
    {
        await using var bulk = await BulkDriver.StartAsync();

        var created = await bulk.CreateAsync("Account");

        created.Status.ShouldBe(200);
        created.Id.ShouldStartWith("750");
        created.Body.ShouldBe($$"""{"id":"{{created.Id}}","operation":"insert","object":"Account","createdById":"{{created.Json.GetProperty("createdById")}}","createdDate":"2026-03-04T05:06:07.000+0000","systemModstamp":"2026-03-04T05:06:07.000+0000","state":"Open","concurrencyMode":"Parallel","contentType":"CSV","apiVersion":67.0,"lineEnding":"LF","columnDelimiter":"COMMA","contentUrl":"services/data/v67.0/jobs/ingest/{{created.Id}}/batches"}""");
        bulk.Org.Simulator.Stats.Records["Account"].ShouldBe(12);
    }

    [Fact]
    public async Task Nothing_is_written_before_the_close_and_everything_after_its_time()
    {
        await using var bulk = await BulkDriver.StartAsync();
        var id = (await bulk.CreateAsync("Account")).Id;

        var uploaded = await bulk.UploadAsync(id, "Name\nOne\nTwo\nThree\nFour\n");
        bulk.Time.Advance(TimeSpan.FromHours(1));
        (await bulk.StateAsync(id)).ShouldBe("Open");
        (uploaded.Status, uploaded.Body).ShouldBe((201, ""));

        var closed = await bulk.ChangeAsync(id, "UploadComplete");
        closed.Json.GetProperty("state").GetString().ShouldBe("UploadComplete");
        bulk.Time.Advance(TimeSpan.FromSeconds(59));
        (await bulk.StateAsync(id)).ShouldBe("UploadComplete");
        bulk.Org.Simulator.Stats.Records["Account"].ShouldBe(12);

        bulk.Time.Advance(TimeSpan.FromSeconds(1 + 300));
        var half = await bulk.InfoAsync(id);
        half.GetProperty("state").GetString().ShouldBe("InProgress");
        half.GetProperty("numberRecordsProcessed").GetInt32().ShouldBe(2);
        half.GetProperty("totalProcessingTime").GetInt64().ShouldBe(300_000);
        bulk.Org.Simulator.Stats.Records["Account"].ShouldBe(14);

        bulk.Time.Advance(TimeSpan.FromSeconds(300));
        var ended = await bulk.InfoAsync(id);
        ended.GetProperty("state").GetString().ShouldBe("JobComplete");
        ended.GetProperty("numberRecordsProcessed").GetInt32().ShouldBe(4);
        ended.GetProperty("numberRecordsFailed").GetInt32().ShouldBe(0);
        ended.GetProperty("jobType").GetString().ShouldBe("V2Ingest");
        bulk.Org.Simulator.Stats.Records["Account"].ShouldBe(16);
    }

    [Fact]
    public async Task Results_come_in_three_files_that_add_up_and_in_no_promised_order()
    {
        await using var bulk = await BulkDriver.StartAsync();

        var (id, processed, failed) = await bulk.RunAsync("External_Id__c,Name,Description\na,One,\nb,,\nc,\"T\"\"hree, 3\",\"x\ny\"\n");

        (processed, failed).ShouldBe((3, 1));
        var one = await bulk.SingleAsync("SELECT Id FROM Account WHERE External_Id__c = 'a'", "Id");
        var three = await bulk.SingleAsync("SELECT Id FROM Account WHERE External_Id__c = 'c'", "Id");
        (await bulk.ResultsAsync(id, "successfulResults")).ShouldBe(
            $"\"sf__Id\",\"sf__Created\",\"External_Id__c\",\"Name\",\"Description\"\n\"{three}\",\"true\",\"c\",\"T\"\"hree, 3\",\"x\ny\"\n\"{one}\",\"true\",\"a\",\"One\",\"\"\n");
        (await bulk.ResultsAsync(id, "failedResults/")).ShouldBe(
            "\"sf__Id\",\"sf__Error\",\"External_Id__c\",\"Name\",\"Description\"\n\"\",\"REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --\",\"b\",\"\",\"\"\n");
        (await bulk.ResultsAsync(id, "unprocessedRecords")).ShouldBe("\"External_Id__c\",\"Name\",\"Description\"\n");
    }

    [Fact]
    public async Task An_aborted_job_keeps_what_it_wrote_and_lists_what_it_did_not()
    {
        await using var bulk = await BulkDriver.StartAsync();
        var id = await bulk.SendAsync("Name\nOne\nTwo\n");
        bulk.Time.Advance(TimeSpan.FromSeconds(60 + 300));

        var aborted = await bulk.ChangeAsync(id, "Aborted");
        bulk.Time.Advance(TimeSpan.FromHours(1));

        aborted.Json.GetProperty("state").GetString().ShouldBe("Aborted");
        (await bulk.StateAsync(id)).ShouldBe("Aborted");
        (await bulk.ResultsAsync(id, "successfulResults")).ShouldEndWith(",\"true\",\"One\"\n");
        (await bulk.ResultsAsync(id, "unprocessedrecords")).ShouldBe("\"Name\"\n\"Two\"\n");
        bulk.Org.Simulator.Stats.Records["Account"].ShouldBe(13);
    }

    [Fact]
    public async Task A_job_takes_one_upload()
    {
        await using var bulk = await BulkDriver.StartAsync();
        var id = (await bulk.CreateAsync("Account")).Id;
        await bulk.UploadAsync(id, "Name\nOne\n");

        (await bulk.UploadAsync(id, "Name\nTwo\n")).Error.ShouldStartWith($"BULK_API_ERROR: Found multiple contents for job: <{id[..15]}>");

        await bulk.ChangeAsync(id, "UploadComplete");
        (await bulk.UploadAsync(id, "Name\nTwo\n")).Code.ShouldBe("INVALIDJOBSTATE");
        await bulk.EndAsync(id);
        bulk.Org.Simulator.Stats.Records["Account"].ShouldBe(13);
    }

    [Theory]
    [InlineData("""{"object":"Nonsense","operation":"insert"}""", "INVALIDJOB: InvalidJob : Unable to find object: Nonsense")]
    [InlineData("""{"operation":"insert"}""", "INVALIDJOB: InvalidJob : Unable to find object: ")]
    [InlineData("""{"object":"Account","operation":"merge"}""", "API_ERROR: Invalid value: 'merge' supplied for property: 'operation'")]
    [InlineData("""{"object":"Account","operation":"insert","contentType":"JSON"}""", "API_ERROR: Invalid value: 'JSON' supplied for property: 'contentType'")]
    [InlineData("""{"object":"Account","operation":"insert","lineEnding":"CR"}""", "API_ERROR: Invalid value: 'CR' supplied for property: 'lineEnding'")]
    [InlineData("""{"object":"Account","operation":"insert","columnDelimiter":","}""", "API_ERROR: Invalid value: ',' supplied for property: 'columnDelimiter'")]
    [InlineData("""{"object":"Account","operation":"upsert"}""", "INVALIDJOB: InvalidJob : Field name provided,  does not match an External ID for Account")]
    [InlineData("""{"object":"Account","operation":"upsert","externalIdFieldName":"Name"}""", "INVALIDJOB: InvalidJob : Field name provided, Name does not match an External ID for Account")]
    [InlineData("""{"object":"Account","operation":"hardDelete"}""", "FEATURENOTENABLED: FeatureNotEnabled : hardDelete requires the permission Bulk API Hard Delete")]
    public async Task A_job_that_cannot_be_is_refused(string job, string error)
    {
        await using var bulk = await BulkDriver.StartAsync();

        var answer = await bulk.Org.SendAsync("POST", "jobs/ingest", job);

        (answer.Status, answer.Error).ShouldBe((400, error));
    }

    [Theory]
    [InlineData("""{"object":"Account","operation":"insert","assignmentRuleId":"01Q000000000001"}""")]
    [InlineData("""{"object":"Attachment","operation":"insert"}""")]
    [InlineData("""{"object":"Organization","operation":"delete"}""")]
    [InlineData("""{"object":"Account","operation":"insert","nonsense":1}""")]
    public async Task What_nobody_here_knows_is_said_so(string job)
    {
        await using var bulk = await BulkDriver.StartAsync();

        (await bulk.Org.SendAsync("POST", "jobs/ingest", job)).Status.ShouldBe(501);

        bulk.Org.Simulator.NotKnownRequests.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_job_says_the_fields_it_was_given()
    {
        await using var bulk = await BulkDriver.StartAsync();

        var upsert = await bulk.CreateAsync("Case", "upsert", ("externalIdFieldName", "external_id__c"), ("assignmentRuleId", "01Q000000000001"), ("columnDelimiter", "CARET"), ("lineEnding", "CRLF"));

        upsert.Json.GetProperty("externalIdFieldName").GetString().ShouldBe("External_Id__c");
        upsert.Json.GetProperty("assignmentRuleId").GetString().ShouldBe("01Q000000000001");
        upsert.Json.GetProperty("columnDelimiter").GetString().ShouldBe("CARET");
        upsert.Json.GetProperty("lineEnding").GetString().ShouldBe("CRLF");
    }

    [Fact]
    public async Task States_allow_only_what_follows_them()
    {
        await using var bulk = await BulkDriver.StartAsync();
        var open = (await bulk.CreateAsync("Account")).Id;
        var complete = (await bulk.RunAsync("Name\nOne\n")).Id;

        (await bulk.ChangeAsync(complete, "Aborted")).Error.ShouldBe("INVALIDJOBSTATE: Aborting already Completed Job not allowed");
        (await bulk.ChangeAsync(complete, "UploadComplete")).Code.ShouldBe("INVALIDJOBSTATE");
        (await bulk.ChangeAsync(open, "JobComplete")).Error.ShouldBe("API_ERROR: Invalid value: 'JobComplete' supplied for property: 'state'");
        (await bulk.ChangeAsync(open, "UploadComplete")).Status.ShouldBe(501);
        (await bulk.Org.GetAsync($"jobs/ingest/{open}/successfulResults")).Status.ShouldBe(501);
        (await bulk.Org.SendAsync("DELETE", $"jobs/ingest/{open}", null)).Error.ShouldBe("API_ERROR: Error encountered when deleting the job because the job is not terminated");
        (await bulk.ChangeAsync(open, "Aborted")).Status.ShouldBe(200);
        (await bulk.ChangeAsync(open, "Aborted")).Error.ShouldBe("INVALIDJOBSTATE: Aborting already Aborted Job not allowed");
    }

    [Fact]
    public async Task A_deleted_job_is_gone()
    {
        await using var bulk = await BulkDriver.StartAsync();
        var queued = await bulk.SendAsync("Name\nOne\n");

        (await bulk.Org.SendAsync("DELETE", $"jobs/ingest/{queued}", null)).Status.ShouldBe(204);
        bulk.Time.Advance(TimeSpan.FromHours(1));

        var gone = await bulk.Org.GetAsync($"jobs/ingest/{queued}");
        (gone.Status, gone.Code).ShouldBe((404, "NOT_FOUND"));
        bulk.Org.Simulator.Stats.Records["Account"].ShouldBe(12);
    }

    [Fact]
    public async Task An_ended_job_is_gone_after_seven_days()
    {
        await using var bulk = await BulkDriver.StartAsync();
        var (ended, _, _) = await bulk.RunAsync("Name\nOne\n");
        var open = (await bulk.CreateAsync("Account")).Id;

        bulk.Time.Advance(TimeSpan.FromDays(7));

        (await bulk.Org.GetAsync($"jobs/ingest/{ended}")).Status.ShouldBe(404);
        (await bulk.StateAsync(open)).ShouldBe("Open");
    }

    [Fact]
    public async Task Results_are_for_the_jobs_own_version()
    {
        await using var bulk = await BulkDriver.StartAsync();
        var (id, _, _) = await bulk.RunAsync("Name\nOne\n");

        (await bulk.Org.GetAsync($"/services/data/v66.0/jobs/ingest/{id}/successfulResults")).Status.ShouldBe(409);
        (await bulk.Org.GetAsync($"/services/data/v66.0/jobs/ingest/{id}")).Json.GetProperty("apiVersion").GetRawText().ShouldBe("67.0");
        (await bulk.Org.GetAsync($"/services/data/v40.0/jobs/ingest/{id}")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task The_list_has_pages_of_a_thousand()
    {
        await using var bulk = await BulkDriver.StartAsync();
        HashSet<string> created = [];
        for (var i = 0; i < 1_001; i++)
        {
            created.Add((await bulk.CreateAsync("Account")).Id);
        }

        var first = await bulk.Org.GetAsync("jobs/ingest?jobType=V2Ingest");
        var second = await bulk.Org.GetAsync(first.Json.GetProperty("nextRecordsUrl").GetString()!);

        first.Json.GetProperty("done").GetBoolean().ShouldBeFalse();
        first.Column("id").Count().ShouldBe(1_000);
        second.Json.GetProperty("done").GetBoolean().ShouldBeTrue();
        second.Json.GetProperty("nextRecordsUrl").GetString().ShouldBeNull();
        first.Column("id").Concat(second.Column("id")).ToHashSet().SetEquals(created).ShouldBeTrue();
        (await bulk.Org.GetAsync("jobs/query")).Column("id").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_small_job_goes_in_one_request()
    {
        await using var bulk = await BulkDriver.StartAsync();
        var body = new MultipartFormDataContent("BOUNDARY");
        var job = new StringContent("""{"object":"Contact","contentType":"CSV","operation":"insert","lineEnding":"LF"}""", Encoding.UTF8, "application/json");
        job.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = "job" };
        var content = new StringContent("FirstName,LastName\nAstro,Nomical\nHootie,McOwl\n", Encoding.UTF8, "text/csv");
        content.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = "content", FileName = "content" };
        body.Add(job);
        body.Add(content);

        var created = await bulk.Org.SendAsync(new HttpRequestMessage(HttpMethod.Post, $"{OrgDriver.Data}/jobs/ingest/") { Content = body });

        created.Json.GetProperty("state").GetString().ShouldBe("UploadComplete");
        (await bulk.EndAsync(created.Id)).GetProperty("numberRecordsProcessed").GetInt32().ShouldBe(2);
        bulk.Org.Simulator.Stats.Records["Contact"].ShouldBe(15);
    }
}
