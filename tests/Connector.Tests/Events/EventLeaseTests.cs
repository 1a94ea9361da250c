using System.Globalization;
using Azure;
using Azure.Data.Tables;
using Connector.Tests.Drivers;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SalesforceConnector.Salesforce;
using SalesforceConnector.Salesforce.Authentication;
using SalesforceConnector.Salesforce.Events;
using SalesforceConnector.Triggers;
using SalesforceConnector.Triggers.Events;
using SalesforceConnector.Triggers.Queues;
using SalesforceSimulator;
using SalesforceSimulator.Events;
using EventOptions = SalesforceConnector.Salesforce.Events.EventOptions;

namespace Connector.Tests.Events;

/// <summary>A subscription whose lease is lost, or whose position cannot be stored: the table is in memory, and the clock is let run.</summary>
public sealed class EventLeaseTests(AzuriteFixture azurite)
{
    private const string Deliver = "Events__Topics__accounts__Deliver__";
    private const string Warning = "Warning SalesforceConnector.Triggers.Events.EventRun Events accounts: ";

    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Renewal = Lease / 3;
    private static readonly TimeSpan ListenFor = TimeSpan.FromSeconds(100);

    // At most that of the first pauses after failures.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly ManualTime _time = ManualTime.AheadOfMachine();
    private readonly MemoryTable _table = new();

    [Fact]
    public async Task A_run_that_finds_its_lease_taken_ends_and_sets_no_position_back()
    {
        await using var app = await StartAsync();
        await using var run = await NewRun(app).ListeningAsync();
        var other = Steal();

        await CreateAsync(app, "Acme");

        await run.ReceivedAsync(1);
        await run.EndedAsync();
        Lines(app, "another run has taken over").ShouldHaveSingleItem();
        Lines(app, "the subscription could not be released").ShouldBeEmpty();
        TopicPosition.From(_table.Single).Owner.ShouldBe(other);
        TopicPosition.From(_table.Single).ReplayId.ShouldBeNull();
        app.Org.Events.Stats.OpenStreams.ShouldBe(0);
    }

    [Fact]
    public async Task A_lease_that_is_taken_while_no_events_come_ends_the_run_at_its_renewal()
    {
        await using var app = await StartAsync();
        await using var run = await NewRun(app).ListeningAsync();
        var other = Steal();

        await _time.LetRunAsync(Renewal, () => run.HasEnded);

        Lines(app, "another run has taken over").ShouldHaveSingleItem();
        Lines(app, "the subscription could not be released").ShouldBeEmpty();
        TopicPosition.From(_table.Single).Owner.ShouldBe(other);
    }

    [Fact]
    public async Task A_position_that_cannot_be_stored_is_stored_when_the_event_comes_again_which_is_queued_once()
    {
        await using var app = await StartAsync();
        await using (var run = await NewRun(app).ListeningAsync())
        {
            Refuse(TableRequest.Update, times: 1);

            await CreateAsync(app, "Acme");
            await run.ReceivedAsync(1);
            await _time.LetRunAsync(Pause, () => TopicPosition.From(_table.Single).ReplayId is not null);

            await run.ReceivedAsync(1);
            app.Org.Events.Stats.Calls["Subscribe"].ShouldBe(2);
        }

        Lines(app, "interrupted by STORAGE_UNAVAILABLE").ShouldHaveSingleItem();
        await using var second = await NewRun(app).ListeningAsync();
        await CreateAsync(app, "Emca");
        ((string?)(await second.ReceivedAsync(1))[0]["payload"]!["Name"]).ShouldBe("Emca");
    }

    [Fact]
    public async Task A_renewal_that_fails_opens_the_stream_anew_and_no_event_is_missed()
    {
        await using var app = await StartAsync();
        await using var run = await NewRun(app).ListeningAsync();
        Refuse(TableRequest.Update, times: 1);

        await _time.LetRunAsync(Renewal, () => Lines(app, "interrupted by STORAGE_UNAVAILABLE").Count == 1);
        await CreateAsync(app, "Acme");
        await _time.LetRunAsync(Pause, () => app.Org.Events.Stats.Calls["Subscribe"] == 2);

        ((string?)(await run.ReceivedAsync(1))[0]["payload"]!["Name"]).ShouldBe("Acme");
        run.HasEnded.ShouldBeFalse();
    }

