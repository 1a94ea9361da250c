using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Triggers.Events.Deliveries;

/// <summary>Where the events of one subscription are delivered.</summary>
internal interface IReceiver
{
    /// <summary>Delivers one event. The receiver may have it already, under the same id.</summary>
    /// <param name="message">The event, with its payload in it.</param>
    /// <exception cref="ConnectorException">The receiver has not taken it, or may not have.</exception>
    Task DeliverAsync(EventMessage message, CancellationToken cancellationToken);
}
