using System.Diagnostics.CodeAnalysis;
using Microsoft.Azure.Functions.Worker;

namespace SalesforceConnector.Triggers.Timers;

/// <summary>The app's timer. It runs on one instance at a time, and also while the app is idle.</summary>
public sealed class Housekeeping(HousekeepingRun run)
{
    /// <summary>Every five minutes.</summary>
    public const string Schedule = "0 */5 * * * *";

    [Function(nameof(Housekeeping))]
    [SuppressMessage("Style", "IDE0060", Justification = "The host finds the trigger by this parameter.")]
    public Task FromTimer([TimerTrigger(Schedule)] TimerInfo timer, CancellationToken cancellationToken) => run.RunAsync(cancellationToken);
}