    [Fact]
    public async Task A_subscription_that_could_not_be_released_is_taken_over_when_its_lease_is_over()
    {
        await using var app = await StartAsync();
        await using (var run = await NewRun(app).ListeningAsync())
        {
            Refuse(TableRequest.Update, times: 1);
            await run.EndAsync();
        }

        Lines(app, "the subscription could not be released (RequestFailedException)").ShouldHaveSingleItem();
        var leftAt = _time.Provider.GetUtcNow();
        await using var second = NewRun(app);
        // It looks every five seconds, in vain until then.
        await _time.LetRunAsync(Renewal, () => app.Org.Events.Stats.Calls["Subscribe"] == 2);
        (_time.Provider.GetUtcNow() - leftAt).ShouldBeGreaterThanOrEqualTo(Lease);
    }

    [Fact]
    public async Task A_topic_that_Salesforce_refuses_is_tried_again_after_one_two_and_four_minutes_and_one_again_when_it_was_there()
    {
        await using var app = await StartAsync();
        app.Org.Events.AddFaults(new EventFault { Method = "Subscribe", Status = StatusCode.NotFound, ErrorCode = "topic.not.found", Times = 3 });
        foreach (var minutes in (int[])[1, 2, 4])
        {
            (await PauseAsync()).ShouldBe(TimeSpan.FromMinutes(minutes));
        }

        await using (var run = await NewRun(app).ListeningAsync())
        {
            await CreateAsync(app, "Acme");
            await run.ReceivedAsync(1);
        }

        // What has never begun begins with the latest event each time, not with what there was before.
        app.Log.Lines("Information SalesforceConnector.Triggers.Events.EventRun Events accounts: begins with the latest event").Count.ShouldBe(4);
        app.Org.Events.AddFaults(new EventFault { Method = "Subscribe", Status = StatusCode.NotFound, ErrorCode = "topic.not.found", Times = 1 });
        (await PauseAsync()).ShouldBe(TimeSpan.FromMinutes(1));

        // The pause that a run leaves behind, and lets it pass.
        async Task<TimeSpan> PauseAsync()
        {
            await using var run = NewRun(app);
            await run.EndedAsync();
            var pause = TopicPosition.From(_table.Single).PausedUntil!.Value - _time.Provider.GetUtcNow();
            _time.Provider.Advance(pause);
            return pause;
        }
    }

    [Fact]
    public async Task Streams_that_fail_in_a_row_are_opened_anew_after_longer_and_longer_pauses()
    {
        await using var app = await StartAsync();
        app.Org.Events.AddFaults(new EventFault { Method = "Subscribe", Status = StatusCode.Unavailable, Times = 3 });
        await using var run = NewRun(app);

        await _time.LetRunAsync(Pause, () => app.Org.Events.Stats.Calls.GetValueOrDefault("Subscribe") == 4);

        var pauses = Lines(app, "interrupted by Unavailable; the next attempt is in ").Select(line => TimeSpan.Parse(line.TrimEnd().Split(' ')[^1], CultureInfo.InvariantCulture)).ToArray();
        pauses.Length.ShouldBe(3);
        for (var i = 0; i < pauses.Length; i++)
        {
            // Up to 20 % shorter, by chance.
            pauses[i].TotalSeconds.ShouldBeInRange(0.8 * (1 << i), 1 << i);
        }
    }

    [Fact]
    public async Task A_token_that_ends_is_replaced_at_once_each_time()
    {
        await using var app = await StartAsync();
        await using var run = await NewRun(app).ListeningAsync();
        for (var time = 1; time <= 2; time++)
        {
            // A new token that is refused at once is not replaced before that.
            _time.Provider.Advance(new SalesforceOptions().RefusedLoginPause);
            app.Org.ExpireTokens();
            app.Org.Events.EndStreams(new EventFault { Status = StatusCode.Unauthenticated, ErrorCode = "service.auth.error" });
            await CreateAsync(app, "Acme");
            await run.ReceivedAsync(time);
        }

        Lines(app, "interrupted by").ShouldBeEmpty();
    }

    [Theory]
    [InlineData(23, false)]
    [InlineData(25, true)]
    public async Task A_position_that_nobody_has_confirmed_for_a_day_is_listened_to_until_Salesforce_sends_one(int hours, bool isLonger)
    {
        await using var app = await StartAsync();
        await using (var run = await NewRun(app).ListeningAsync())
        {
            await CreateAsync(app, "Acme");
            await run.ReceivedAsync(1);
        }

        _time.Provider.Advance(TimeSpan.FromHours(hours));
        var begun = _time.Provider.GetUtcNow();
        await using var second = await NewRun(app).ListeningAsync();
        await _time.LetRunAsync(TimeSpan.FromSeconds(20), () => second.HasEnded);

        (_time.Provider.GetUtcNow() - begun > TimeSpan.FromSeconds(200)).ShouldBe(isLonger);
    }

