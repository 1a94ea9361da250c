using Connector.Tests.Drivers;
using SalesforceSimulator;
using SalesforceSimulator.Events;

namespace Connector.Tests.Events;

/// <summary>Where a subscription begins that the app had barely begun when it ended.</summary>
public sealed class EventBeginTests(AzuriteFixture azurite)
{
    private static readonly TimeSpan ListenFor = TimeSpan.FromSeconds(100);

    private readonly ManualTime _time = new();

    [Fact]
    public async Task What_is_older_than_the_begin_is_left_out_however_much_it_is_and_whatever_ends_meanwhile()
    {
        await using var app = await StartAsync(TimeSpan.Zero);
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
            await LetPauseAsync(run, () => run.HasEnded || app.Org.Events.Stats.Calls["Subscribe"] == 3);
            var messages = await run.ReceivedAsync(1);

            ((string?)messages[0]["payload"]!["Name"]).ShouldBe("New 0");
        }

        Begun(app).ShouldBe(["latest", "earliest"]);
    }

    [Fact]
    public async Task Of_a_stream_that_begins_with_the_latest_event_none_is_left_out_whatever_the_apps_clock_says()
    {
        // The app's clock is ahead of Salesforce's.
        await using var app = await StartAsync(TimeSpan.FromHours(1));
        await using var run = await new RunningEvents(app).ListeningAsync();

        await CreateAsync(app, "New", 1);

        ((string?)(await run.ReceivedAsync(1))[0]["payload"]!["Name"]).ShouldBe("New 0");
    }

    [Fact]
    public async Task A_run_that_listens_for_longer_because_its_position_is_old_ends_when_Salesforce_has_sent_one()
    {
        await using var app = await StartAsync(TimeSpan.Zero);
        await using (var run = await new RunningEvents(app).ListeningAsync())
        {
            await CreateAsync(app, "First", 1);
            await run.ReceivedAsync(1);
        }

        _time.Provider.Advance(TimeSpan.FromHours(25));
        await using var second = await new RunningEvents(app).ListeningAsync();
        _time.Provider.Advance(ListenFor);
        second.HasEnded.ShouldBeFalse();
        await CreateAsync(app, "Second", 1);

        await second.ReceivedAsync(1);
        await second.EndedAsync();
    }

    private async Task<ConnectorApp> StartAsync(TimeSpan ahead)
    {
        // The deadlines of gRPC are compared with the machine's clock.
        var orgTime = new ManualTime();
        orgTime.Provider.AdjustTime(TimeProvider.System.GetUtcNow() + TimeSpan.FromHours(1));
        _time.Provider.AdjustTime(orgTime.Provider.GetUtcNow() + ahead);
        return await azurite.StartAppAsync(
            new Dictionary<string, string?> { ["Events__Topics__accounts__Topic"] = "/data/AccountChangeEvent", ["Events__ListenFor"] = ListenFor.ToString() },
            _time.Provider,
            new SimulatorOptions { Time = ahead == TimeSpan.Zero ? _time.Provider : orgTime.Provider, Events = new EventOptions { Tls = false } },
            listensTo: []);
    }

    private static async Task EndBeforeAnswerAsync(ConnectorApp app)
    {
        app.Org.Events.AddFaults(new EventFault { Method = "Subscribe", DelayMs = 600_000, Times = 1 });
        await using var run = new RunningEvents(app);
        await QueueDriver.WaitAsync(() => Task.FromResult(app.Org.Events.Stats.Calls.GetValueOrDefault("Subscribe") == 1), () => "a stream");
    }

    private async Task LetPauseAsync(RunningEvents run, Func<bool> happened)
    {
        while (!happened())
        {
            _time.Provider.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        run.HasEnded.ShouldBeFalse();
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
