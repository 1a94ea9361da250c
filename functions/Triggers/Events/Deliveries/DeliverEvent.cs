using Microsoft.Azure.Functions.Worker;
using SalesforceConnector.Contracts.Storage;

namespace SalesforceConnector.Triggers.Events.Deliveries;

/// <summary>
/// Delivers events of subscriptions that are not delivered in order, and events that an operator sends again. The app setting
/// <c>AzureWebJobs.DeliverEvent.Disabled</c> switches it off where nothing is delivered.
/// </summary>
public sealed class DeliverEvent(EventDeliveries deliveries)
{
    /// <summary>The name in logs and kept messages.</summary>
    internal const string Operation = nameof(DeliverEvent);

    public const string Queue = "salesforce-deliver-event";

    [Function(nameof(DeliverEvent))]
    public Task FromEvents([QueueTrigger(Queue, Connection = StorageConnection.Name)] string message, CancellationToken cancellationToken) =>
        deliveries.RunAsync(message, cancellationToken);
}
