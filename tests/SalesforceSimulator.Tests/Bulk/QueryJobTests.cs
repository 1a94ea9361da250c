using System.IO.Compression;

namespace SalesforceSimulator.Tests.Bulk;

public sealed class QueryJobTests
{
    [Fact]
    public async Task A_query_job_takes_time_and_then_has_its_results_as_csv()
    {
        await using var bulk = await BulkDriver.StartAsync();
        await bulk.Org.SendAsync("POST", "sobjects/Account", """{"Name":"Say \"hi\"","Description":"a\r\nb","NumberOfEmployees":5,"Active__c":true}""");

        var created = await bulk.Org.SendAsync("POST", "jobs/query", """{"operation":"query","query":"SELECT Name, Description, NumberOfEmployees, Active__c, Industry, CreatedDate, Owner.LastName FROM Account WHERE Name LIKE 'Say%'"}""");
        created.Json.GetProperty("state").GetString().ShouldBe("UploadComplete");
        created.Json.GetProperty("object").GetString().ShouldBe("Account");
        (await bulk.StateAsync(created.Id, "query")).ShouldBe("UploadComplete");
        bulk.Time.Advance(TimeSpan.FromSeconds(61));
        (await bulk.StateAsync(created.Id, "query")).ShouldBe("InProgress");
        (await bulk.Org.GetAsync($"jobs/query/{created.Id}/results")).Status.ShouldBe(501);
        var ended = await bulk.EndAsync(created.Id, "query");
        var results = await bulk.Org.GetAsync($"jobs/query/{created.Id}/results", ("Accept", "text/csv"));

        ended.GetProperty("state").GetString().ShouldBe("JobComplete");
        ended.GetProperty("jobType").GetString().ShouldBe("V2Query");
        ended.GetProperty("numberRecordsProcessed").GetInt32().ShouldBe(1);
        ended.GetProperty("isPkChunkingSupported").GetBoolean().ShouldBeTrue();
        ended.TryGetProperty("errorMessage", out _).ShouldBeFalse();
        results.ContentHeaders.ContentType!.MediaType.ShouldBe("text/csv");
        results.Headers.GetValues("Sforce-NumberOfRecords").ShouldBe(["1"]);
        results.Headers.GetValues("Sforce-Locator").ShouldBe(["null"]);
        results.Body.ShouldBe("\"Name\",\"Description\",\"NumberOfEmployees\",\"Active__c\",\"Industry\",\"CreatedDate\",\"Owner.LastName\"\n\"Say \"\"hi\"\"\",\"a\r\nb\",\"5\",\"true\",\"\",\"2026-03-04T05:06:07.000Z\",\"Integration\"\n");
    }

    [Fact]
    public async Task Results_come_in_pages_that_can_be_read_again()
    {
        await using var bulk = await BulkDriver.StartAsync();
        var id = await bulk.QueryAsync("SELECT Id, Name FROM Account");
        await bulk.EndAsync(id, "query");
        var whole = (await bulk.Org.GetAsync($"jobs/query/{id}/results")).Body;

        var lines = new List<string>();
        List<string> pages = [];
        var locator = "";
        while (locator != "null")
        {
            var page = await bulk.Org.GetAsync($"jobs/query/{id}/results?maxRecords=5{(locator.Length > 0 ? "&locator=" + locator : "")}");
            var again = await bulk.Org.GetAsync($"jobs/query/{id}/results?maxRecords=5{(locator.Length > 0 ? "&locator=" + locator : "")}");
            again.Body.ShouldBe(page.Body);
            pages.Add(page.Headers.GetValues("Sforce-NumberOfRecords").Single());
            lines.AddRange(page.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries)[(lines.Count == 0 ? 0 : 1)..]);
            locator = page.Headers.GetValues("Sforce-Locator").Single();
        }

