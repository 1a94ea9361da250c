using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Triggers.Events.Deliveries;

/// <summary>
/// Delivers the events of a subscription while they are received, one after the other: the position is stored when the receiver has the
/// event, and events wait in Salesforce as long as it does not take one.
/// </summary>
internal sealed partial class OrderedDelivery(
    EventDeliverer deliverer, DeliveryOutbox outbox, IOptions<QueueOptions> options, TimeProvider time, ILogger<OrderedDelivery> logger) : IEventSink
{
    /// <exception cref="DeliveryFailedException">The receiver has not taken the event. The caller delivers it again.</exception>
    public async Task SendAsync(EventMessage message, TopicPosition position, CancellationToken cancellationToken)
    {
        try
        {
            await deliverer.DeliverAsync(message, cancellationToken).ConfigureAwait(false);
        }
        catch (ConnectorException e) when (e.Problem.Retryable && !IsOver(position))
        {
            throw new DeliveryFailedException(message.EventId, e);
        }
        catch (ConnectorException e)
        {
            var kept = await outbox.KeepAsync(message, e.Problem.ErrorCode, cancellationToken).ConfigureAwait(false);
            Log.Kept(logger, message.Subscription, message.EventId, e.Problem.Status, e.Problem.ErrorCode, kept);
        }
    }

    private bool IsOver(TopicPosition position)
    {
        var now = time.GetUtcNow();
        return now >= (position.DeliveryFailedSince ?? now) + options.Value.RetryFor;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Events {Subscription}: the event {EventId} was not delivered ({Status} {ErrorCode}) and is kept on the poison queue as {PoisonMessageId}; the next ones are delivered")]
        public static partial void Kept(ILogger logger, string subscription, string eventId, int status, string errorCode, string poisonMessageId);
    }
}
