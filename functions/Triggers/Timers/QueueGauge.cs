using Azure.Storage.Queues;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Contracts.Telemetry;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Triggers.Timers;

/// <summary>Counts what waits on the queues, as Azure has no such metric of one queue.</summary>
public sealed partial class QueueGauge(
    Lazy<QueueServiceClient> queues, ConnectorTelemetry telemetry, IOptions<QueueOptions> options, TimeProvider time, ILogger<QueueGauge> logger)
{
    /// <summary>Counts once, if anybody listens.</summary>
    internal async Task MeasureAsync(CancellationToken cancellationToken)
    {
        if (!telemetry.WatchesQueues)
        {
            return;
        }

        foreach (var name in options.Value.All)
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
                // One queue that is not there must not hide the others.
                Log.NotCounted(logger, name, LoggedException.From(e));
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "What waits on the queue {Queue} could not be counted")]
        public static partial void NotCounted(ILogger logger, string queue, LoggedException? exception);
    }
}
