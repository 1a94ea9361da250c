using Connector.Tests.Drivers;
using SalesforceSimulator;
using SalesforceSimulator.Events;

namespace Connector.Tests.Events;

/// <summary>Where a subscription begins that the app had barely begun when it ended.</summary>
public sealed class EventBeginTests(AzuriteFixture azurite)
{
    private readonly ManualTime _time = ManualTime.AheadOfMachine();

    [Fact]
    public async Task What_is_older_than_the_begin_is_left_out_however_much_it_is_and_whatever_ends_meanwhile()
    {
        await using var app = await StartAsync(_time.Provider);
        // More than Salesforce sends at a time.
        await CreateAsync(app, "Old", 180);
        _time.Provider.Advance(TimeSpan.FromMinutes(5));
        await EndBeforeAnswerAsync(app);
        await CreateAsync(app, "New", 1);

        // Ends among the old ones.
        app.Org.Events.AddFaults(new EventFault { Method = "Subscribe", AfterEvents = 120, Status = Grpc.Core.StatusCode.OK, Times = 1 });
        await using (var run = new RunningEvents(app))
        {
            await QueueDriver.WaitAsync(() => Task.FromResult(app.Org.Events.Stats.Calls["Subscribe"] == 2), () => "a second stream");
            await _time.LetRunAsync(TimeSpan.FromSeconds(1), () => run.HasEnded || app.Org.Events.Stats.Calls["Subscribe"] == 3);
            run.HasEnded.ShouldBeFalse();
            var messages = await run.ReceivedAsync(1);

            ((string?)messages[0]["payload"]!["Name"]).ShouldBe("New 0");
        }

        Begun(app).ShouldBe(["latest", "earliest"]);
    }

    [Fact]
    public async Task Of_a_stream_that_begins_with_the_latest_event_none_is_left_out_whatever_the_apps_clock_says()
    {
        // The app's clock is an hour ahead.
        await using var app = await StartAsync(TimeProvider.System);
        await using var run = await new RunningEvents(app).ListeningAsync();

        await CreateAsync(app, "New", 1);

        ((string?)(await run.ReceivedAsync(1))[0]["payload"]!["Name"]).ShouldBe("New 0");
    }

    private Task<ConnectorApp> StartAsync(TimeProvider org) => azurite.StartAppAsync(
        new Dictionary<string, string?> { ["Events__Topics__accounts__Topic"] = "/data/AccountChangeEvent" },
        _time.Provider,
        new SimulatorOptions { Time = org, Events = new EventOptions { Tls = false } },
        listensTo: []);

    private static async Task EndBeforeAnswerAsync(ConnectorApp app)
    {
        app.Org.Events.AddFaults(new EventFault { Method = "Subscribe", DelayMs = 600_000, Times = 1 });
        await using var run = new RunningEvents(app);
        await QueueDriver.WaitAsync(() => Task.FromResult(app.Org.Events.Stats.Calls.GetValueOrDefault("Subscribe") == 1), () => "a stream");
    }

    private static string[] Begun(ConnectorApp app) =>
    [
        .. app.Log.Lines("Information SalesforceConnector.Triggers.Events.EventRun Events accounts: begins with the ")
            .Select(line => line.Contains("the latest event", StringComparison.Ordinal) ? "latest" : "earliest"),
    ];

    private static async Task CreateAsync(ConnectorApp app, string name, int count)
    {
        var records = Enumerable.Range(0, count).Select(i => new { Name = $"{name} {i}" });
        ((int)(await app.PostAsync("collections/create", new { objectType = "Account", records })).Status).ShouldBe(200);
    }
}
