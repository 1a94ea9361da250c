using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Connector.Tests.Drivers;
using Connector.Tests.Telemetry;

namespace Connector.Tests.Events.Deliveries;

/// <summary>Events by POST to a webhook, in order from the subscription itself, and by the queue.</summary>
public sealed class WebhookTests(AzuriteFixture azurite)
{
    private const string Poison = "salesforce-poison";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_change_is_posted_with_a_signature_over_timestamp_and_body(bool inOrder)
    {
        await using var test = await DeliveryApp.StartAsync(azurite, inOrder);
        await using var run = await new RunningEvents(test.App).ListeningAsync();

        var id = await test.CreateAsync("Acme & Söhne");

        var request = (await test.Receiver.ReceivedAsync(1))[0];
        request.Path.ShouldBe("/hook?sig=of-the-url");
        request.Headers["content-type"].ShouldBe("application/json");
        ((string?)request.Json["subscription"]).ShouldBe("accounts");
        ((string?)request.Json["payload"]!["Name"]).ShouldBe("Acme & Söhne");
        ((string?)request.Json["payload"]!["ChangeEventHeader"]!["recordIds"]![0]).ShouldBe(id);
        CamundaAccepts(request, withTimestamp: true).ShouldBeTrue();
        CamundaAccepts(request, withTimestamp: false).ShouldBeTrue();
        CamundaAccepts(request with { Body = [.. request.Body, (byte)' '] }, withTimestamp: true).ShouldBeFalse();
        var age = TimeProvider.System.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(long.Parse(request.Headers["x-connector-timestamp"], CultureInfo.InvariantCulture));
        age.Duration().ShouldBeLessThan(TimeSpan.FromMinutes(2));
        (await test.App.Queues.CountAsync("salesforce-events")).ShouldBe(0);
        (await test.App.Queues.CountAsync("salesforce-results")).ShouldBe(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_event_that_the_receiver_is_not_ready_for_is_delivered_later_under_the_same_id(bool inOrder)
    {
        await using var test = await DeliveryApp.StartAsync(azurite, inOrder);
        await using var run = await new RunningEvents(test.App).ListeningAsync();
        using var recording = Recording.Of(test.App);
        test.Receiver.AnswerWith(503, 429, 404);

        await test.CreateAsync("Acme");

        var requests = await test.Receiver.ReceivedAsync(4);
        requests.Select(request => (string?)request.Json["eventId"]).Distinct().Count().ShouldBe(1);
        await test.App.Queues.WaitForCountAsync("salesforce-deliver-event", 0);
        test.Receiver.Requests.Count.ShouldBe(4);
        test.App.Log.Text.ShouldContain("RECEIVER_UNAVAILABLE");
        recording.Of("salesforce.event.failures").Select(failure => (string?)failure.Tags["error_code"]).ShouldBe(Enumerable.Repeat("RECEIVER_UNAVAILABLE", inOrder ? 3 : 0));
        (await test.App.Queues.CountAsync(Poison)).ShouldBe(0);
    }

    [Fact]
    public async Task Changes_of_a_record_are_delivered_in_order_although_one_fails_and_each_once()
    {
        await using var test = await DeliveryApp.StartAsync(azurite, inOrder: true);
        await using var run = await new RunningEvents(test.App).ListeningAsync();
        var refusals = 2;
        test.Receiver.Answer = (request, context) =>
        {
            if ((string?)request.Json["payload"]!["Name"] == "Name 03" && Interlocked.Decrement(ref refusals) >= 0)
            {
                context.Response.StatusCode = 500;
            }

            return Task.CompletedTask;
        };

        var id = await test.CreateAsync("Name 00");
        for (var i = 1; i < 20; i++)
        {
            await test.RenameAsync(id, $"Name {i:D2}");
        }

        var names = (await test.Receiver.ReceivedAsync(22)).Select(request => (string?)request.Json["payload"]!["Name"]).ToArray();
        names.ShouldBe([.. Names(0, 3), "Name 03", "Name 03", .. Names(3, 20)]);
        static IEnumerable<string> Names(int from, int to) => Enumerable.Range(from, to - from).Select(i => $"Name {i:D2}");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_event_that_the_receiver_refuses_is_kept_and_can_be_sent_again(bool inOrder)
    {
        await using var test = await DeliveryApp.StartAsync(azurite, inOrder);
        await using var run = await new RunningEvents(test.App).ListeningAsync();
        test.Receiver.AnswerWith(422);

        await test.CreateAsync("Refused");
        await test.App.Queues.WaitForCountAsync(Poison, 1);
        var kept = await test.App.GetAsync("kept");
        var message = kept.Json["messages"]![0]!;
        ((string?)message["operation"]).ShouldBe("DeliverEvent");
        ((string?)message["errorCode"]).ShouldBe("RECEIVER_REFUSED");
        await test.CreateAsync("Next");
        await test.Receiver.ReceivedAsync(2);
        await test.SendKeptAsync();

        var requests = await test.Receiver.ReceivedAsync(3);
        requests.Select(request => (string?)request.Json["payload"]!["Name"]).ShouldBe(["Refused", "Next", "Refused"]);
        requests[2].Json["eventId"]!.ToJsonString().ShouldBe(requests[0].Json["eventId"]!.ToJsonString());
        await test.App.Queues.WaitForCountAsync("salesforce-deliver-event", 0);
        (await test.App.Queues.CountAsync(Poison)).ShouldBe(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_event_whose_time_is_over_is_kept(bool inOrder)
    {
        await using var test = await DeliveryApp.StartAsync(azurite, inOrder, new() { ["Queues__RetryFor"] = "00:00:00" });
        await using var run = await new RunningEvents(test.App).ListeningAsync();
        test.Receiver.AnswerWith(503);

        await test.CreateAsync("Late");
        await test.App.Queues.WaitForCountAsync(Poison, 1);
        await test.CreateAsync("Next");

        (await test.Receiver.ReceivedAsync(2)).Select(request => (string?)request.Json["payload"]!["Name"]).ShouldBe(["Late", "Next"]);
    }

    [Fact]
    public async Task An_event_that_is_on_the_queue_twice_is_delivered_once()
    {
        await using var test = await DeliveryApp.StartAsync(azurite, inOrder: false);
        var envelope = new JsonObject
        {
            ["correlationId"] = "accounts:1",
            ["respondAsync"] = true,
            ["payload"] = JsonNode.Parse("""{"eventId":"1","subscription":"accounts","topic":"/data/AccountChangeEvent","org":"https://x.my.salesforce.com","type":"event","payload":{"Name":"Twice"}}"""),
        }.ToJsonString();

        await test.App.Queues.SendAsync("salesforce-deliver-event", envelope);
        await test.Receiver.ReceivedAsync(1);
        await test.App.Queues.SendAsync("salesforce-deliver-event", envelope);
        await QueueDriver.WaitAsync(() => Task.FromResult(test.App.Log.Text.Contains("has been delivered before", StringComparison.Ordinal)), () => "the second message");

        test.Receiver.Requests.Count.ShouldBe(1);
        (await test.App.Queues.CountAsync("salesforce-results")).ShouldBe(0);
    }

    [Theory]
    [InlineData("""{"correlationId":"x:1","payload":{"name":"no event"}}""", "UNKNOWN_MEMBER")]
    [InlineData("""{"correlationId":"x:1","payload":{"eventId":"1","subscription":"gone","topic":"/event/A__e","org":"https://x.my.salesforce.com","type":"event"}}""", "DELIVERY_NOT_SET")]
    public async Task A_message_that_cannot_be_delivered_is_kept(string message, string code)
    {
        await using var test = await DeliveryApp.StartAsync(azurite, inOrder: false);

        await test.App.Queues.SendAsync("salesforce-deliver-event", message);

        await test.App.Queues.WaitForCountAsync(Poison, 1);
        (await test.App.GetAsync("kept")).Body.ShouldContain(code);
        test.Receiver.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_rotated_secret_is_taken_up_when_the_receiver_refuses_the_old_one()
    {
        await using var test = await DeliveryApp.StartAsync(azurite, inOrder: true);
        await using var run = await new RunningEvents(test.App).ListeningAsync();
        await test.CreateAsync("Old");
        await test.Receiver.ReceivedAsync(1);
        test.App.Vault.Set("events-accounts-signature", test.App.Secret("another key that nobody guesses"));
        test.Receiver.Answer = (request, context) =>
        {
            context.Response.StatusCode = CamundaAccepts(request, withTimestamp: true, "another key that nobody guesses") ? 200 : 401;
            return Task.CompletedTask;
        };

        await test.CreateAsync("New");

        CamundaAccepts((await test.Receiver.ReceivedAsync(3))[2], withTimestamp: true, "another key that nobody guesses").ShouldBeTrue();
        test.Receiver.Requests.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_event_that_is_too_long_for_a_message_is_posted_whole(bool inOrder)
    {
        await using var test = await DeliveryApp.StartAsync(azurite, inOrder);
        await using var run = await new RunningEvents(test.App).ListeningAsync();

        await test.CreateAsync("Long", new string('<', 30_000));

        var request = (await test.Receiver.ReceivedAsync(1))[0];
        request.Json.ContainsKey("payloadUrl").ShouldBeFalse();
        ((string?)request.Json["payload"]!["Description"])!.Length.ShouldBe(30_000);
    }

    [Fact]
    public async Task A_receiver_that_does_not_answer_is_given_up_after_its_time()
    {
        await using var test = await DeliveryApp.StartAsync(azurite, inOrder: true, new() { ["Events__Topics__accounts__Deliver__Timeout"] = "00:00:01" });
        await using var run = await new RunningEvents(test.App).ListeningAsync();
        var calls = 0;
        test.Receiver.Answer = (_, context) => Interlocked.Increment(ref calls) == 1
            ? Task.Delay(TimeSpan.FromMinutes(1), TimeProvider.System, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default)
            : Task.CompletedTask;

        await test.CreateAsync("Slow");

        await test.Receiver.ReceivedAsync(2);
        test.App.Log.Text.ShouldContain("RECEIVER_TIMEOUT");
    }

    [Fact]
    public async Task While_the_receiver_takes_its_time_Salesforce_is_asked_for_16_events_at_most()
    {
        await using var test = await DeliveryApp.StartAsync(azurite, inOrder: true);
        await using var run = await new RunningEvents(test.App).ListeningAsync();
        await CreateAsync(8);
        await test.Receiver.ReceivedAsync(8);
        for (var count = 9; count <= 11; count++)
        {
            await CreateAsync(1);
            await test.Receiver.ReceivedAsync(count);
        }

        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        test.Receiver.Answer = (_, _) => ready.Task;
        await CreateAsync(40);
        await test.Receiver.ReceivedAsync(12);

        // 16 at first, and eight more when eight had been delivered.
        await QueueDriver.WaitAsync(() => Task.FromResult(test.App.Org.Events.Stats.Delivered >= 24), () => "what was asked for");
        test.App.Org.Events.Stats.Delivered.ShouldBe(24);
        ready.SetResult();
        (await test.Receiver.ReceivedAsync(51)).Select(request => (string?)request.Json["eventId"]).ShouldBeUnique();

        async Task CreateAsync(int count) => ((int)(await test.App.PostAsync(
            "collections/create",
            new { objectType = "Account", records = Enumerable.Repeat(new { Name = "Acme" }, count) })).Status).ShouldBe(200);
    }

    [Fact]
    public async Task What_the_receiver_has_is_not_delivered_again_by_the_next_run()
    {
        await using var test = await DeliveryApp.StartAsync(azurite, inOrder: true);
        await using (var run = await new RunningEvents(test.App).ListeningAsync())
        {
            await test.CreateAsync("First");
            await test.Receiver.ReceivedAsync(1);
            test.Receiver.AnswerWith(503, 503, 503, 503, 503, 503);
            await test.CreateAsync("Second");
            await test.Receiver.ReceivedAsync(2);
        }

        test.Receiver.Answer = (_, _) => Task.CompletedTask;
        await using var next = new RunningEvents(test.App);
        await test.CreateAsync("Third");
        await QueueDriver.WaitAsync(() => Task.FromResult(Names().Contains("Third")), () => "the third");

        Names().Distinct().ShouldBe(["First", "Second", "Third"]);
        Names().Count(name => name == "First").ShouldBe(1);
        IReadOnlyList<string?> Names() => [.. test.Receiver.Requests.Select(request => (string?)request.Json["payload"]!["Name"])];
    }

    /// <summary>Checks a request as Camunda's webhook connector does: HMAC, SHA-256, the scopes timestamp and body, or body alone.</summary>
    private static bool CamundaAccepts(DeliveredRequest request, bool withTimestamp, string secret = DeliveryApp.Secret)
    {
        var signed = (withTimestamp ? request.Headers["x-connector-timestamp"] + ":" : "") + Encoding.UTF8.GetString(request.Body);
        var given = request.Headers[withTimestamp ? "x-connector-signature" : "x-connector-body-signature"].Split('=');
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hmac.AppendData(Encoding.UTF8.GetBytes(signed));
        var expected = string.Concat(hmac.GetHashAndReset().Select(b => b.ToString("x2", CultureInfo.InvariantCulture)));
        return given.Length == 2 && given[1] == expected;
    }
}