        pages.ShouldBe(["5", "5", "2"]);
        string.Join('\n', lines).ShouldBe(whole.TrimEnd('\n'));
        (await bulk.Org.GetAsync($"jobs/query/{id}/results?locator=nonsense")).Status.ShouldBe(501);
        (await bulk.Org.GetAsync($"jobs/query/{id}/results?maxRecords=0")).Status.ShouldBe(501);
    }

    [Fact]
    public async Task Results_are_compressed_on_request()
    {
        await using var bulk = await BulkDriver.StartAsync();
        var id = await bulk.QueryAsync("SELECT Id, Name FROM Account");
        await bulk.EndAsync(id, "query");
        var request = new HttpRequestMessage(HttpMethod.Get, $"{OrgDriver.Data}/jobs/query/{id}/results");
        request.Headers.AcceptEncoding.ParseAdd("gzip");

        using var response = await bulk.Org.Http.SendAsync(request, TestContext.Current.CancellationToken);

        response.Content.Headers.ContentEncoding.ShouldBe(["gzip"]);
        await using var unpacked = new GZipStream(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken), CompressionMode.Decompress);
        using var reader = new StreamReader(unpacked);
        (await reader.ReadToEndAsync(TestContext.Current.CancellationToken)).ShouldBe((await bulk.Org.GetAsync($"jobs/query/{id}/results")).Body);
    }

    [Fact]
    public async Task Result_pages_are_listed_five_at_a_time()
    {
        await using var bulk = await BulkDriver.StartAsync(BulkDriver.Settings with { RowsPerPage = 2 });
        var id = await bulk.QueryAsync("SELECT Id FROM Account");
        await bulk.EndAsync(id, "query");

        var first = (await bulk.Org.GetAsync($"jobs/query/{id}/resultPages")).Json;
        var second = (await bulk.Org.GetAsync(first.GetProperty("nextRecordsUrl").GetString()!)).Json;

        first.GetProperty("done").GetBoolean().ShouldBeFalse();
        first.GetProperty("resultPages").GetArrayLength().ShouldBe(5);
        second.GetProperty("done").GetBoolean().ShouldBeTrue();
        second.TryGetProperty("nextRecordsUrl", out _).ShouldBeFalse();
        List<string> ids = [];
        foreach (var page in first.GetProperty("resultPages").EnumerateArray().Concat(second.GetProperty("resultPages").EnumerateArray()))
        {
            ids.AddRange((await bulk.Org.GetAsync(page.GetProperty("resultUrl").GetString()!)).Body.Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..]);
        }

        ids.Distinct().Count().ShouldBe(12);
    }

    [Fact]
    public async Task QueryAll_has_deleted_records_too()
    {
        await using var bulk = await BulkDriver.StartAsync();
        var account = await bulk.Org.SendAsync("POST", "sobjects/Account", """{"Name":"Gone"}""");
        await bulk.Org.SendAsync("DELETE", $"sobjects/Account/{account.Id}", null);

        var live = await bulk.QueryAsync("SELECT Id FROM Account WHERE Name = 'Gone'");
        var all = await bulk.QueryAsync("SELECT Id FROM Account WHERE Name = 'Gone'", "queryAll", ("columnDelimiter", "PIPE"), ("lineEnding", "CRLF"));

        (await bulk.EndAsync(live, "query")).GetProperty("numberRecordsProcessed").GetInt32().ShouldBe(0);
        (await bulk.EndAsync(all, "query")).GetProperty("numberRecordsProcessed").GetInt32().ShouldBe(1);
        (await bulk.Org.GetAsync($"jobs/query/{live}/results")).Body.ShouldBe("\"Id\"\n");
        (await bulk.Org.GetAsync($"jobs/query/{all}/results")).Body.ShouldBe($"\"Id\"\r\n\"{account.Id}\"\r\n");
    }

    [Theory]
    [InlineData("SELECT Id, (SELECT Id FROM Contacts) FROM Account", "FEATURENOTENABLED: Aggregate Relationships not supported in Bulk V2 Query with CSV content type")]
    [InlineData("SELECT VersionData FROM ContentVersion", "FEATURENOTENABLED: Blob field not supported in Bulk V2 Query with CSV content type")]
    [InlineData("SELECT COUNT() FROM Account", "FEATURENOTENABLED: Aggregate functions and GROUP BY not supported in Bulk V2 Query with CSV content type")]
    [InlineData("SELECT Industry FROM Account GROUP BY Industry", "FEATURENOTENABLED: Aggregate functions and GROUP BY not supported in Bulk V2 Query with CSV content type")]
    [InlineData("SELECT Id FROM Account LIMIT 5 OFFSET 5", "FEATURENOTENABLED: OFFSET not supported in Bulk V2 Query with CSV content type")]
    [InlineData("SELECT TYPEOF Owner WHEN User THEN Name END FROM Account", "FEATURENOTENABLED: TYPEOF not supported in Bulk V2 Query with CSV content type")]
    [InlineData("SELECT FIELDS(ALL) FROM Account LIMIT 5", "FEATURENOTENABLED: FIELDS() not supported in Bulk V2 Query with CSV content type")]
    public async Task What_bulk_does_not_query_is_refused(string soql, string error)
    {
        await using var bulk = await BulkDriver.StartAsync();

        var answer = await bulk.Org.SendAsync("POST", "jobs/query", $$"""{"operation":"query","query":"{{soql}}"}""");

        (answer.Status, answer.Error).ShouldBe((400, error));
    }

    [Theory]
    [InlineData("""{"operation":"insert","query":"SELECT Id FROM Account"}""", "API_ERROR")]
    [InlineData("""{"operation":"query"}""", "JSON_PARSER_ERROR")]
    [InlineData("""{"operation":"query","query":"SELECT FROM"}""", "MALFORMED_QUERY")]
    [InlineData("""{"operation":"query","query":"SELECT Nonsense FROM Account"}""", "INVALID_FIELD")]
    [InlineData("""{"operation":"query","query":"SELECT Id FROM Nonsense"}""", "INVALID_TYPE")]
    public async Task A_query_that_cannot_run_is_refused(string job, string code)
    {
        await using var bulk = await BulkDriver.StartAsync();

        var answer = await bulk.Org.SendAsync("POST", "jobs/query", job);

        (answer.Status, answer.Code).ShouldBe((400, code));
    }

    [Fact]
    public async Task A_query_job_is_aborted_and_deleted()
    {
        await using var bulk = await BulkDriver.StartAsync();
        var id = await bulk.QueryAsync("SELECT Id FROM Account");

        (await bulk.Org.SendAsync("DELETE", $"jobs/query/{id}", null)).Code.ShouldBe("API_ERROR");
        (await bulk.ChangeAsync(id, "UploadComplete", "query")).Code.ShouldBe("API_ERROR");
        (await bulk.ChangeAsync(id, "Aborted", "query")).Json.GetProperty("state").GetString().ShouldBe("Aborted");
        (await bulk.ChangeAsync(id, "Aborted", "query")).Code.ShouldBe("INVALIDJOBSTATE");
        (await bulk.EndAsync(id, "query")).GetProperty("state").GetString().ShouldBe("Aborted");
        (await bulk.Org.SendAsync("DELETE", $"jobs/query/{id}", null)).Status.ShouldBe(204);
        (await bulk.Org.GetAsync($"jobs/query/{id}")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task An_ingest_job_is_no_query_job()
    {
        await using var bulk = await BulkDriver.StartAsync();
        var ingest = (await bulk.CreateAsync("Account")).Id;
        var query = await bulk.QueryAsync("SELECT Id FROM Account");

        (await bulk.Org.GetAsync($"jobs/query/{ingest}")).Status.ShouldBe(404);
        (await bulk.Org.GetAsync($"jobs/ingest/{query}")).Status.ShouldBe(404);
        (await bulk.Org.GetAsync("jobs/query?jobType=V2Query")).Column("id").ShouldBe([query]);
    }
}
