using System.Diagnostics.CodeAnalysis;
using Microsoft.Azure.Functions.Worker;

namespace SalesforceConnector.Triggers.Timers;

/// <summary>The one timer of the app: on one instance at a time, also when nothing else has been asked of the app.</summary>
public sealed class Housekeeping(HousekeepingRun run)
{
    /// <summary>Every five minutes.</summary>
    public const string Schedule = "0 */5 * * * *";

    [Function(nameof(Housekeeping))]
    [SuppressMessage("Style", "IDE0060", Justification = "The host finds the trigger by it.")]
    public Task FromTimer([TimerTrigger(Schedule)] TimerInfo timer, CancellationToken cancellationToken) => run.RunAsync(cancellationToken);
}
