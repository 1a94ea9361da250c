using System.Net;
using Connector.Tests.Drivers;
using SalesforceSimulator;

namespace Connector.Tests.Queries;

/// <summary>A bound that lies inside a page, as Salesforce's pages may be smaller than was asked.</summary>
public sealed class PageBoundTests
{
    private const string Next = "/services/data/v67.0/query/01gDn0000070001IAA-";

    [Fact]
    public async Task A_page_that_would_be_more_than_maxRecords_is_left_to_the_next_call()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(
            new FaultRule { Path = "*/query", Status = 200, Body = Page(200, "200") },
            new FaultRule { Path = "*-200", Status = 200, Body = Page(200, "400") },
            new FaultRule { Path = "*-400", Status = 200, Body = Page(200, "600") });

        var reply = await app.PostAsync("query", new { soqlQuery = "SELECT Id FROM X", fetchAll = true, maxRecords = 500 });

        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Body);
        reply.Json["records"]!.AsArray().Count.ShouldBe(400);
        ((bool?)reply.Json["done"]).ShouldBe(false);
        ((string?)reply.Json["nextRecordsUrl"]).ShouldBe($"{Next}400");
    }

    [Fact]
    public async Task No_page_is_smaller_than_Salesforces_smallest()
    {
        await using var app = await ConnectorApp.StartAsync();

        await app.PostAsync("query", new { soqlQuery = "SELECT Id FROM Account", fetchAll = true, maxRecords = 300, pageSize = 200 });

        app.LastCall.Headers["Sforce-Query-Options"].ShouldBe("batchSize=200");
    }

    private static string Page(int count, string next) =>
        $$"""{"totalSize":1000,"done":false,"nextRecordsUrl":"{{Next}}{{next}}","records":[{{string.Join(',', Enumerable.Repeat("{}", count))}}]}""";
}
