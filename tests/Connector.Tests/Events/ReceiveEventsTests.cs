using System.Text.Json.Nodes;
using Connector.Tests.Drivers;
using Grpc.Core;
using SalesforceSimulator;
using SalesforceSimulator.Events;

namespace Connector.Tests.Events;

/// <summary>Events of the simulated org, by the Pub/Sub API, on the queue.</summary>
public sealed class ReceiveEventsTests(AzuriteFixture azurite)
{
    private static readonly Dictionary<string, string?> Accounts = new() { ["Events__Topics__accounts__Topic"] = "/data/AccountChangeEvent" };

    [Fact]
    public async Task A_change_is_on_the_queue_with_the_names_of_its_fields()
    {
        await using var app = await StartAsync();
        await using var run = await new RunningEvents(app).ListeningAsync();

        var id = await CreateAsync(app, "Acme");
        await PostAsync(app, "records/update", new { objectType = "Account", objectId = id, fields = new { Phone = "1", BillingCity = "Oslo" } });
        await PostAsync(app, "records/update", new { objectType = "Account", objectId = id, fields = new { Phone = (string?)null } });
        await PostAsync(app, "records/delete", new { objectType = "Account", objectId = id });

        var messages = await run.ReceivedAsync(4);
        messages.Select(message => (string?)Header(message)["changeType"]).ShouldBe(["CREATE", "UPDATE", "UPDATE", "DELETE"]);
        messages.ShouldAllBe(message => (string?)message["type"] == "change" && (string?)message["subscription"] == "accounts");
        messages.ShouldAllBe(message => (string?)message["topic"] == "/data/AccountChangeEvent" && (string?)message["org"] == app.Org.BaseUrl.ToString().TrimEnd('/'));
        messages.ShouldAllBe(message => (string?)Header(message)["recordIds"]![0] == id);
        messages.Select(message => (string?)message["eventId"]).ShouldBeUnique();
        ((string?)messages[0]["payload"]!["Name"]).ShouldBe("Acme");
        Names(messages[1], "changedFields").ShouldContain("Phone");
        Names(messages[1], "changedFields").ShouldContain("BillingAddress.City");
        ((string?)messages[1]["payload"]!["BillingAddress"]!["City"]).ShouldBe("Oslo");
        Names(messages[2], "nulledFields").ShouldBe(["Phone"]);
        messages[2]["payload"]!.AsObject().ContainsKey("Phone").ShouldBeTrue();
        messages[2]["payload"]!.AsObject().ContainsKey("Name").ShouldBeFalse();
    }

