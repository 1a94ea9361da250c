using Eventbus.V1;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Time.Testing;
using SalesforceSimulator.Data;
using SalesforceSimulator.Events;

namespace SalesforceSimulator.Tests.Events;

/// <summary>Who may call the Pub/Sub API, and what goes wrong on demand.</summary>
public sealed class PubSubFaultTests
{
    private const string Accounts = "/data/AccountChangeEvent";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_call_must_have_the_metadata_of_a_session()
    {
        await using var org = await PubSubDriver.StartAsync();

        (await ErrorOf(org, [])).ShouldBe((StatusCode.Unauthenticated, "service.auth.headers.invalid"));
        (await ErrorOf(org, With(org.Headers, "tenantid", "x"))).Code.ShouldBe("service.auth.headers.invalid");
        (await ErrorOf(org, With(org.Headers, "instanceurl", "not a url"))).Code.ShouldBe("service.auth.headers.invalid");
        (await ErrorOf(org, With(org.Headers, "accesstoken", "x"))).ShouldBe((StatusCode.Unauthenticated, "service.auth.error"));
        (await ErrorOf(org, With(org.Headers, "tenantid", RecordIds.Create("00D", 7)))).Code.ShouldBe("service.auth.error");
        (await ErrorOf(org, With(org.Headers, "instanceurl", "https://other.my.salesforce.com"))).Code.ShouldBe("service.auth.error");
    }

    [Fact]
    public async Task A_session_that_ends_ends_its_subscription_at_the_next_request()
    {
        await using var org = await PubSubDriver.StartAsync();
        using var subscriber = org.Subscribe(Accounts);
        await SubscriptionTests.OpenAsync(org);
        org.Org.Simulator.ExpireTokens();
        await subscriber.AskAsync(1);

        (await subscriber.ErrorAsync()).ShouldBe((StatusCode.Unauthenticated, "service.auth.error"));
        (await ErrorOf(org, org.Headers)).Code.ShouldBe("service.auth.error");
    }

    [Fact]
    public async Task Errors_name_the_call_in_their_message()
    {
        await using var org = await PubSubDriver.StartAsync();

        var error = await Should.ThrowAsync<RpcException>(() => org.Client.GetSchemaAsync(new SchemaRequest(), org.Headers, cancellationToken: Cancellation).ResponseAsync);

        error.StatusCode.ShouldBe(StatusCode.InvalidArgument);
        error.Status.Detail.ShouldBe($"Schema validation failed. The schema ID can't be blank. rpcId: {error.Trailers.GetValue("rpc-id")}");
    }

    [Fact]
    public async Task A_fault_breaks_a_subscription_after_some_events()
    {
        await using var org = await PubSubDriver.StartAsync();
        await SubscriptionTests.CreateAsync(org, 5);
        org.Events.AddFaults(new EventFault { Method = "Subscribe", Topic = "/data/Acc*", AfterEvents = 3, Times = 1, Status = StatusCode.Unavailable, ErrorCode = "service.unavailable" });
        using var broken = org.Subscribe(Accounts);

        (await broken.TakeAsync(3)).Count.ShouldBe(3);
        (await broken.ErrorAsync()).ShouldBe((StatusCode.Unavailable, "service.unavailable"));
        using var whole = org.Subscribe(Accounts);
        await whole.TakeAsync(5);
    }

    [Fact]
    public async Task A_client_that_goes_on_after_each_break_gets_each_event_once_and_in_order()
    {
        const int Count = 400;
        await using var org = await PubSubDriver.StartAsync();
        org.Events.AddFaults(
            new EventFault { Method = "Subscribe", AfterEvents = 17, Times = 5, Status = StatusCode.Unavailable },
            new EventFault { Method = "Subscribe", AfterEvents = 40, Times = 2, Reset = true },
            new EventFault { Method = "Subscribe", AfterEvents = 1, Times = 3, Status = StatusCode.OK });
        var writing = Task.WhenAll(SubscriptionTests.CreateAsync(org, Count / 2), SubscriptionTests.CreateAsync(org, Count / 2));

        List<ConsumerEvent> received = [];
        while (received.Count < Count)
        {
            using var subscriber = received.Count == 0 ? org.Subscribe(Accounts, count: 7) : org.Subscribe(Accounts, ReplayPreset.Custom, received[^1].ReplayId, count: 7);
            try
            {
                while (received.Count < Count && await subscriber.NextAsync() is { } response)
                {
                    received.AddRange(response.Events);
                    await subscriber.AskAsync(response.Events.Count);
                }
            }
            catch (RpcException error)
            {
                error.StatusCode.ShouldNotBe(StatusCode.InvalidArgument);
            }
        }

        await writing;
        received.Select(one => one.Event.Id).Distinct().Count().ShouldBe(Count);
        received.Select(one => Convert.ToHexString(one.ReplayId.Span)).ShouldBeInOrder();
        using var whole = org.Subscribe(Accounts);
        (await whole.TakeAsync(100)).ShouldBe(received.Take(100));
    }

