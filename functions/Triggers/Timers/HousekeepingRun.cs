using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce;
using SalesforceConnector.Salesforce.Events;
using SalesforceConnector.Triggers.Events;
using SalesforceConnector.Triggers.Events.Deliveries;
using SalesforceConnector.Triggers.Queues;
using SalesforceConnector.Triggers.Queues.Ledger;

namespace SalesforceConnector.Triggers.Timers;

/// <summary>The periodic tasks. A task that fails is repeated in the next run.</summary>
public sealed partial class HousekeepingRun(
    QueueGauge gauge,
    PositionGauge positions,
    PoisonQueues poisonQueues,
    UnfinishedOperations unfinished,
    IOptions<SalesforceOptions> options,
    IOptions<EventOptions> events,
    TimeProvider time,
    ILogger<HousekeepingRun> logger)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(options.Value.InvocationTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        await DoAsync("counting", () => gauge.MeasureAsync(either.Token)).ConfigureAwait(false);
        await DoAsync("positions of events", () => positions.MeasureAsync(either.Token)).ConfigureAwait(false);
        await DoAsync("poison queues", () => poisonQueues.EmptyAsync(Queues, either.Token)).ConfigureAwait(false);
        await DoAsync("ledger", () => CleanLedgerAsync(either.Token)).ConfigureAwait(false);
    }

    private IEnumerable<KeyValuePair<string, string>> Queues => events.Value.Delivers
        ? QueueOptions.Operations.Append(new(DeliverEvent.Operation, DeliverEvent.Queue))
        : QueueOptions.Operations;

    private async Task CleanLedgerAsync(CancellationToken cancellationToken)
    {
        var (ended, deleted) = await unfinished.CleanUpAsync(cancellationToken).ConfigureAwait(false);
        Log.Cleaned(logger, ended, deleted);
    }

    // A failing task must not block the others.
    private async Task DoAsync(string part, Func<Task> doAsync)
    {
        try
        {
            await doAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (StorageConnection.IsFailure(e) || e is OperationCanceledException)
        {
            Log.Failed(logger, part, e.GetType().Name);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "The ledger: ended {Ended} unfinished operations, deleted {Deleted} expired entries")]
        public static partial void Cleaned(ILogger logger, int ended, int deleted);

        [LoggerMessage(2, LogLevel.Warning, "Housekeeping, {Part}: not completed ({Failure}); it will be retried in the next run")]
        public static partial void Failed(ILogger logger, string part, string failure);
    }
}
