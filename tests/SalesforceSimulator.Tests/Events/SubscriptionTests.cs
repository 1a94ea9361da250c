using Eventbus.V1;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Time.Testing;
using SalesforceSimulator.Events;

namespace SalesforceSimulator.Tests.Events;

/// <summary>Subscriptions: flow control, replay, retention and how they end.</summary>
public sealed class SubscriptionTests
{
    private const string Accounts = "/data/AccountChangeEvent";

    private static readonly TimeSpan EventRetention = TimeSpan.FromHours(72);

    [Fact]
    public async Task No_more_events_are_sent_than_are_asked_for()
    {
        await using var org = await PubSubDriver.StartAsync();
        await CreateAsync(org, 5);
        using var subscriber = org.Subscribe(Accounts, count: 2);

        var first = await subscriber.NextAsync();
        first!.Events.Count.ShouldBe(2);
        first.PendingNumRequested.ShouldBe(0);
        first.LatestReplayId.ShouldBe(first.Events[1].ReplayId);

        await subscriber.AskAsync(5);
        var second = await subscriber.NextAsync();
        second!.Events.Count.ShouldBe(3);
        second.PendingNumRequested.ShouldBe(2);
        second.RpcId.ShouldBe(first.RpcId);
    }

    [Fact]
    public async Task More_than_a_hundred_counts_as_a_hundred()
    {
        await using var org = await PubSubDriver.StartAsync();
        using var subscriber = org.Subscribe(Accounts, count: 5000);
        await CreateAsync(org, 1);

        (await subscriber.NextAsync())!.PendingNumRequested.ShouldBe(99);
    }

    [Fact]
    public async Task A_subscription_from_the_latest_gets_only_what_comes_after_it()
    {
        await using var org = await PubSubDriver.StartAsync();
        await CreateAsync(org, 2);
        using var subscriber = org.Subscribe(Accounts, ReplayPreset.Latest);
        await OpenAsync(org);
        await org.CreateAsync("Account", """{"Name":"New"}""");

        (await org.DecodeAsync((await subscriber.TakeAsync(1))[0]))["Name"].ShouldBe("New");
    }

    [Fact]
    public async Task A_subscription_goes_on_after_the_given_event_with_the_same_ids()
    {
        await using var org = await PubSubDriver.StartAsync();
        await CreateAsync(org, 4);
        using var whole = org.Subscribe(Accounts);
        var all = await whole.TakeAsync(4);
        using var rest = org.Subscribe(Accounts, ReplayPreset.Custom, all[1].ReplayId);

        (await rest.TakeAsync(2)).ShouldBe(all.Skip(2));
        all.Select(received => Guid.Parse(received.Event.Id)).Distinct().Count().ShouldBe(4);
        all.ShouldAllBe(received => received.ReplayId.Length == 10);
    }

    [Fact]
    public async Task A_topic_has_its_own_events_and_a_channel_those_of_its_members()
    {
        await using var org = await PubSubDriver.StartAsync();
        await org.CreateAsync("Lead", """{"LastName":"A","Company":"B"}""");
        await org.CreateAsync("Account", """{"Name":"Acme"}""");
        await org.CreateAsync("Opportunity", """{"Name":"Deal","StageName":"Prospecting","CloseDate":"2026-01-01"}""");

        (await NamesAsync(org, "/data/LeadChangeEvent", 1)).ShouldBe(["Lead"]);
        (await NamesAsync(org, "/data/Sales__chn", 2)).ShouldBe(["Account", "Opportunity"]);
        (await NamesAsync(org, "/data/ChangeEvents", 3)).ShouldBe(["Lead", "Account", "Opportunity"]);
    }