    [Fact]
    public async Task One_that_is_listened_to_for_longer_ends_when_Salesforce_has_sent_a_position()
    {
        await using var app = await StartAsync();
        await using (var run = await NewRun(app).ListeningAsync())
        {
            await CreateAsync(app, "First");
            await run.ReceivedAsync(1);
        }

        _time.Provider.Advance(TimeSpan.FromHours(25));
        await using var second = await NewRun(app).ListeningAsync();
        _time.Provider.Advance(ListenFor);
        second.HasEnded.ShouldBeFalse();
        await CreateAsync(app, "Second");

        await second.ReceivedAsync(1);
        await second.EndedAsync();
    }

    [Fact]
    public async Task The_lease_is_renewed_while_a_receiver_takes_its_time()
    {
        await using var receiver = await EventReceiver.StartAsync();
        var ready = new TaskCompletionSource();
        receiver.Answer = (_, _) => ready.Task;
        await using var app = await StartAsync(new() { [Deliver + "Webhook"] = receiver.Url.ToString(), [Deliver + "Timeout"] = "00:01:00" });
        app.Vault.Set("events-accounts-signature", "a key");
        await using var run = await NewRun(app).ListeningAsync();
        await CreateAsync(app, "Acme");
        await receiver.ReceivedAsync(1);
        var (begun, until) = (_time.Provider.GetUtcNow(), TopicPosition.From(_table.Single).LeaseUntil);

        await _time.LetRunAsync(Renewal, () => TopicPosition.From(_table.Single).LeaseUntil > until);

        ready.SetResult();
        (_time.Provider.GetUtcNow() - begun).ShouldBeLessThan(TimeSpan.FromMinutes(1));
    }

    private Task<ConnectorApp> StartAsync(Dictionary<string, string?>? more = null) => azurite.StartAppAsync(
        new Dictionary<string, string?>(more ?? []) { ["Events__Topics__accounts__Topic"] = "/data/AccountChangeEvent", ["Events__Lease"] = Lease.ToString(), ["Events__ListenFor"] = ListenFor.ToString() },
        _time.Provider,
        new SimulatorOptions { Time = _time.Provider, Events = new SalesforceSimulator.Events.EventOptions { Tls = false } },
        listensTo: []);

    /// <summary>A run as the app has it, but for its table.</summary>
    private RunningEvents NewRun(ConnectorApp app)
    {
        var services = app.Services;
        var options = services.GetRequiredService<IOptions<EventOptions>>();
        return new RunningEvents(app, new EventRun(
            new PositionTable(new Lazy<TableClient>(_table), options, _time.Provider),
            services.GetRequiredService<EventSinks>(),
            services.GetRequiredService<PubSubClient>(),
            services.GetRequiredService<Orgs>(),
            options,
            services.GetRequiredService<IOptions<SalesforceOptions>>(),
            services.GetRequiredService<IOptions<QueueOptions>>(),
            services.GetRequiredService<FunctionTimeout>(),
            services.GetRequiredService<EventTelemetry>(),
            _time.Provider,
            services.GetRequiredService<ILogger<EventRun>>()));
    }

    /// <summary>Takes the lease, as a run does that finds it over.</summary>
    private Guid Steal()
    {
        var position = TopicPosition.From(_table.Single);
        position.Owner = Guid.NewGuid();
        _table.Put(position.ToEntity());
        return position.Owner.Value;
    }

    private void Refuse(TableRequest kind, int times)
    {
        var left = times;
        _table.Before = (request, _) => request == kind && Interlocked.Decrement(ref left) >= 0
            ? throw new RequestFailedException(503, "busy", "ServerBusy", null)
            : Task.CompletedTask;
    }

    private static IReadOnlyList<string> Lines(ConnectorApp app, string text) => app.Log.Lines(Warning + text);

    private static async Task CreateAsync(ConnectorApp app, string name) =>
        ((int)(await app.PostAsync("records/create", new { objectType = "Account", fields = new { Name = name } })).Status).ShouldBe(201);
}
