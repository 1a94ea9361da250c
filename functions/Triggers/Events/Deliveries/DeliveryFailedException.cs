using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Triggers.Events.Deliveries;

/// <summary>An event was not delivered, and is to be delivered before the next one.</summary>
internal sealed class DeliveryFailedException(string eventId, ConnectorException cause) : Exception(cause.Message, cause)
{
    public string EventId { get; } = eventId;

    public Problem Problem { get; } = cause.Problem;
}
