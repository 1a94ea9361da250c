using Connector.Tests.Drivers;
using SalesforceSimulator;
using SalesforceSimulator.Events;

namespace Connector.Tests.Events.Deliveries;

/// <summary>The connector with a subscription to accounts, whose events are delivered to a receiver.</summary>
internal sealed class DeliveryApp : IAsyncDisposable
{
    public const string Secret = "a key that nobody guesses";

    private DeliveryApp(ConnectorApp app, EventReceiver receiver) => (App, Receiver) = (app, receiver);

    public ConnectorApp App { get; }

    public EventReceiver Receiver { get; }

    public static async Task<DeliveryApp> StartAsync(
        AzuriteFixture azurite, bool inOrder, Dictionary<string, string?>? settings = null, Func<Uri, Dictionary<string, string?>>? to = null, TimeProvider? time = null)
    {
        var receiver = await EventReceiver.StartAsync();
        to ??= url => new() { ["Events__Topics__accounts__Deliver__Webhook"] = new Uri(url, "hook?sig=of-the-url").ToString() };
        Dictionary<string, string?> all = new()
        {
            ["Events__Topics__accounts__Topic"] = "/data/AccountChangeEvent",
            ["Events__Topics__accounts__InOrder"] = inOrder ? "true" : "false",
            ["Queues__FirstRetryDelay"] = "00:00:01",
            ["Queues__LongestRetryDelay"] = "00:00:01",
        };
        foreach (var (name, value) in to(receiver.Url).Concat(settings ?? []))
        {
            all[name] = value;
        }

        var app = await azurite.StartAppAsync(all, time, new SimulatorOptions { Events = new EventOptions { Tls = false } }, listensTo: ["DeliverEvent"]);
        app.Vault.Set("events-accounts-signature", app.Secret(Secret));
        app.Secret("sig=of-the-url");
        return new DeliveryApp(app, receiver);
    }

    public async Task<string> CreateAsync(string name, string? description = null)
    {
        var reply = await App.PostAsync("records/create", new { objectType = "Account", fields = new { Name = name, Description = description } });
        ((int)reply.Status).ShouldBe(201, reply.Body);
        return (string)reply.Json["id"]!;
    }

    public async Task RenameAsync(string id, string name)
    {
        var reply = await App.PostAsync("records/update", new { objectType = "Account", objectId = id, fields = new { Name = name } });
        ((int)reply.Status).ShouldBe(204, reply.Body);
    }

    /// <summary>Sends what is kept on the poison queue again.</summary>
    public async Task SendKeptAsync()
    {
        var reply = await App.PostAsync("kept/send", new { all = true });
        ((int)reply.Status).ShouldBe(200, reply.Body);
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Receiver.DisposeAsync();
    }
}
