using System.Net;
using Connector.Tests.Drivers;
using SalesforceSimulator;

namespace Connector.Tests.Queries;

/// <summary>Totals, cursors and members of pages as Salesforce has them, which is not always as one expects.</summary>
public sealed class PageMembersTests(AzuriteFixture azurite)
{
    private const string Query = "/services/data/*/query";
    private const string Page = "/services/data/*/query/*";
    private const string Next = "/services/data/v67.0/query/01gDn0000070001IAA-2000";

    private static readonly FaultRule[] UnknownTotal =
    [
        new() { Path = Page, Status = 200, Body = """{"totalSize":-1,"done":true,"records":[{"N":2}]}""" },
        new() { Path = Query, Status = 200, Body = $$"""{"totalSize":-1,"done":false,"nextRecordsUrl":"{{Next}}","records":[{"N":1}]}""" },
    ];

    [Fact]
    public async Task A_total_that_Salesforce_does_not_know_is_not_checked()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["Query"]);
        app.Org.AddFaults(UnknownTotal);

        var reply = await app.PostAsync("query", """{"soqlQuery":"SELECT N FROM B__b","fetchAll":true}""");
        await app.Queues.SendAsync("salesforce-query", """{"correlationId":"q","payload":{"soqlQuery":"SELECT N FROM B__b","fetchAll":true}}""");
        var result = await app.Queues.ReceiveResultAsync("q");

        reply.Body.ShouldBe("""{"totalSize":-1,"done":true,"records":[{"N":1},{"N":2}]}""");
        ((int?)result["attempts"]).ShouldBe(1, result.ToJsonString());
        (await app.Queues.ReadBlobAsync((string)result["bodyUrl"]!)).ShouldBe(reply.Body);
        result["headers"]!.AsObject().ShouldNotContainKey("warning");
    }

    [Fact]
    public async Task maxRecords_bounds_a_result_of_unknown_total_too()
    {
        await using var app = await ConnectorApp.StartAsync();
        static string Records(int from, int count) => string.Join(',', Enumerable.Range(from, count).Select(i => $$"""{"N":{{i}}}"""));
        app.Org.AddFaults(
            new FaultRule { Path = Query, Status = 200, Body = $$"""{"totalSize":-1,"done":false,"nextRecordsUrl":"{{Next}}","records":[{{Records(0, 200)}}]}""" },
            new FaultRule { Path = "*-2000", Status = 200, Body = $$"""{"totalSize":-1,"done":false,"records":[{{Records(200, 200)}}],"nextRecordsUrl":"{{Next}}1"}""" },
            new FaultRule { Path = "*-20001", Status = 200, Body = $$"""{"totalSize":-1,"done":true,"records":[{{Records(400, 1)}}]}""" });

        var part = await app.PostAsync("query", """{"soqlQuery":"SELECT N FROM B__b","fetchAll":true,"maxRecords":400}""");
        var whole = await app.PostAsync("query", """{"soqlQuery":"SELECT N FROM B__b","fetchAll":true,"maxRecords":500}""");

        part.Body.ShouldBe($$"""{"totalSize":-1,"records":[{{Records(0, 400)}}],"done":false,"nextRecordsUrl":"{{Next}}1"}""");
        whole.Body.ShouldBe($$"""{"totalSize":-1,"records":[{{Records(0, 401)}}],"done":true}""");
    }

    [Fact]
    public async Task Children_of_unknown_number_are_completed_too()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(
            new FaultRule { Path = Query, Status = 200, Body = $$$"""{"totalSize":1,"done":true,"records":[{"Name":"x","Rows__r":{"totalSize":-1,"done":false,"nextRecordsUrl":"{{{Next}}}","records":[{"N":1}]}}]}""" },
            UnknownTotal[0]);

        var reply = await app.PostAsync("query", """{"soqlQuery":"SELECT Name, (SELECT N FROM Rows__r) FROM Account","fetchAll":true}""");

        reply.Body.ShouldBe("""{"totalSize":1,"done":true,"records":[{"Name":"x","Rows__r":{"totalSize":-1,"done":true,"records":[{"N":1},{"N":2}]}}]}""");
    }

    [Theory]
    [InlineData("v55.0")]
    [InlineData("v67.0")]
    public async Task The_children_of_a_page_are_completed_before_the_next_page_of_parents_ends_their_cursors(string version)
    {
        await using var app = await ConnectorApp.StartAsync();
        await FillParentsAsync(app, parents: 3, children: 250);

        var reply = await app.PostAsync("query", new
        {
            soqlQuery = "SELECT Name, (SELECT LastName FROM Contacts ORDER BY LastName) FROM Account WHERE Name LIKE 'Parent _' ORDER BY Name",
            fetchAll = true,
            pageSize = 200,
            apiVersion = version,
        });

        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Body);
        var parents = reply.Json["records"]!.AsArray();
        parents.Select(parent => (string?)parent!["Name"]).ShouldBe(["Parent 0", "Parent 1", "Parent 2"]);
        foreach (var parent in parents)
        {
            parent!["Contacts"]!["records"]!.AsArray().Select(child => (string?)child!["LastName"]).ShouldBe(
                Enumerable.Range(0, 250).Select(i => $"{(string?)parent["Name"]} {i:D4}"));
        }

        // Of each of the three pages, the children come before the next page.
        app.Calls.Count(call => call.Path.Contains("/query/", StringComparison.Ordinal)).ShouldBe(5);
    }

    [Fact]
    public async Task Pages_without_open_children_are_fetched_while_the_one_before_is_sent()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.Fill("Account", 600);

        var reply = await app.PostAsync("query", new
        {
            soqlQuery = "SELECT Id, (SELECT Id FROM Contacts) FROM Account WHERE External_Id__c LIKE 'FILL-%'",
            fetchAll = true,
            pageSize = 200,
        });

        reply.Json["records"]!.AsArray().Count.ShouldBe(600);
    }

    [Theory]
    [InlineData("SELECT AVG(Amount) totalSize FROM Opportunity")]
    [InlineData("SELECT MAX(Name) nextRecordsUrl FROM Opportunity")]
    [InlineData("SELECT MIN(Name) records, COUNT(Id) done FROM Opportunity")]
    public async Task An_alias_is_no_member_of_the_result(string soql)
    {
        await using var app = await ConnectorApp.StartAsync();

        var whole = await app.PostAsync("query", new { soqlQuery = soql, fetchAll = true });
        var page = await app.PostAsync("query", new { soqlQuery = soql });

        whole.Status.ShouldBe(HttpStatusCode.OK, whole.Body);
        whole.Body.ShouldBe(page.Body);
    }

    [Fact]
    public async Task Members_of_records_stay_as_they_are_whatever_their_names()
    {
        await using var app = await ConnectorApp.StartAsync();
        const string Record = """{"attributes":{"type":"X","nextRecordsUrl":"/services/data/v67.0/query/01gDn0000070009IAA-1"},"totalSize":1.5,"done":false,"nextRecordsUrl":"x","records":[{"done":false}],"Owner":{"attributes":{},"done":1,"nextRecordsUrl":7,"records":"r"}}""";
        app.Org.AddFaults(
            new FaultRule { Path = Query, Status = 200, Body = $$"""{"totalSize":2,"done":false,"nextRecordsUrl":"{{Next}}","records":[{{Record}}]}""" },
            new FaultRule { Path = Page, Status = 200, Body = $$"""{"totalSize":2,"done":true,"records":[{{Record}}]}""" });

        var reply = await app.PostAsync("query", """{"soqlQuery":"SELECT Id FROM X","fetchAll":true}""");

        reply.Body.ShouldBe($$"""{"totalSize":2,"done":true,"records":[{{Record}},{{Record}}]}""");
    }

    // # are 200 records, and @ the next page; ## and @@ those of the reply.
    [Theory]
    [InlineData("""{"totalSize":600,"done":false,"records":[#],"nextRecordsUrl":"@"}""", """{"totalSize":600,"records":[##],"done":false,"nextRecordsUrl":"@@"}""")]
    [InlineData("""{"totalSize":600,"records":[#],"done":false , "nextRecordsUrl":"@"}""", """{"totalSize":600,"records":[##],"done":false,"nextRecordsUrl":"@@"}""")]
    [InlineData("""{"done":false,"nextRecordsUrl":"@","records":[#],"totalSize":600}""", """{"records":[##],"done":false,"nextRecordsUrl":"@@","totalSize":600}""")]
    [InlineData("""{"nextRecordsUrl":"@","totalSize":600,"done":false, "records":[#] }""", """{"totalSize":600, "records":[##],"done":false,"nextRecordsUrl":"@@" }""")]
    [InlineData("""{"records":[#],"nextRecordsUrl":"@","totalSize":600,"done":false}""", """{"records":[##],"done":false,"nextRecordsUrl":"@@","totalSize":600}""")]
    public async Task With_maxRecords_the_members_may_stand_in_any_order(string first, string expected)
    {
        await using var app = await ConnectorApp.StartAsync();
        var records = string.Join(',', Enumerable.Repeat("{}", 200));
        app.Org.AddFaults(
            new FaultRule { Path = Query, Status = 200, Body = Fill(first, records, Next) },
            new FaultRule { Path = Page, Status = 200, Body = Fill("""{"totalSize":600,"done":false,"nextRecordsUrl":"@","records":[#]}""", records, $"{Next}1") });

        var reply = await app.PostAsync("query", """{"soqlQuery":"SELECT Id FROM X","fetchAll":true,"maxRecords":400}""");

        reply.Body.ShouldBe(Fill(
            expected.Replace("##", "#", StringComparison.Ordinal).Replace("@@", "@", StringComparison.Ordinal), $"{records},{records}", $"{Next}1"));
    }

    [Fact]
    public async Task Records_that_were_deleted_meanwhile_are_missing_and_the_result_says_so_where_it_can()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["Query"]);
        app.Org.AddFaults(
            new FaultRule { Path = Query, Status = 200, Body = $$"""{"totalSize":5,"done":false,"nextRecordsUrl":"{{Next}}","records":[{"N":1},{"N":2}]}""" },
            new FaultRule { Path = Page, Status = 200, Body = """{"totalSize":5,"done":true,"records":[{"N":5}]}""" });
        const string Payload = """{"soqlQuery":"SELECT N FROM X","fetchAll":true}""";
        const string Whole = """{"totalSize":5,"done":true,"records":[{"N":1},{"N":2},{"N":5}]}""";

        var reply = await app.PostAsync("query", Payload);
        await app.Queues.SendAsync("salesforce-query", $$"""{"correlationId":"q","payload":{{Payload}}}""");
        var result = await app.Queues.ReceiveResultAsync("q");
        var later = await app.FetchResultAsync(await app.PostAsync("query", Payload, ("Prefer", "respond-async")));

        reply.Body.ShouldBe(Whole);
        ((int?)result["status"]).ShouldBe(200, result.ToJsonString());
        ((int?)result["attempts"]).ShouldBe(1);
        (await app.Queues.ReadBlobAsync((string)result["bodyUrl"]!)).ShouldBe(Whole);
        ((string?)result["headers"]!["warning"]).ShouldNotBeNull().ShouldStartWith("199 - \"2 of the records");
        later.Body.ShouldBe(Whole);
        later.Headers["warning"].ShouldStartWith("199 - \"2 of the records");
    }

    private static string Fill(string page, string records, string next) =>
        page.Replace("#", records, StringComparison.Ordinal).Replace("@", next, StringComparison.Ordinal);

    private static async Task FillParentsAsync(ConnectorApp app, int parents, int children)
    {
        for (var parent = 0; parent < parents; parent++)
        {
            var created = await app.PostAsync("records/create", new { objectType = "Account", fields = new { Name = $"Parent {parent}" } });
            var contacts = Enumerable.Range(0, children).Select(i => new { LastName = $"Parent {parent} {i:D4}", AccountId = (string?)created.Json["id"] });
            var reply = await app.PostAsync("collections/create", new { objectType = "Contact", records = contacts });
            reply.Json.AsArray().ShouldAllBe(result => (bool?)result!["success"] == true);
        }
    }
}