    [Fact]
    public async Task What_happens_between_two_runs_is_received_by_the_second()
    {
        await using var app = await StartAsync();
        await using (var run = await new RunningEvents(app).ListeningAsync())
        {
            await CreateAsync(app, "First");
            await run.ReceivedAsync(1);
        }

        await CreateAsync(app, "Second");

        await using (var second = new RunningEvents(app))
        {
            ((string?)(await second.ReceivedAsync(1))[0]["payload"]!["Name"]).ShouldBe("Second");
        }

        Lines(app, "begins with the latest event of /data/AccountChangeEvent").ShouldHaveSingleItem();
        Lines(app, "1 received").Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_run_that_ends_before_Salesforce_has_sent_a_position_loses_nothing()
    {
        await using var app = await StartAsync();
        await CreateAsync(app, "Before the subscription");
        await using (await new RunningEvents(app).ListeningAsync())
        {
        }

        await CreateAsync(app, "Between");

        await using var second = new RunningEvents(app);
        var messages = await second.ReceivedAsync(2);
        // The first one was made within the minute that clocks may differ by.
        messages.Select(message => (string?)message["payload"]!["Name"]).ShouldBe(["Before the subscription", "Between"]);
    }

    [Theory]
    [InlineData("latest", 1)]
    [InlineData("earliest", 2)]
    public async Task A_subscription_begins_where_it_is_told_to(string from, int count)
    {
        await using var app = await StartAsync(new() { ["Events__Topics__accounts__From"] = from });
        await CreateAsync(app, "Past");

        await using (var run = await new RunningEvents(app).ListeningAsync())
        {
            await CreateAsync(app, "Present");
            ((string?)(await run.ReceivedAsync(count))[^1]["payload"]!["Name"]).ShouldBe("Present");
        }

        Lines(app, $"begins with the {from} event of /data/AccountChangeEvent").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_platform_event_is_received_from_its_own_topic_beside_the_other()
    {
        await using var app = await StartAsync(new() { ["Events__Topics__orders__Topic"] = "/event/Order__e" });
        await using var run = await new RunningEvents(app).ListeningAsync(streams: 2);

        await PostAsync(app, "records/create", new { objectType = "Order__e", fields = new { Order_Number__c = "7", Amount__c = 12.5, Placed_At__c = "2026-11-26T10:00:00Z" } });

        var message = (await run.ReceivedAsync(1))[0];
        ((string?)message["type"]).ShouldBe("event");
        ((string?)message["subscription"]).ShouldBe("orders");
        ((string?)message["payload"]!["Placed_At__c"]).ShouldBe("2026-11-26T10:00:00.000+0000");
        ((double?)message["payload"]!["Amount__c"]).ShouldBe(12.5);
        message["payload"]!.AsObject().ContainsKey("Notes__c").ShouldBeTrue();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Each_event_is_received_once_although_streams_break_and_tokens_end(bool inOrder)
    {
        await using var app = await StartAsync(new() { ["Events__Topics__accounts__InOrder"] = inOrder ? "true" : "false" });
        await using var run = await new RunningEvents(app).ListeningAsync();
        app.Org.Events.AddFaults(
            new EventFault { Method = "Subscribe", AfterEvents = 3, Times = 2, Reset = true },
            new EventFault { Method = "Subscribe", AfterEvents = 5, Times = 1, Status = StatusCode.OK });
        app.Org.ExpireTokens();
        app.Org.Events.EndStreams(new EventFault { Status = StatusCode.Unauthenticated, ErrorCode = "service.auth.error" });

        var names = Enumerable.Range(0, 40).Select(i => $"Account {i:D2}").ToArray();
        await PostAsync(app, "collections/create", new { objectType = "Account", records = names.Select(name => new { Name = name }) });

        var messages = await run.ReceivedAsync(40);
        var received = messages.Select(message => (string?)message["payload"]!["Name"]).ToArray();
        received.ShouldBe(names, ignoreOrder: !inOrder);
    }

    [Fact]
    public async Task A_lost_position_is_reported_and_receiving_goes_on_from_the_earliest_event()
    {
        await using var app = await StartAsync();
        await using (var run = await new RunningEvents(app).ListeningAsync())
        {
            await CreateAsync(app, "Known");
            await run.ReceivedAsync(1);
        }

        await CreateAsync(app, "Lost");
        app.Org.Events.Expire();
        await CreateAsync(app, "Still there");

        await using var second = new RunningEvents(app);
        var messages = await second.ReceivedAsync(2);
        ((string?)messages[0]["type"]).ShouldBe("lost");
        ((DateTimeOffset)messages[0]["lost"]!["from"]!).ShouldBeLessThan((DateTimeOffset)messages[0]["lost"]!["to"]!);
        Guid.TryParse((string?)messages[0]["eventId"], out _).ShouldBeTrue();
        ((string?)messages[1]["payload"]!["Name"]).ShouldBe("Still there");
        app.Log.Text.ShouldContain("the position is lost");
    }

    [Fact]
    public async Task Gaps_are_marked()
    {
        await using var app = await StartAsync();
        await using var run = await new RunningEvents(app).ListeningAsync();

        app.Org.Events.PublishGap("Account", "GAP_UPDATE", "001000000000001AAA");
        app.Org.Events.PublishOverflow("Account");

        (await run.ReceivedAsync(2)).Select(message => (string?)message["type"]).ShouldBe(["gap", "overflow"]);
    }

    [Fact]
    public async Task The_apps_own_changes_are_left_out_if_that_is_set()
    {
        await using var app = await StartAsync(new() { ["Salesforce__ClientName"] = "OurApp", ["Events__Topics__accounts__SkipOwnChanges"] = "true" });
        await using var run = await new RunningEvents(app).ListeningAsync();

        await CreateAsync(app, "Ours");
        await PostAsync(
            app,
            "request",
            new { method = "POST", path = "sobjects/Account", body = new { Name = "Theirs" }, headers = new Dictionary<string, string> { ["Sforce-Call-Options"] = "client=Another" } });

        ((string?)(await run.ReceivedAsync(1))[0]["payload"]!["Name"]).ShouldBe("Theirs");
    }

    [Fact]
    public async Task An_event_that_is_too_long_for_a_message_is_in_a_blob()
    {
        await using var app = await StartAsync();
        await using var run = await new RunningEvents(app).ListeningAsync();

        await PostAsync(app, "records/create", new { objectType = "Account", fields = new { Name = "Long", Description = new string('<', 30_000) } });

        var message = (await run.ReceivedAsync(1))[0];
        message.ContainsKey("payload").ShouldBeFalse();
        var payload = JsonNode.Parse(await app.Queues.ReadBlobAsync((string)message["payloadUrl"]!))!;
        ((string?)payload["Name"]).ShouldBe("Long");
        ((string?)payload["ChangeEventHeader"]!["changeType"]).ShouldBe("CREATE");
    }

    [Fact]
    public async Task An_event_whose_schema_is_not_to_be_had_is_on_the_queue_as_it_came()
    {
        await using var app = await StartAsync();
        app.Org.Events.AddFaults(new EventFault { Method = "GetSchema", Status = StatusCode.NotFound, ErrorCode = "schema.meta.permission", Times = 1 });
        await using var run = await new RunningEvents(app).ListeningAsync();

        await CreateAsync(app, "Unreadable");
        await run.ReceivedAsync(1);
        await CreateAsync(app, "Readable");

        var messages = await run.ReceivedAsync(2);
        ((string?)messages[0]["type"]).ShouldBe("unreadable");
        Convert.FromBase64String((string)messages[0]["payload"]!).Length.ShouldBeGreaterThan(20);
        ((string?)messages[1]["payload"]!["Name"]).ShouldBe("Readable");
    }

    [Fact]
    public async Task Of_two_instances_one_receives_and_the_other_takes_over()
    {
        await using var app = await StartAsync();
        await using var other = await app.StartInstanceAsync(Settings([]));
        await using var first = await new RunningEvents(app).ListeningAsync();
        await using var second = new RunningEvents(other);
        await CreateAsync(app, "One");
        await first.ReceivedAsync(1);

        await first.EndAsync();
        await CreateAsync(app, "Two");

        ((string?)(await second.ReceivedAsync(1))[0]["payload"]!["Name"]).ShouldBe("Two");
    }

    [Theory]
    [InlineData("/data/NothingChangeEvent", null, "topic.not.found", "change data capture is switched on")]
    [InlineData("/data/AccountChangeEvent", 0, "subscription.limit.exceeded", "events wait in Salesforce for 72 hours")]
    public async Task What_only_people_can_put_right_is_said_and_tried_again_later(string topic, int? deliveries, string code, string advice)
    {
        await using var app = await StartAsync(new() { ["Events__Topics__accounts__Topic"] = topic });
        app.Org.Events.SetDailyDeliveries(deliveries);
        await using (var run = new RunningEvents(app))
        {
            if (deliveries is not null)
            {
                await run.ListeningAsync();
                await CreateAsync(app, "Waits");
            }

            await run.EndedAsync();
        }

        app.Log.Text.ShouldContain(code);
        app.Log.Text.ShouldContain(advice);
        var calls = app.Org.Events.Stats.Calls["Subscribe"];
        await using (var again = new RunningEvents(app))
        {
            await again.EndedAsync();
        }

        app.Org.Events.Stats.Calls["Subscribe"].ShouldBe(calls);
    }

    [Fact]
    public async Task Without_subscriptions_nothing_is_asked_of_anybody()
    {
        // No storage listens there: a request would fail the run.
        await using var app = await ConnectorApp.StartAsync(
            new Dictionary<string, string?> { ["Storage"] = "DefaultEndpointsProtocol=http;AccountName=none;AccountKey=bm9uZQ==;QueueEndpoint=http://127.0.0.1:1/none;BlobEndpoint=http://127.0.0.1:1/none;TableEndpoint=http://127.0.0.1:1/none" });
        await using var run = new RunningEvents(app);

        run.HasEnded.ShouldBeTrue();
        app.Org.Requests.ShouldBeEmpty();
    }

    private Task<ConnectorApp> StartAsync(Dictionary<string, string?>? settings = null) =>
        azurite.StartAppAsync(Settings(settings ?? []), org: new SimulatorOptions { Events = new EventOptions { Tls = false } }, listensTo: []);

    private static Dictionary<string, string?> Settings(Dictionary<string, string?> settings) => new(Accounts.Concat(settings).GroupBy(setting => setting.Key).Select(same => same.Last()));

    // The worker's own lines; the host tells them a second time.
    private static IReadOnlyList<string> Lines(ConnectorApp app, string text) =>
        app.Log.Lines($"Information SalesforceConnector.Triggers.Events.EventRun Events accounts: {text}");

    private static async Task<string> CreateAsync(ConnectorApp app, string name) =>
        (string)(await PostAsync(app, "records/create", new { objectType = "Account", fields = new { Name = name } })).Json["id"]!;

    private static async Task<Reply> PostAsync(ConnectorApp app, string route, object payload)
    {
        var reply = await app.PostAsync(route, payload);
        ((int)reply.Status).ShouldBeInRange(200, 299, reply.Body);
        return reply;
    }

    private static JsonObject Header(JsonObject message) => message["payload"]!["ChangeEventHeader"]!.AsObject();

    private static string[] Names(JsonObject message, string list) => [.. Header(message)[list]!.AsArray().Select(name => (string)name!)];
}
