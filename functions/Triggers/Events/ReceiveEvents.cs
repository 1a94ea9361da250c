using System.Diagnostics.CodeAnalysis;
using Microsoft.Azure.Functions.Worker;

namespace SalesforceConnector.Triggers.Events;

/// <summary>
/// Receives Salesforce's events, on one instance at a time. The app setting <c>AzureWebJobs.ReceiveEvents.Disabled</c> switches the timer
/// off where there are no subscriptions, as it would wake the app.
/// </summary>
public sealed class ReceiveEvents(EventRun run)
{
    /// <summary>Every minute in which no run is still listening.</summary>
    public const string Schedule = "0 * * * * *";

    [Function(nameof(ReceiveEvents))]
    [SuppressMessage("Style", "IDE0060", Justification = "The host finds the trigger by this parameter.")]
    public Task FromTimer([TimerTrigger(Schedule)] TimerInfo timer, CancellationToken cancellationToken) => run.RunAsync(cancellationToken);
}
