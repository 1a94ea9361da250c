using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Eventbus.V1;
using Microsoft.Extensions.Logging;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Salesforce.Authentication;
using SalesforceConnector.Salesforce.Events;

namespace SalesforceConnector.Triggers.Events;

/// <summary>Puts one subscription's events on the queue, or delivers them, each once as long as this run lasts.</summary>
internal sealed partial class EventDelivery(
    Subscription subscription, PubSubClient client, IEventSink sink, EventTelemetry telemetry, TimeProvider time, ILogger logger)
{
    private const string Skipped = "skipped";

    // Salesforce's clock and this one can differ.
    private static readonly TimeSpan ClockDifference = TimeSpan.FromMinutes(1);

    // Events that are on the queue or delivered, while the stored position may be before them.
    private readonly ConcurrentDictionary<string, bool> _delivered = [];

    /// <summary>Puts events on the queue, or delivers them, at the same time.</summary>
    /// <exception cref="PubSubException">A schema cannot be fetched.</exception>
    /// <exception cref="Deliveries.DeliveryFailedException">The receiver does not take an event.</exception>
    /// <exception cref="Azure.RequestFailedException">Storage does not take an event.</exception>
    /// <param name="since">When the subscription began, if older events are to be left out.</param>
    public Task SendAsync(
        IEnumerable<ConsumerEvent> events, AccessToken token, TopicPosition position, DateTimeOffset? since, CancellationToken cancellationToken) =>
        Task.WhenAll(events
            .Where(received => !_delivered.ContainsKey(received.Event.Id))
            .Select(received => SendAsync(received, token, position, since, cancellationToken)));

    /// <summary>The stored position is behind all events that were sent.</summary>
    public void Stored() => _delivered.Clear();

    /// <summary>Puts a message on the queue that events may be missing.</summary>
    public async Task SendLostAsync(TopicPosition position, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var lost = new LostPeriod(position.ConfirmedAt ?? position.LatestSince ?? now, now);
        // The same id for the same loss, which another run reports again if this one ends before it has stored the new position.
        var id = new Guid(SHA256.HashData([.. Encoding.UTF8.GetBytes(subscription.Name), 0, .. position.ReplayId ?? []]).AsSpan(0, 16)).ToString();
        await sink.SendAsync(subscription.Message(id, EventTypes.Lost) with { CreatedAt = now, Lost = lost }, position, cancellationToken).ConfigureAwait(false);
        telemetry.Received(subscription.Name, EventTypes.Lost);
        Log.Lost(logger, subscription.Name, lost.From, lost.To);
    }

    private async Task SendAsync(
        ConsumerEvent received, AccessToken token, TopicPosition position, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        var message = subscription.Message(received.Event.Id, EventTypes.Unreadable) with
        {
            ReplayId = Convert.ToBase64String(received.ReplayId.Span),
            Schema = received.Event.SchemaId,
        };
        try
        {
            var decoder = await client.GetDecoderAsync(subscription.Target, token, received.Event.SchemaId, cancellationToken).ConfigureAwait(false);
            var decoded = decoder.Decode(received.Event.Payload.Span);
            if (IsToSkip(decoded, since))
            {
                telemetry.Received(subscription.Name, Skipped);
                return;
            }

            message = message with { Type = TypeOf(decoded.Kind), CreatedAt = decoded.CreatedAt, Payload = new RawJson(decoded.Payload) };
        }
        catch (InvalidDataException e)
        {
            Log.Unreadable(logger, subscription.Name, received.Event.Id, e.Message);
            message = message with { Payload = new RawJson(JsonSerializer.SerializeToUtf8Bytes(received.Event.Payload.ToBase64())) };
        }

        await sink.SendAsync(message, position, cancellationToken).ConfigureAwait(false);
        _delivered[message.EventId] = true;
        telemetry.Received(subscription.Name, message.Type);
        if (message.CreatedAt is { } createdAt)
        {
            telemetry.Queued(subscription.Name, time.GetUtcNow() - createdAt);
        }
    }

    private bool IsToSkip(DecodedEvent decoded, DateTimeOffset? since) =>
        (decoded.Kind == EventKind.Change && subscription.Client is { } client && decoded.IsFrom(client))
        || decoded.CreatedAt < since - ClockDifference;

    private static string TypeOf(EventKind kind) => kind switch
    {
        EventKind.Event => EventTypes.Event,
        EventKind.Change => EventTypes.Change,
        EventKind.Gap => EventTypes.Gap,
        _ => EventTypes.Overflow,
    };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Events {Subscription}: the position is lost, events from {From} to {To} may be missing; receiving goes on from the earliest event that Salesforce has")]
        public static partial void Lost(ILogger logger, string subscription, DateTimeOffset from, DateTimeOffset to);

        [LoggerMessage(2, LogLevel.Error, "Events {Subscription}: the event {EventId} could not be decoded and is on the queue as it was received: {Reason}")]
        public static partial void Unreadable(ILogger logger, string subscription, string eventId, string reason);
    }
}
