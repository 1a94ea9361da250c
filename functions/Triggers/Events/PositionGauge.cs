using Microsoft.Extensions.Options;
using SalesforceConnector.Salesforce.Events;

namespace SalesforceConnector.Triggers.Events;

/// <summary>Measures how old the positions of the subscriptions are, apart from the runs that receive events.</summary>
public sealed class PositionGauge(PositionTable positions, EventTelemetry telemetry, IOptions<EventOptions> options, TimeProvider time)
{
    /// <summary>Measures once, if there are subscriptions and anyone listens to the metrics.</summary>
    internal async Task MeasureAsync(CancellationToken cancellationToken)
    {
        if (!telemetry.WatchesPositions)
        {
            return;
        }

        foreach (var name in options.Value.Topics.Keys.Select(Subscription.NameOf))
        {
            // An event that cannot be delivered holds the position; the metric of deliveries tells of that.
            if (await positions.FindAsync(name, cancellationToken).ConfigureAwait(false) is { DeliveryFailedSince: null } position
                && (position.ConfirmedAt ?? position.LatestSince) is { } since)
            {
                telemetry.Confirmed(name, time.GetUtcNow() - since);
            }
        }
    }
}
