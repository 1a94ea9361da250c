using Azure.Storage.Queues;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Contracts.Telemetry;
using SalesforceConnector.Salesforce.Events;
using SalesforceConnector.Triggers.Events;
using SalesforceConnector.Triggers.Events.Deliveries;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Triggers.Timers;

/// <summary>Measures the length and age of the queues, for which Azure has no metric.</summary>
public sealed partial class QueueGauge(
    Lazy<QueueServiceClient> queues, ConnectorTelemetry telemetry, IOptions<QueueOptions> options, IOptions<EventOptions> events, TimeProvider time, ILogger<QueueGauge> logger)
{
    /// <summary>Measures once, if anyone listens to the metrics.</summary>
    internal async Task MeasureAsync(CancellationToken cancellationToken)
    {
        if (!telemetry.WatchesQueues)
        {
            return;
        }

        foreach (var name in options.Value.All.Concat(OfEvents))
        {
            var queue = queues.Value.GetQueueClient(name);
            try
            {
                var properties = await queue.GetPropertiesAsync(cancellationToken).ConfigureAwait(false);
                var first = await queue.PeekMessageAsync(cancellationToken).ConfigureAwait(false);
                telemetry.Waiting(
                    name,
                    properties.Value.ApproximateMessagesCountLong,
                    first.Value?.InsertedOn is { } since ? time.GetUtcNow() - since : TimeSpan.Zero);
            }
            catch (Exception e) when (StorageConnection.IsFailure(e))
            {
                // A missing queue must not block the others.
                Log.NotCounted(logger, name, LoggedException.From(e));
            }
        }
    }

    private IEnumerable<string> OfEvents =>
    [
        .. events.Value.IsOn ? [EventOutbox.Name] : Array.Empty<string>(),
        .. events.Value.Delivers ? [DeliverEvent.Queue, DeliverEvent.Queue + QueueOptions.PoisonSuffix] : Array.Empty<string>(),
    ];

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The messages on the queue {Queue} could not be counted")]
        public static partial void NotCounted(ILogger logger, string queue, LoggedException? exception);
    }
}
