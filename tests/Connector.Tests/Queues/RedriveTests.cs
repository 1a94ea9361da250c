using System.Net;
using System.Text.Json.Nodes;
using Connector.Tests.Drivers;
using SalesforceSimulator;

namespace Connector.Tests.Queues;

/// <summary>What operators do with messages that were given up.</summary>
public sealed class RedriveTests(AzuriteFixture azurite)
{
    private const string Query = "salesforce-query";
    private const string Poison = "salesforce-poison";
    private const string Message = """{"correlationId":"q","payload":{"soqlQuery":"SELECT Id FROM Account WHERE Name = 'GenePoint'"}}""";

    private static readonly FaultRule Unavailable = new() { Path = "/services/data/*", Status = 503, ErrorCode = "SERVER_UNAVAILABLE", Message = "m" };

    [Fact]
    public async Task Kept_messages_are_listed_without_their_payloads()
    {
        await using var app = await StartAsync();
        await KeepOneAsync(app);
        await app.Queues.SendAsync(Query, """{"correlationId":"no envelope"}""");
        await app.Queues.ReceiveResultAsync("no envelope");

        var list = await app.GetAsync("kept");

        list.Status.ShouldBe(HttpStatusCode.OK, list.Body);
        ((int?)list.Json["total"]).ShouldBe(2);
        var messages = list.Json["messages"]!.AsArray().Select(message => message!.AsObject()).ToArray();
        messages.Select(message => ((string?)message["operation"], (string?)message["correlationId"], (string?)message["errorCode"]))
            .ShouldBe([("Query", "q", "SERVER_UNAVAILABLE"), (null, "no envelope", "MISSING_MEMBER")], ignoreOrder: true);
        messages.ShouldAllBe(message => (double?)message["ageInSeconds"] >= 0 && message["keptAt"] != null && message["id"] != null);
        list.Body.ShouldNotContain("GenePoint");
        (await app.GetAsync("kept?messages=true")).Body.ShouldContain("GenePoint");
        app.Log.Text.ShouldContain("An operator listed the texts of 2 kept messages");
        (await app.Queues.CountAsync(Poison)).ShouldBe(2);
    }

    [Fact]
    public async Task One_is_sent_again_and_has_all_its_time_before_it()
    {
        await using var app = await StartAsync();
        var id = await KeepOneAsync(app);
        await app.Queues.SendAsync(Query, "another, which stays");
        await app.Queues.ReceiveResultAsync(null);

        var sent = await app.PostAsync("kept/send", new { id });

        sent.Body.ShouldBe("""{"done":1,"left":1}""");
        var result = await app.Queues.ReceiveResultAsync("q");
        ((int?)result["status"]).ShouldBe(200, result.ToJsonString());
        ((int?)result["attempts"]).ShouldBe(1);
        app.Log.Text.ShouldContain($"Query q: an operator sent the kept message {id} back to its queue");
        // In sight again at once.
        (await app.Queues.TakeAllAsync(Poison)).ShouldBe(["another, which stays"]);
    }

    [Fact]
    public async Task A_create_that_was_given_up_without_being_carried_out_is_carried_out_once_when_it_is_sent_again()
    {
        await using var app = await StartAsync();
        var before = app.Org.Stats.Records["Account"];
        app.Org.AddFaults(Unavailable);
        await app.Queues.SendAsync("salesforce-create-record", """{"correlationId":"c","payload":{"objectType":"Account","fields":{"Name":"Acme"}}}""");
        var givenUp = await app.Queues.ReceiveResultAsync("c");
        app.Org.ClearFaults();

        var sent = await app.PostAsync("kept/send", new { id = (string?)givenUp["poisonMessageId"] });

        sent.Body.ShouldBe("""{"done":1,"left":0}""");
        ((int?)(await app.Queues.ReceiveResultAsync("c"))["status"]).ShouldBe(201);
        app.Org.Stats.Records["Account"].ShouldBe(before + 1);
    }

    [Fact]
    public async Task All_are_sent_again_but_those_that_are_no_envelopes()
    {
        await using var app = await StartAsync();
        for (var i = 0; i < 40; i++)
        {
            await app.Queues.SendAsync(Poison, $$$"""{"correlationId":"{{{i}}}","payload":{"soqlQuery":"SELECT Id FROM Account LIMIT 1"},"kept":{"operation":"Query","errorCode":"X"}}""");
        }

        await app.Queues.SendAsync(Poison, "not an envelope");

        var sent = await app.PostAsync("kept/send", new { all = true });

        sent.Body.ShouldBe("""{"done":40,"left":1}""");
        for (var i = 0; i < 40; i++)
        {
            ((int?)(await app.Queues.ReceiveResultAsync($"{i}"))["status"]).ShouldBe(200);
        }
    }

    [Fact]
    public async Task What_was_tried_before_a_message_was_kept_does_not_count_when_it_is_sent_again()
    {
        await using var app = await StartAsync();
        app.Org.AddFaults(Unavailable with { Times = 4 });
        await app.Queues.SendAsync(
            Poison,
            """{"correlationId":"q","payload":{"soqlQuery":"SELECT Id FROM Account LIMIT 1"},"kept":{"operation":"Query","errorCode":"X"},"retry":{"made":7,"since":"2026-01-01T00:00:00Z"}}""");

        await app.PostAsync("kept/send", new { all = true });

        ((int?)(await app.Queues.ReceiveResultAsync("q"))["attempts"]).ShouldBe(1);
    }

