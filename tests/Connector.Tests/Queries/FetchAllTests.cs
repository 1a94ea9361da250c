using System.Net;
using System.Text.Json.Nodes;
using Connector.Tests.Drivers;
using SalesforceSimulator;

namespace Connector.Tests.Queries;

/// <summary>A whole result, and its pages.</summary>
public sealed class FetchAllTests(AzuriteFixture azurite)
{
    private const string Filled = "SELECT Id, External_Id__c FROM Account WHERE External_Id__c LIKE 'FILL-%' ORDER BY External_Id__c";

    [Fact]
    public async Task All_pages_come_as_one_result_in_order()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.Fill("Account", 1_050);

        var all = await app.PostAsync("query", new { soqlQuery = Filled, fetchAll = true, pageSize = 200 });
        var plain = await app.PostAsync("query", new { soqlQuery = Filled });

        all.Status.ShouldBe(HttpStatusCode.OK, all.Body);
        all.Headers["Content-Type"].ShouldBe(plain.Headers["Content-Type"]);
        all.Headers["Sforce-Limit-Info"].ShouldStartWith("api-usage=");
        all.Body.ShouldBe(plain.Body);
        app.Calls.Count(call => call.Path.Contains("/query/", StringComparison.Ordinal)).ShouldBe(5);
        app.Calls[0].Headers["Sforce-Query-Options"].ShouldBe("batchSize=200");
    }

    [Fact]
    public async Task A_result_of_one_page_passes_as_it_came()
    {
        await using var app = await ConnectorApp.StartAsync();

        var all = await app.PostAsync("query", new { soqlQuery = "SELECT Id FROM Account LIMIT 3", fetchAll = true });
        var count = await app.PostAsync("query", new { soqlQuery = "SELECT COUNT() FROM Account", fetchAll = true });

        all.Body.ShouldBe((await app.PostAsync("query", new { soqlQuery = "SELECT Id FROM Account LIMIT 3" })).Body);
        ((int?)count.Json["totalSize"]).ShouldNotBeNull().ShouldBeGreaterThan(0);
        count.Json["records"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_result_by_a_long_query_is_complete_too()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.Fill("Account", 450);

        var all = await app.PostAsync("query", new { soqlQuery = Filled + new string(' ', 20_000), fetchAll = true, pageSize = 200 });

        app.Calls[0].Path.ShouldEndWith("/composite");
        app.Calls.Count.ShouldBe(3);
        all.Json["records"]!.AsArray().Count.ShouldBe(450);
    }

    [Fact]
    public async Task The_records_of_child_subqueries_are_completed_too()
    {
        await using var app = await ConnectorApp.StartAsync();
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            ids.Add((string)(await app.PostAsync("records/create", new { objectType = "Account", fields = new { Name = $"Parent {i}" } })).Json["id"]!);
        }

        // 450 and 250 children: three and two pages, of one parent none.
        var contacts = Enumerable.Range(0, 700).Select(i => new { LastName = $"nextRecordsUrl {i:D4}", AccountId = ids[i < 450 ? 0 : 1] });
        foreach (var chunk in contacts.Chunk(200))
        {
            (await app.PostAsync("collections/create", new { objectType = "Contact", records = chunk })).Status.ShouldBe(HttpStatusCode.OK);
        }

        var reply = await app.PostAsync("query", new
        {
            soqlQuery = "SELECT Name, (SELECT LastName FROM Contacts ORDER BY LastName), (SELECT Id FROM Opportunities) FROM Account WHERE Name LIKE 'Parent _' ORDER BY Name",
            fetchAll = true,
            pageSize = 200,
        });

        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Body);
        var records = reply.Json["records"]!.AsArray();
        records.Count.ShouldBe(3);
        var children = records.Select(record => record!["Contacts"]).ToArray();
        children[0]!["records"]!.AsArray().Select(child => (string?)child!["LastName"]).ShouldBe(
            Enumerable.Range(0, 450).Select(i => $"nextRecordsUrl {i:D4}"));
        children[1]!["records"]!.AsArray().Count.ShouldBe(250);
        children[2].ShouldBeNull();
        foreach (var child in children[..2])
        {
            ((bool?)child!["done"]).ShouldBe(true);
            child["totalSize"]!.GetValue<int>().ShouldBe(child["records"]!.AsArray().Count);
            child.AsObject().ShouldNotContainKey("nextRecordsUrl");
        }

        ((bool?)reply.Json["done"]).ShouldBe(true);
        reply.Json.AsObject().ShouldNotContainKey("nextRecordsUrl");
    }

    [Theory]
    [InlineData("""{"records":[{"Id":"1"}],"done":false,"totalSize":2 , "nextRecordsUrl": "/services/data/v67.0/query/01g000000000001AAA-1" }""", """{"records":[{"Id":"1"},{"Id":"2"}],"done":true,"totalSize":2  }""")]
    [InlineData("""{ "nextRecordsUrl":"/services/data/v67.0/query/01g000000000001AAA-1" , "totalSize":2,"done":false,"records":[{"Id":"1"}]}""", """{  "totalSize":2,"done":true,"records":[{"Id":"1"},{"Id":"2"}]}""")]
    public async Task The_members_of_a_page_may_stand_in_any_order(string first, string expected)
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(
            new FaultRule { Path = "/services/data/*/query", Status = 200, Body = first },
            new FaultRule { Path = "/services/data/*/query/*", Status = 200, Body = """{"totalSize":2,"done":true,"records":[{"Id":"2"}]}""" });

        var reply = await app.PostAsync("query", new { soqlQuery = Filled, fetchAll = true });

        reply.Body.ShouldBe(expected);
    }

    [Fact]
    public async Task A_page_that_ends_in_the_middle_of_its_members_is_no_answer()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule
        {
            Path = "/services/data/*/query",
            Status = 200,
            Body = """{"records":[],"done":false,"totalSize":2,"nextRecordsUrl":"/services/data/v67.0/query/01g000000000001AAA-1" """,
        });

        (await app.PostAsync("query", new { soqlQuery = Filled, fetchAll = true })).ShouldBeProblem(502, "SALESFORCE_UNEXPECTED_REPLY", retryable: true);
    }

    [Theory]
    [InlineData(400, 400, 2)]
    [InlineData(1_000, 1_000, 1)]
    [InlineData(2_500, 2_500, 2)]
    [InlineData(6_000, 5_000, 3)]
    public async Task No_more_than_maxRecords_come_and_the_rest_can_be_got(int most, int expected, int pages)
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.Fill("Account", 5_000);

        var part = await app.PostAsync(
            "query", most == 400 ? new { soqlQuery = Filled, fetchAll = true, maxRecords = most, pageSize = 200 } : (object)new { soqlQuery = Filled, fetchAll = true, maxRecords = most });

        var records = part.Json["records"]!.AsArray();
        records.Count.ShouldBe(expected);
        ((int?)part.Json["totalSize"]).ShouldBe(5_000);
        app.Calls.Count.ShouldBe(pages);
        if (most > 5_000)
        {
            ((bool?)part.Json["done"]).ShouldBe(true);
            part.Json.AsObject().ShouldNotContainKey("nextRecordsUrl");
            return;
        }

        ((bool?)part.Json["done"]).ShouldBe(false);
        var next = await app.PostAsync("query/page", new { nextRecordsUrl = (string?)part.Json["nextRecordsUrl"] });
        next.Status.ShouldBe(HttpStatusCode.OK, next.Body);
        ((string?)next.Json["records"]![0]!["External_Id__c"]).ShouldNotBeNull()
            .ShouldBeGreaterThan((string?)records[^1]!["External_Id__c"]);
    }

    [Theory]
    [InlineData(""","pageSize":199""", "pageSize")]
    [InlineData(""","pageSize":2001""", "pageSize")]
    [InlineData(""","pageSize":"500" """, "pageSize")]
    [InlineData(""","maxRecords":1000""", "maxRecords")]
    [InlineData(""","fetchAll":true,"maxRecords":199""", "maxRecords")]
    public async Task Wrong_options_are_refused_by_name(string options, string member)
    {
        await using var app = await ConnectorApp.StartAsync();

        var problem = (await app.PostAsync("query", $$"""{"soqlQuery":"SELECT Id FROM Account"{{options}}}""")).ShouldBeProblem(400, "INVALID_MEMBER");

        ((string?)problem["errors"]![0]!["fields"]![0]).ShouldBe(member);
    }

    [Fact]
    public async Task Deleted_records_are_found_when_they_are_asked_for()
    {
        await using var app = await ConnectorApp.StartAsync();
        var id = (string)(await app.PostAsync("records/create", new { objectType = "Account", fields = new { Name = "Gone" } })).Json["id"]!;
        await app.PostAsync("records/delete", new { objectType = "Account", objectId = id });

        var without = await app.PostAsync("query", new { soqlQuery = "SELECT Id FROM Account WHERE Name = 'Gone'" });
        var with = await app.PostAsync("query", new { soqlQuery = "SELECT Id FROM Account WHERE Name = 'Gone'", includeDeleted = true });

        ((int?)without.Json["totalSize"]).ShouldBe(0);
        ((int?)with.Json["totalSize"]).ShouldBe(1);
    }

    [Theory]
    [InlineData("https://evil.example/services/data/v67.0/query/01g000000000001AAA-2000")]
    [InlineData("//evil.example/services/data/v67.0/query/01g000000000001AAA-2000")]
    [InlineData("/services/data/v67.0/query/../sobjects/Account")]
    [InlineData("/services/data/v67.0/query/01g000000000001AAA-2000?x=y")]
    [InlineData("/services/data/v67.0/query/%2e%2e")]
    [InlineData("/services/data/v67.0/sobjects/Account")]
    [InlineData("/services/data/v67.0/query/")]
    [InlineData("/services/data/v67.0/query/01g000000000001AAA-2000\n")]
    [InlineData("query/01g000000000001AAA-2000")]
    [InlineData("")]
    public async Task A_page_is_had_from_its_org_only_and_only_by_its_form(string url)
    {
        await using var app = await ConnectorApp.StartAsync();

        var problem = (await app.PostAsync("query/page", new { nextRecordsUrl = url })).ShouldBeProblem(400, "INVALID_MEMBER");

        ((string?)problem["errors"]![0]!["fields"]![0]).ShouldBe("nextRecordsUrl");
        app.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_whole_result_by_queue_lies_in_a_blob()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["Query"]);
        app.Org.Fill("Account", 1_000);

        await app.Queues.SendAsync(
            "salesforce-query",
            $$$"""{"correlationId":"q","payload":{"soqlQuery":"{{{Filled}}}","fetchAll":true,"pageSize":200}}""");
        var result = await app.Queues.ReceiveResultAsync("q");

        ((int?)result["status"]).ShouldBe(200);
        JsonNode.Parse(await app.Queues.ReadBlobAsync((string)result["bodyUrl"]!))!["records"]!.AsArray().Count.ShouldBe(1_000);
    }
}
