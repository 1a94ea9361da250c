using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SalesforceConnector.Telemetry;

namespace SalesforceConnector.Queues;

/// <summary>Deletes what has expired from the ledger, now and then, as Table storage does not do so by itself.</summary>
internal sealed partial class LedgerPurge(OperationLedger ledger, TimeProvider time, ILogger<LedgerPurge> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromHours(6);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            try
            {
                var purged = await ledger.PurgeAsync(stoppingToken).ConfigureAwait(false);
                Log.Purged(logger, purged);
            }
            catch (Exception e) when (StorageConnection.IsFailure(e))
            {
                // Storage does not answer; what has expired can wait for the next time.
                Log.Failed(logger, LoggedException.Of(e));
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Count} expired entries of the ledger were deleted")]
        public static partial void Purged(ILogger logger, int count);

        [LoggerMessage(2, LogLevel.Warning, "Expired entries of the ledger could not be deleted")]
        public static partial void Failed(ILogger logger, LoggedException? exception);
    }
}
