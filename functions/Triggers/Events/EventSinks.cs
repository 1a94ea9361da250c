using SalesforceConnector.Salesforce.Events;
using SalesforceConnector.Triggers.Events.Deliveries;

namespace SalesforceConnector.Triggers.Events;

/// <summary>Where events go, by the settings of their subscription.</summary>
internal sealed class EventSinks(EventOutbox queue, OrderedDelivery ordered, DeliveryOutbox deliveries)
{
    public IEventSink For(TopicOptions topic) => topic switch
    {
        { Deliver: null } => queue,
        { InOrder: true } => ordered,
        _ => deliveries,
    };
}

/// <summary>Takes the events of one subscription, in the order in which they are received.</summary>
internal interface IEventSink
{
    /// <summary>Takes an event. Its position is stored afterwards.</summary>
    /// <param name="position">The subscription's position, which is before the event.</param>
    /// <exception cref="Azure.RequestFailedException">Storage does not take it.</exception>
    /// <exception cref="Deliveries.DeliveryFailedException">The receiver does not take it.</exception>
    Task SendAsync(EventMessage message, TopicPosition position, CancellationToken cancellationToken);
}
