using System.Net;
using Connector.Tests.Drivers;
using SalesforceSimulator;

namespace Connector.Tests.Queries;

/// <summary>Searches of any length.</summary>
public sealed class SearchTests(AzuriteFixture azurite)
{
    [Theory]
    [InlineData(8_000, "GET", "/services/data/v67.0/search")]
    [InlineData(13_900, "GET", "/services/data/v67.0/search")]
    [InlineData(16_000, "POST", "/services/data/v67.0/composite/batch")]
    [InlineData(90_000, "POST", "/services/data/v67.0/composite/batch")]
    public async Task A_long_search_is_answered_as_a_short_one(int length, string method, string path)
    {
        await using var app = await ConnectorApp.StartAsync();
        var expected = await app.PostAsync("search", new { soslSearch = "FIND {Burlington} RETURNING Account(Id, Name)" });

        var reply = await app.PostAsync("search", new { soslSearch = Search(length) });

        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Body);
        reply.Body.ShouldBe(expected.Body);
        (app.LastCall.Method, app.LastCall.Path).ShouldBe((method, path));
        if (method == "POST")
        {
            app.LastCall.Body.ShouldStartWith("""{"batchRequests":[{"method":"GET","url":"v67.0/search?q=""");
        }
    }

    [Fact]
    public async Task A_long_search_that_is_wrong_is_refused_as_a_short_one()
    {
        await using var app = await ConnectorApp.StartAsync();

        (await app.PostAsync("search", new { soslSearch = Search(16_000).Replace("Account", "Nonsense", StringComparison.Ordinal) }))
            .ShouldBeProblem(400, "INVALID_TYPE");
    }

    [Theory]
    [InlineData("""{"hasErrors":false,"results":[]}""")]
    [InlineData("""{"hasErrors":false,"results":[{"statusCode":200,"result":null}]}""")]
    [InlineData("<html>down</html>")]
    [InlineData("")]
    public async Task A_batch_without_its_result_is_no_answer(string body)
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = "/services/data/*/composite/batch", Status = 200, Body = body });

        (await app.PostAsync("search", new { soslSearch = Search(16_000) })).ShouldBeProblem(502, "SALESFORCE_UNEXPECTED_REPLY", retryable: true);
        app.Calls.Count.ShouldBe(4);
    }

    [Fact]
    public async Task So_it_is_by_a_queue()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["Search"]);

        await app.Queues.SendAsync("salesforce-search", $$$"""{"correlationId":"s","payload":{"soslSearch":"{{{Search(16_000)}}}"}}""");
        var result = await app.Queues.ReceiveResultAsync("s");

        ((int?)result["status"]).ShouldBe(200, result.ToJsonString());
        app.LastCall.Path.ShouldEndWith("/composite/batch");
    }

    [Fact]
    public async Task Times_of_day_are_bound_and_found()
    {
        await using var app = await ConnectorApp.StartAsync();
        await app.PostAsync(
            "records/create",
            """{"objectType":"Invoice__c","fields":{"Account__r":{"External_Id__c":"ACC-ELT-12300"},"Due_Time__c":"10:30:00.000Z"}}""");

        var reply = await app.PostAsync(
            "query",
            """{"soqlQuery":"SELECT Due_Time__c FROM Invoice__c WHERE Due_Time__c >= :from AND Due_Time__c < :to","soqlParameters":{"from":{"time":"10:00:00.000Z"},"to":{"time":"10:30:00.001"}}}""");

        ((string?)reply.Json["records"]![0]!["Due_Time__c"]).ShouldBe("10:30:00.000Z", reply.Body);
    }

    private static string Search(int length)
    {
        const string Before = "FIND {Burlington} RETURNING Account(Id, Name WHERE Name != '";
        const string After = "')";
        return Before + new string('x', length - Before.Length - After.Length) + After;
    }
}