    [Fact]
    public async Task A_keep_alive_comes_after_270_seconds_and_says_where_to_go_on()
    {
        var time = new ManualTime();
        var start = time.Provider.GetUtcNow();
        await using var org = await PubSubDriver.StartAsync(time.Provider);
        await org.CreateAsync("Lead", """{"LastName":"A","Company":"B"}""");
        using var subscriber = org.Subscribe(Accounts);

        var empty = await time.RunOutAsync(subscriber.NextAsync(), () => org.Events.Stats.OpenStreams == 1);

        (time.Provider.GetUtcNow() - start).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(270));
        empty!.Events.ShouldBeEmpty();
        empty.PendingNumRequested.ShouldBe(100);
        await CreateAsync(org, 1);
        using var resumed = org.Subscribe(Accounts, ReplayPreset.Custom, empty.LatestReplayId);
        (await resumed.TakeAsync(1)).ShouldBe(await subscriber.TakeAsync(1));
    }

    [Fact]
    public async Task A_subscription_that_asks_for_nothing_for_70_seconds_ends()
    {
        var time = new ManualTime();
        var start = time.Provider.GetUtcNow();
        await using var org = await PubSubDriver.StartAsync(time.Provider);
        await CreateAsync(org, 1);
        using var subscriber = org.Subscribe(Accounts, count: 1);
        await subscriber.TakeAsync(1);

        (await time.RunOutAsync(subscriber.NextAsync(), () => true)).ShouldBeNull();
        (time.Provider.GetUtcNow() - start).ShouldBeInRange(TimeSpan.FromSeconds(70), TimeSpan.FromSeconds(269));
    }

    [Fact]
    public async Task A_subscription_ends_when_the_client_ends_its_requests()
    {
        await using var org = await PubSubDriver.StartAsync();
        using var subscriber = org.Subscribe(Accounts);
        await OpenAsync(org);
        await subscriber.CompleteAsync();

        (await subscriber.NextAsync()).ShouldBeNull();
        await ManualTime.UntilAsync(() => org.Events.Stats.OpenStreams == 0);
    }

    [Fact]
    public async Task Events_are_retained_for_72_hours()
    {
        var time = new FakeTimeProvider();
        await using var org = await PubSubDriver.StartAsync(time);
        await CreateAsync(org, 2);
        using var before = org.Subscribe(Accounts);
        var old = await before.TakeAsync(2);
        time.Advance(TimeSpan.FromHours(1));
        await CreateAsync(org, 1);
        time.Advance(EventRetention - TimeSpan.FromHours(1));

        org.Events.Stats.Retained.ShouldBe(1);
        using var lost = org.Subscribe(Accounts, ReplayPreset.Custom, old[0].ReplayId);
        (await lost.ErrorAsync()).ShouldBe((StatusCode.InvalidArgument, "subscription.fetch.replayid.corrupted"));
        using var earliest = org.Subscribe(Accounts);
        (await earliest.TakeAsync(1))[0].ReplayId.ShouldNotBe(old[1].ReplayId);
    }

    [Fact]
    public async Task The_number_of_retained_events_is_limited_and_a_subscription_that_misses_some_is_told()
    {
        await using var org = await PubSubDriver.StartAsync(options: new EventOptions { MostEvents = 10 });
        await CreateAsync(org, 3);
        using var slow = org.Subscribe(Accounts, count: 1);
        await slow.TakeAsync(1);
        await CreateAsync(org, 20);

        org.Events.Stats.Retained.ShouldBe(10);
        await slow.AskAsync(10);
        (await slow.ErrorAsync()).ShouldBe((StatusCode.InvalidArgument, "subscription.fetch.replayid.corrupted"));
        using var earliest = org.Subscribe(Accounts);
        (await earliest.TakeAsync(10)).Count.ShouldBe(10);
    }

    [Theory]
    [InlineData("00000000002BAB2A0001")]
    [InlineData("00")]
    [InlineData("7FFFFFFFFFFFFFFF0000")]
    public async Task A_replay_id_that_is_not_the_orgs_is_refused(string id)
    {
        await using var org = await PubSubDriver.StartAsync();
        await CreateAsync(org, 1);
        using var subscriber = org.Subscribe(Accounts, ReplayPreset.Custom, ByteString.CopyFrom(Convert.FromHexString(id)));

        (await subscriber.ErrorAsync()).ShouldBe((StatusCode.InvalidArgument, "subscription.fetch.replayid.corrupted"));
    }

    [Fact]
    public async Task Expired_events_are_gone()
    {
        await using var org = await PubSubDriver.StartAsync();
        await CreateAsync(org, 2);
        using var before = org.Subscribe(Accounts);
        var old = await before.TakeAsync(2);
        org.Events.Expire();
        using var subscriber = org.Subscribe(Accounts, ReplayPreset.Custom, old[0].ReplayId);

        (await subscriber.ErrorAsync()).Code.ShouldBe("subscription.fetch.replayid.corrupted");
        await CreateAsync(org, 1);
        using var earliest = org.Subscribe(Accounts);
        (await earliest.TakeAsync(1)).ShouldNotContain(old[0]);
    }

    [Fact]
    public async Task Requests_are_checked()
    {
        await using var org = await PubSubDriver.StartAsync();

        (await ErrorOf(org.Subscribe(Accounts, ReplayPreset.Custom))).Code.ShouldBe("subscription.fetch.replayid.validation.failed");
        (await ErrorOf(org.Subscribe(Accounts, count: 0))).Code.ShouldBe("subscription.fetch.requested.events.invalid");
        (await ErrorOf(org.Subscribe("/data/NothingChangeEvent"))).ShouldBe((StatusCode.NotFound, "topic.not.found"));
        (await ErrorOf(org.Subscribe(""))).Code.ShouldBe("topic.validation.empty");
        var subscriber = org.Subscribe(Accounts);
        await subscriber.AskAsync(1, "/data/LeadChangeEvent");
        (await ErrorOf(subscriber)).Code.ShouldBe("subscription.fetch.topic.mismatch");
    }

    internal static async Task CreateAsync(PubSubDriver org, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await org.CreateAsync("Account", $$"""{"Name":"Account {{i}}"}""");
        }
    }

    /// <summary>Waits until a subscription is open at the server.</summary>
    internal static Task OpenAsync(PubSubDriver org) => ManualTime.UntilAsync(() => org.Events.Stats.OpenStreams > 0);

    private static async Task<(StatusCode Status, string? Code)> ErrorOf(PubSubDriver.Subscriber subscriber)
    {
        using (subscriber)
        {
            return await subscriber.ErrorAsync();
        }
    }

    private static async Task<string[]> NamesAsync(PubSubDriver org, string topic, int count) =>
        [.. (await org.ReadAsync(topic, count)).Select(payload => (string)((Avro.Generic.GenericRecord)payload["ChangeEventHeader"])["entityName"])];
}
