using System.Net;
using Connector.Tests.Drivers;
using SalesforceSimulator;

namespace Connector.Tests.Queries;

/// <summary>Pages of a whole result that break off, end in the middle, or whose session ends.</summary>
public sealed class LostPageTests(AzuriteFixture azurite)
{
    private const string Filled = "SELECT Id, External_Id__c FROM Account WHERE External_Id__c LIKE 'FILL-%' ORDER BY External_Id__c";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_page_that_breaks_off_is_fetched_again()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.Fill("Account", 1_000);
        app.Org.AddFaults(new FaultRule { Path = "/services/data/*/query/*", Truncate = true, Times = 2 });

        var all = await app.PostAsync("query", new { soqlQuery = Filled, fetchAll = true, pageSize = 200 });

        all.Json["records"]!.AsArray().Count.ShouldBe(1_000);
        app.Calls.Count.ShouldBe(7);
    }

    [Fact]
    public async Task A_session_that_ends_before_anything_was_sent_starts_the_query_again()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.Fill("Account", 600);
        app.Org.AddFaults(new FaultRule { Path = "/services/data/*/query/*", Status = 400, ErrorCode = "INVALID_QUERY_LOCATOR", Times = 1 });

        var all = await app.PostAsync("query", new { soqlQuery = Filled, fetchAll = true, pageSize = 200 });

        all.Json["records"]!.AsArray().Count.ShouldBe(600);
        app.Calls.Count(call => call.Path.EndsWith("/query", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact]
    public async Task A_session_that_keeps_ending_is_said_clearly_and_does_not_loop()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.Fill("Account", 600);
        app.Org.AddFaults(new FaultRule { Path = "/services/data/*/query/*", Status = 400, ErrorCode = "INVALID_QUERY_LOCATOR" });

        var reply = await app.PostAsync("query", new { soqlQuery = Filled, fetchAll = true, pageSize = 200 });

        ((string?)reply.ShouldBeProblem(502, "INVALID_QUERY_LOCATOR", retryable: true)["detail"]).ShouldNotBeNull().ShouldContain("after 200 of 600 records");
        app.Calls.Count.ShouldBe(4);
    }

    [Fact]
    public async Task A_session_that_ends_in_the_middle_breaks_the_reply_visibly()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.Fill("Account", 20_000);

        // Halfway through, with the reply on its way.
        using var request = new HttpRequestMessage(HttpMethod.Post, "query")
        {
            Content = new StringContent($$"""{"soqlQuery":"{{Filled}}","fetchAll":true,"pageSize":200}"""),
        };
        using var response = await app.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        app.Org.ExpireTokens();

        await Should.ThrowAsync<HttpRequestException>(() => response.Content.ReadAsStringAsync(Cancellation));
        app.Log.Text.ShouldContain("ConnectorException (502 INVALID_QUERY_LOCATOR)");
        app.Calls.Count.ShouldBeLessThan(100);
    }

    [Theory]
    [InlineData("""{"totalSize":600,"done":false,"records":[{"Id":"001"}]}""")]
    [InlineData("""{"totalSize":600,"done":false,"nextRecordsUrl":"/services/data/v67.0/query/01gDn0000070001IAA-200","records":[{"Id":"001"}]}""")]
    public async Task Pages_that_end_in_the_middle_or_nowhere_break_the_reply(string page)
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.Fill("Account", 600);
        app.Org.AddFaults(new FaultRule { Path = "/services/data/*/query/*", Status = 200, Body = page });

        await BrokenReply.ShouldBreakAsync(() => app.PostAsync("query", new { soqlQuery = Filled, fetchAll = true, pageSize = 200 }));

        app.Log.Text.ShouldContain("IncompletePagesException");
    }

    [Theory]
    [InlineData("""{"totalSize":600,"done":false,"nextRecordsUrl":"https://evil.example/steal","records":[]}""")]
    [InlineData("""{"totalSize":600,"done":false,"nextRecordsUrl":"/services/apexrest/x","records":[]}""")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"records":7}""")]
    [InlineData("<html>")]
    public async Task What_is_no_page_is_no_answer(string body)
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = "/services/data/*/query", Status = 200, Body = body });

        (await app.PostAsync("query", new { soqlQuery = Filled, fetchAll = true })).ShouldBeProblem(502, "SALESFORCE_UNEXPECTED_REPLY", retryable: true);
    }

    [Fact]
    public async Task A_session_that_ends_in_the_middle_makes_the_queue_try_again()
    {
        await using var app = await azurite.StartAppAsync(new Dictionary<string, string?> { ["Queues__FirstRetryDelay"] = "00:00:01" }, listensTo: ["Query"]);
        app.Org.Fill("Account", 1_000);
        // The third page, of the first attempt and of none other.
        app.Org.AddFaults(new FaultRule { Path = "/services/data/*/query/*-400", Status = 400, ErrorCode = "INVALID_QUERY_LOCATOR", Times = 1 });

        await app.Queues.SendAsync(
            "salesforce-query",
            $$$"""{"correlationId":"q","payload":{"soqlQuery":"{{{Filled}}}","fetchAll":true,"pageSize":200}}""");
        var result = await app.Queues.ReceiveResultAsync("q");

        ((int?)result["status"]).ShouldBe(200, result.ToJsonString());
        ((int?)result["attempts"]).ShouldBe(2);
    }
}