    [Fact]
    public async Task A_delete_of_unknown_outcome_that_was_given_up_counts_as_done_when_it_is_sent_again()
    {
        await using var app = await StartAsync();
        var id = (string)(await app.PostAsync("records/create", new { objectType = "Account", fields = new { Name = "Acme" } })).Json["id"]!;
        app.Org.AddFaults(new FaultRule { Method = "DELETE", Path = "/services/data/*", Reset = true, AfterExecution = true, Times = 1 });
        await app.Queues.SendAsync("salesforce-delete-record", $$$"""{"correlationId":"d","payload":{"objectType":"Account","objectId":"{{{id}}}"}}""");
        var givenUp = await app.Queues.ReceiveResultAsync("d");

        await app.PostAsync("kept/send", new { id = (string?)givenUp["poisonMessageId"] });

        ((bool?)givenUp["error"]!["outcomeUnknown"]).ShouldBe(true, givenUp.ToJsonString());
        ((int?)(await app.Queues.ReceiveResultAsync("d"))["status"]).ShouldBe(204);
    }

    [Fact]
    public async Task One_or_all_are_dropped()
    {
        await using var app = await StartAsync();
        var id = await KeepOneAsync(app);
        await app.Queues.SendAsync(Poison, "not an envelope");
        await app.Queues.SendAsync(Poison, "nor is this");

        (await app.PostAsync("kept/drop", new { id })).Body.ShouldBe("""{"done":1,"left":2}""");
        (await app.PostAsync("kept/drop", new { all = true })).Body.ShouldBe("""{"done":2,"left":0}""");

        app.Log.Text.ShouldContain($"Query q: an operator dropped the kept message {id}");
        await app.Queues.WaitForCountAsync(Query, 0);
    }

    [Fact]
    public async Task Messages_behind_the_one_that_is_dropped_stay_in_sight_of_other_operators()
    {
        await using var app = await StartAsync();
        var id = await app.Queues.SendAsync(Poison, "the first");
        // A call takes 32 messages at a time.
        for (var i = 0; i < 32; i++)
        {
            await app.Queues.SendAsync(Poison, "another");
        }

        (await app.PostAsync("kept/drop", new { id })).Body.ShouldBe("""{"done":1,"left":32}""");

        var left = (await app.Queues.Queue(Poison).PeekMessagesAsync(32, TestContext.Current.CancellationToken)).Value;
        left.Length.ShouldBe(32);
        left.Count(message => message.DequeueCount == 0).ShouldBe(1);
    }

    [Fact]
    public async Task What_cannot_be_done_is_refused_by_name_and_the_message_stays()
    {
        await using var app = await StartAsync();
        var unreadable = await app.Queues.SendAsync(Poison, "not an envelope");
        var ofNoOperation = await app.Queues.SendAsync(Poison, Message);

        (await app.PostAsync("kept/send", new { id = unreadable })).ShouldBeProblem(400, "INVALID_MEMBER");
        (await app.PostAsync("kept/send", new { id = ofNoOperation })).ShouldBeProblem(400, "MISSING_MEMBER");
        (await app.PostAsync("kept/send", new { id = ofNoOperation, operation = "Nonsense" })).ShouldBeProblem(400, "INVALID_MEMBER");
        (await app.PostAsync("kept/send", new { id = "none" })).ShouldBeProblem(400, "INVALID_MEMBER");
        (await app.PostAsync("kept/drop", new { id = "none" })).ShouldBeProblem(400, "INVALID_MEMBER");
        (await app.PostAsync("kept/drop", new { })).ShouldBeProblem(400, "MISSING_MEMBER");
        (await app.PostAsync("kept/drop", new { id = "none", all = true })).ShouldBeProblem(400, "MISSING_MEMBER");
        (await app.PostAsync("kept/send", new { ID = "none" })).ShouldBeProblem(400, "UNKNOWN_MEMBER");
        (await app.Queues.CountAsync(Poison)).ShouldBe(2);

        (await app.PostAsync("kept/send", new { id = ofNoOperation, operation = "Query" })).Body.ShouldBe("""{"done":1,"left":1}""");
        ((int?)(await app.Queues.ReceiveResultAsync("q"))["status"]).ShouldBe(200);
    }

    [Fact]
    public async Task A_function_key_is_not_enough()
    {
        await using var app = await ConnectorApp.StartAsync(key: "function-key");

        (await app.GetAsync("kept?code=function-key")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await app.PostAsync("kept/send?code=function-key", new { all = true })).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await app.PostAsync("kept/drop?code=function-key", new { all = true })).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    private async Task<ConnectorApp> StartAsync() =>
        await ConnectorApp.StartAsync(new Dictionary<string, string?> { ["Queues__RetryFor"] = "00:00:00" }, storage: await azurite.TakeAccountAsync());

    /// <summary>Lets one query be given up.</summary>
    /// <returns>The id of the kept message.</returns>
    private static async Task<string> KeepOneAsync(ConnectorApp app)
    {
        app.Org.AddFaults(Unavailable);
        await app.Queues.SendAsync(Query, Message);
        var result = await app.Queues.ReceiveResultAsync("q");
        app.Org.ClearFaults();
        ((int?)result["status"]).ShouldBe(503, result.ToJsonString());
        return ((JsonNode?)result["poisonMessageId"]).ShouldNotBeNull().GetValue<string>();
    }
}