    [Fact]
    public async Task Faults_come_by_the_admin_door_too_and_reset_connections()
    {
        await using var org = await PubSubDriver.StartAsync();
        (await org.Org.SendAsync("POST", "/__admin/events/faults", """[{"method":"GetTopic","status":"PermissionDenied","errorCode":"topic.meta.permission","times":1},{"method":"GetTopic","reset":true}]"""))
            .Status.ShouldBe(204);

        (await ErrorOf(org, org.Headers)).ShouldBe((StatusCode.PermissionDenied, "topic.meta.permission"));
        (await ErrorOf(org, org.Headers)).Code.ShouldBeNull();
        (await org.Org.SendAsync("DELETE", "/__admin/events/faults", null)).Status.ShouldBe(204);
        (await org.Client.GetTopicAsync(new TopicRequest { TopicName = Accounts }, org.Headers, cancellationToken: Cancellation)).CanSubscribe.ShouldBeTrue();
    }

    [Theory]
    [InlineData("""[{"method":"Subscribe"}]""", "one of status, reset and delayMs")]
    [InlineData("""[{"status":"Unavailable","afterEvents":1}]""", "afterEvents needs the method Subscribe")]
    [InlineData("""[{"reset":true,"errorCode":"x"}]""", "errorCode needs the status")]
    public async Task A_wrong_fault_is_refused(string rules, string reason)
    {
        await using var org = await PubSubDriver.StartAsync();

        var reply = await org.Org.SendAsync("POST", "/__admin/events/faults", rules);

        reply.Status.ShouldBe(400);
        reply.Body.ShouldContain(reason);
    }

    [Fact]
    public async Task All_subscriptions_end_on_demand()
    {
        await using var org = await PubSubDriver.StartAsync();
        using var one = org.Subscribe(Accounts);
        await SubscriptionTests.OpenAsync(org);
        (await org.Org.SendAsync("POST", "/__admin/events/end-streams", """{"status":"Internal","errorCode":"subscription.internal.error"}""")).Status.ShouldBe(204);
        (await one.ErrorAsync()).ShouldBe((StatusCode.Internal, "subscription.internal.error"));

        using var other = org.Subscribe(Accounts);
        await SubscriptionTests.OpenAsync(org);
        await ManualTime.UntilAsync(() => org.Events.Stats.Calls["Subscribe"] == 2);
        org.Events.EndStreams(new EventFault { Status = StatusCode.OK });
        (await other.NextAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Deliveries_end_at_the_limit_and_go_on_a_day_later()
    {
        var time = new FakeTimeProvider();
        await using var org = await PubSubDriver.StartAsync(time, new EventOptions { DailyDeliveries = 3 });
        await SubscriptionTests.CreateAsync(org, 5);
        using var subscriber = org.Subscribe(Accounts);
        var delivered = await subscriber.TakeAsync(3);
        (await subscriber.ErrorAsync()).ShouldBe((StatusCode.ResourceExhausted, "subscription.limit.exceeded"));

        time.Advance(TimeSpan.FromHours(24));
        using var later = org.Subscribe(Accounts, ReplayPreset.Custom, delivered[2].ReplayId);
        await later.TakeAsync(2);
        org.Events.Stats.Delivered.ShouldBe(5);
    }

    [Fact]
    public async Task A_reset_ends_subscriptions_and_removes_events()
    {
        await using var org = await PubSubDriver.StartAsync();
        await SubscriptionTests.CreateAsync(org, 2);
        using var subscriber = org.Subscribe(Accounts);
        await subscriber.TakeAsync(2);
        org.Org.Simulator.Reset();

        (await subscriber.ErrorAsync()).Code.ShouldBe("service.unavailable");
        org.Events.Stats.Retained.ShouldBe(0);
    }

    [Fact]
    public async Task It_is_served_by_TLS_with_a_certificate_to_trust()
    {
        await using var org = await OrgDriver.StartAsync(new SimulatorOptions { Events = new EventOptions() });
        var events = org.Simulator.Events;
        events.Url.Scheme.ShouldBe("https");
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate!.GetCertHashString() == events.Certificate!.GetCertHashString();
        using var channel = GrpcChannel.ForAddress(events.Url, new GrpcChannelOptions { HttpHandler = handler });

        var topic = await new PubSub.PubSubClient(channel).GetTopicAsync(new TopicRequest { TopicName = "/data/ChangeEvents" }, PubSubDriver.HeadersOf(org), cancellationToken: Cancellation);

        topic.SchemaId.ShouldBeEmpty();
        topic.CanPublish.ShouldBeFalse();
        topic.RpcId.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task An_org_without_events_has_no_doors_for_them()
    {
        await using var org = await OrgDriver.StartAsync();

        (await org.GetAsync("/__admin/events/stats")).Status.ShouldBe(404);
        Should.Throw<InvalidOperationException>(() => org.Simulator.Events).Message.ShouldContain("SimulatorOptions.Events");
        (await org.SendAsync("POST", "sobjects/Order__e", "{}")).Status.ShouldBe(404);
    }

    private static Metadata With(Metadata headers, string name, string value)
    {
        Metadata changed = [];
        foreach (var entry in headers)
        {
            changed.Add(entry.Key, entry.Key == name ? value : entry.Value);
        }

        return changed;
    }

    private static async Task<(StatusCode Status, string? Code)> ErrorOf(PubSubDriver org, Metadata headers) =>
        PubSubDriver.CodeOf(await Should.ThrowAsync<RpcException>(() =>
            org.Client.GetTopicAsync(new TopicRequest { TopicName = Accounts }, headers, cancellationToken: Cancellation).ResponseAsync));
}
