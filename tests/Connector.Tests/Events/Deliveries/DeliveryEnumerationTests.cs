using System.Text.Json.Nodes;
using Connector.Tests.Drivers;
using Connector.Tests.Queues.Steps;
using SalesforceConnector.Triggers.Events.Deliveries;

namespace Connector.Tests.Events.Deliveries;

/// <summary>Whatever fails at whatever step of a delivery, the receiver gets the event, and never under another id.</summary>
public sealed class DeliveryEnumerationTests(ITestOutputHelper output)
{
    private static readonly Failure[] Short = [Failure.Fails, Failure.SentTwice];
    private static readonly Failure[] Long = [Failure.FailsForAnHour, Failure.KindFailsForAnHour];

    private int _runs;

    /// <param name="messages">How many messages there are of the one event.</param>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Whatever_fails_wherever_the_event_is_delivered(int messages)
    {
        await using var orgs = await OrgFixture.StartAsync();
        orgs.Vault.Set("events-accounts-signature", DeliveryApp.Secret);
        await using var receiver = await EventReceiver.StartAsync();
        await StepFailures.RunAsync($"{messages} messages", output, (failsAt, failure) => RunAsync(messages, orgs, receiver, failsAt, failure));
    }

    private async Task<IReadOnlyList<(Service Service, string Name)>> RunAsync(
        int messages, OrgFixture orgs, EventReceiver receiver, int failsAt, Failure failure)
    {
        var id = $"event-{++_runs}";
        var before = receiver.Requests.Count;
        await using var app = orgs.App(new Dictionary<string, string?>
        {
            ["Events__Topics__accounts__Topic"] = "/data/AccountChangeEvent",
            ["Events__Topics__accounts__Deliver__Webhook"] = new Uri(receiver.Url, "hook").ToString(),
        });
        app.Steps.FailsAt = failsAt;
        app.Steps.Failure = failure;
        for (var i = 0; i < messages; i++)
        {
            app.Queues.Put(DeliverEvent.Queue, new JsonObject
            {
                ["correlationId"] = $"accounts:{id}",
                ["respondAsync"] = true,
                ["payload"] = new JsonObject
                {
                    ["eventId"] = id,
                    ["subscription"] = "accounts",
                    ["topic"] = "/data/AccountChangeEvent",
                    ["org"] = "https://x.my.salesforce.com",
                    ["type"] = "event",
                    ["payload"] = new JsonObject { ["Name"] = "Acme" },
                },
            }.ToJsonString());
        }

        await app.RunUntilQuietAsync();

        var received = receiver.Requests.Skip(before).ToArray();
        received.ShouldAllBe(request => (string?)request.Json["eventId"] == id);
        // Delivered again only where the app cannot know that the receiver has it, or cannot note it before the other message comes.
        var once = failsAt < 0 || Short.Contains(failure) || (Long.Contains(failure) && messages == 1);
        received.Length.ShouldBeInRange(1, once ? 1 : 2);
        app.Table.Entries.Select(entry => entry.State).ShouldBe(["Finished"]);
        app.Queues.On("salesforce-poison").ShouldBeEmpty();
        app.Results.ShouldBeEmpty();
        return [.. app.Steps.All];
    }
}
