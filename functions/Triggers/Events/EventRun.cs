using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Salesforce;
using SalesforceConnector.Salesforce.Authentication;
using SalesforceConnector.Salesforce.Events;
using SalesforceConnector.Triggers.Events.Deliveries;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Triggers.Events;

/// <summary>Listens to all topics of the settings for a while, each by a stream of its own.</summary>
public sealed class EventRun
{
    // Within 270 seconds Salesforce sends a position, even if there are no events.
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(280);

    private readonly PositionTable _positions;
    private readonly EventSinks _sinks;
    private readonly PubSubClient _client;
    private readonly Orgs _orgs;
    private readonly EventOptions _options;
    private readonly SalesforceOptions _salesforce;
    private readonly QueueOptions _queues;
    private readonly FunctionTimeout _functionTimeout;
    private readonly EventTelemetry _telemetry;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    internal EventRun(
        PositionTable positions,
        EventSinks sinks,
        PubSubClient client,
        Orgs orgs,
        IOptions<EventOptions> options,
        IOptions<SalesforceOptions> salesforce,
        IOptions<QueueOptions> queues,
        FunctionTimeout functionTimeout,
        EventTelemetry telemetry,
        TimeProvider time,
        ILogger<EventRun> logger)
    {
        (_positions, _sinks, _client, _orgs, _options, _salesforce, _queues) = (positions, sinks, client, orgs, options.Value, salesforce.Value, queues.Value);
        (_functionTimeout, _telemetry, _time, _logger) = (functionTimeout, telemetry, time, logger);
    }

    /// <summary>Listens for <see cref="EventOptions.ListenFor"/>. Without topics, it does nothing.</summary>
    /// <param name="stopping">When the app stops.</param>
    public Task RunAsync(CancellationToken stopping) =>
        !_options.IsOn ? Task.CompletedTask : Task.WhenAll(_options.Topics.Select(topic => ListenAsync(SubscriptionTo(topic.Key, topic.Value), stopping)));

    private async Task ListenAsync(Subscription subscription, CancellationToken stopping)
    {
        using var end = new CancellationTokenSource(_options.ListenFor, _time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(end.Token, stopping);
        // Storage may take its time for what has been received; the host ends the whole process at its timeout.
        using var cancellation = new CancellationTokenSource();
        using var lastly = ending.Token.Register(() => cancellation.CancelAfter(EventRules.Grace));
        var started = _time.GetTimestamp();
        var delivery = new EventDelivery(subscription, _client, _sinks.For(subscription.Options), _telemetry, _time, _logger);
        var receiver = new TopicReceiver(subscription, _positions, delivery, _client, _options.Lease, _time, _logger)
        {
            Confirmed = () =>
            {
                var left = _options.ListenFor - _time.GetElapsedTime(started);
                end.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
            },
        };
        var pause = new DeliveryPause(subscription, _positions, _options.Lease, _queues, _telemetry, _time, _logger);
        await new TopicListener(subscription, _positions, receiver, delivery, pause, _telemetry, _time, _logger).ListenAsync(
            () =>
            {
                // Never beyond the host's timeout, however late in the run.
                var longest = _functionTimeout.Value - EventRules.Reserve - _time.GetElapsedTime(started);
                var longer = KeepAlive < longest ? KeepAlive : longest;
                if (longer > _options.ListenFor - _time.GetElapsedTime(started))
                {
                    end.CancelAfter(longer > TimeSpan.Zero ? longer : TimeSpan.Zero);
                }
            },
            ending.Token,
            cancellation.Token).ConfigureAwait(false);
    }

    private Subscription SubscriptionTo(string name, TopicOptions topic)
    {
        var url = topic.Org is { } org ? _salesforce.Orgs[org].BaseUrl! : _salesforce.BaseUrl!;
        return new Subscription(
            Subscription.NameOf(name), topic, _orgs.WithOwnCredentials(OrgUrl.Parse(url)), topic.SkipOwnChanges ? _salesforce.ClientName : null);
    }
}
