using System.Net;
using System.Text.Json.Nodes;
using Connector.Tests.Drivers;
using SalesforceSimulator;

namespace Connector.Tests.Collections;

/// <summary>Collections of which a call fails, or a record, or whose time is over.</summary>
public sealed class CollectionFailureTests(AzuriteFixture azurite)
{
    private const string Collections = "/services/data/*/composite/sobjects*";

    [Fact]
    public async Task When_the_first_call_fails_nothing_else_is_tried()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = Collections, Status = 400, ErrorCode = "JSON_PARSER_ERROR" });

        var problem = (await CreateAsync(app, 1_000)).ShouldBeProblem(400, "JSON_PARSER_ERROR");

        ((string?)problem["detail"]).ShouldNotBeNull().ShouldContain("the first 200 records; the other 800 were not sent");
        app.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task When_a_later_call_fails_its_records_say_so_and_the_others_are_written()
    {
        await using var app = await ConnectorApp.StartAsync();
        var before = app.Org.Stats.Records["Account"];
        (await CreateAsync(app, 1)).Status.ShouldBe(HttpStatusCode.OK);
        // The call after the first one of the next payload is executed, and its reply never comes.
        app.Org.AddFaults(
            new FaultRule { Path = Collections, DelayMs = 1, Times = 1 },
            new FaultRule { Path = Collections, Reset = true, AfterExecution = true, Times = 1 });

        var reply = await CreateAsync(app, 1_000);

        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Body);
        var unknown = reply.Json.AsArray().Where(result => (bool?)result!["outcomeUnknown"] == true).ToArray();
        unknown.Length.ShouldBe(200);
        unknown.ShouldAllBe(result => (bool?)result!["success"] == false && (string?)result["errors"]![0]!["statusCode"] == "SALESFORCE_BROKEN_REPLY");
        reply.Json.AsArray().Count(result => (bool?)result!["success"] == true).ShouldBe(800);
        app.Org.Stats.Records["Account"].ShouldBe(before + 1_001);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"hasErrors":false}""")]
    [InlineData("<html>")]
    public async Task A_reply_without_a_result_for_every_record_is_none(string body)
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = Collections, Status = 200, Body = body });

        (await CreateAsync(app, 2)).ShouldBeProblem(502, "SALESFORCE_UNEXPECTED_REPLY", retryable: true, outcomeUnknown: true);
    }

    [Fact]
    public async Task Records_whose_rows_were_locked_are_tried_again_alone()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule
        {
            Path = Collections,
            Status = 200,
            Body = """[{"id":"001000000000001AAA","success":true,"errors":[]},{"success":false,"errors":[{"statusCode":"UNABLE_TO_LOCK_ROW","message":"unable to obtain exclusive access to this record","fields":[]}]}]""",
            Times = 1,
        });

        var reply = await CreateAsync(app, 2);

        reply.Json.AsArray().ShouldAllBe(result => (bool?)result!["success"] == true);
        ((string?)reply.Json[0]!["id"]).ShouldBe("001000000000001AAA");
        app.Calls.Count.ShouldBe(2);
        JsonNode.Parse(app.LastCall.Body)!["records"]!.AsArray().ShouldHaveSingleItem()!["Name"]!.GetValue<string>().ShouldBe("Account 1");
    }

    [Fact]
    public async Task Records_whose_rows_stay_locked_are_given_up()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule
        {
            Path = Collections,
            Status = 200,
            Body = """[{"success":false,"errors":[{"statusCode":"UNABLE_TO_LOCK_ROW","message":"locked","fields":[]}]}]""",
        });

        var reply = await CreateAsync(app, 1);

        ((string?)reply.Json[0]!["errors"]![0]!["statusCode"]).ShouldBe("UNABLE_TO_LOCK_ROW");
        app.Calls.Count.ShouldBe(4);
    }

    [Fact]
    public async Task When_the_time_is_over_the_records_that_were_not_sent_say_so()
    {
        var time = new ManualTime();
        await using var app = await ConnectorApp.StartAsync(
            new Dictionary<string, string?> { ["Salesforce__AttemptTimeout"] = "00:03:20", ["Salesforce__Timeout"] = "00:03:20" }, time.Provider);
        app.Org.AddFaults(
            new FaultRule { Path = Collections, DelayMs = 1, Times = 1 },
            new FaultRule { Path = Collections, DelayMs = 60_000 });

        var reply = await time.RunOutAsync(CreateAsync(app, 3_000), () => app.Calls.Count >= 5);

        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Body);
        var results = reply.Json.AsArray();
        results.Count(result => (bool?)result!["success"] == true).ShouldBe(200);
        var failed = results.Where(result => (bool?)result!["success"] == false).ToArray();
        failed.ShouldAllBe(result => (string?)result!["errors"]![0]!["statusCode"] == "SALESFORCE_TIMEOUT");
        failed.Count(result => (bool?)result!["outcomeUnknown"] == true).ShouldBeGreaterThanOrEqualTo(800);
        failed.Where(result => result!["outcomeUnknown"] is null).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task On_a_queue_what_can_be_repeated_is_repeated_as_a_whole()
    {
        await using var app = await azurite.StartAppAsync(new Dictionary<string, string?>
        {
            ["Queues__FirstRetryDelay"] = "00:00:01",
            ["Salesforce__MaxRetries"] = "0",
        }, listensTo: ["UpsertRecords"]);
        var before = app.Org.Stats.Records["Account"];
        app.Org.AddFaults(
            new FaultRule { Path = Collections, DelayMs = 1, Times = 1 },
            new FaultRule { Path = Collections, Status = 503, ErrorCode = "SERVER_UNAVAILABLE", Times = 1 });
        var records = new JsonArray([.. Enumerable.Range(0, 300).Select(i => new JsonObject { ["External_Id__c"] = $"q-{i}", ["Name"] = $"{i}" })]);

        await app.Queues.SendAsync(
            "salesforce-upsert-records",
            $$$"""{"correlationId":"many","payload":{"objectType":"Account","externalIdField":"External_Id__c","records":{{{records.ToJsonString()}}} } }""");
        var result = await app.Queues.ReceiveResultAsync("many");

        ((int?)result["attempts"]).ShouldBe(2, result.ToJsonString());
        result["body"]!.AsArray().ShouldAllBe(record => (bool?)record!["success"] == true);
        app.Org.Stats.Records["Account"].ShouldBe(before + 300);
    }

    [Fact]
    public async Task What_an_earlier_attempt_has_deleted_is_deleted()
    {
        await using var app = await azurite.StartAppAsync(new Dictionary<string, string?> { ["Queues__FirstRetryDelay"] = "00:00:01" }, listensTo: ["DeleteRecords"]);
        var ids = (await CreateAsync(app, 2)).Json.AsArray().Select(result => (string)result!["id"]!).ToArray();
        app.Org.AddFaults(new FaultRule { Path = Collections, Reset = true, AfterExecution = true, Times = 1 });

        await app.Queues.SendAsync(
            "salesforce-delete-records", $$$"""{"correlationId":"gone","payload":{"objectIds":["{{{ids[0]}}}","{{{ids[1]}}}"]}}""");
        var result = await app.Queues.ReceiveResultAsync("gone");

        ((int?)result["attempts"]).ShouldBe(2, result.ToJsonString());
        result["body"]!.ToJsonString().ShouldBe(
            $$"""[{"id":"{{ids[0]}}","success":true,"errors":[]},{"id":"{{ids[1]}}","success":true,"errors":[]}]""");
    }

    private static Task<Reply> CreateAsync(ConnectorApp app, int count) => app.PostAsync(
        "collections/create", new { objectType = "Account", records = Enumerable.Range(0, count).Select(i => new { Name = $"Account {i}" }) });
}
