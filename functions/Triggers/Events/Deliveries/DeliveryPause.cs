using Microsoft.Extensions.Logging;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Triggers.Events.Deliveries;

/// <summary>The pauses of a subscription whose next event could not be delivered. They go on in the next run, with the lease kept meanwhile.</summary>
internal sealed partial class DeliveryPause(
    Subscription subscription, PositionTable positions, TimeSpan lease, QueueOptions options, EventTelemetry telemetry, TimeProvider time, ILogger logger)
{
    /// <summary>Notes a failure, and when the next attempt is.</summary>
    public void Begin(TopicPosition position, DeliveryFailedException failure)
    {
        var problem = failure.Problem;
        telemetry.Failed(subscription.Name, problem.ErrorCode);
        var now = time.GetUtcNow();
        position.DeliveryFailures++;
        position.DeliveryFailedSince ??= now;
        position.PausedUntil = now + Completion.Pause(position.DeliveryFailures, options, problem.RetryAfter, Backoff.Jitter());
        Log.Failed(logger, subscription.Name, failure.EventId, position.DeliveryFailures, problem.Status, problem.ErrorCode, position.PausedUntil.Value);
    }

    /// <summary>Waits for the next attempt, or the end of the run.</summary>
    public async Task WaitAsync(TopicPosition position, CancellationToken ending, CancellationToken cancellation)
    {
        while (position.PausedUntil - time.GetUtcNow() is { } left && left > TimeSpan.Zero && !ending.IsCancellationRequested)
        {
            await positions.SaveAsync(position, cancellation).ConfigureAwait(false);
            await Task.Delay(left < lease / 3 ? left : lease / 3, time, ending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Events {Subscription}: the event {EventId} was not delivered at attempt {Attempt} ({Status} {ErrorCode}); events wait in Salesforce, the next attempt is at {PausedUntil}")]
        public static partial void Failed(
            ILogger logger, string subscription, string eventId, int attempt, int status, string errorCode, DateTimeOffset pausedUntil);
    }
}
