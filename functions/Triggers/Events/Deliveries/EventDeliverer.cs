using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Triggers.Events.Deliveries;

/// <summary>Makes one attempt at the delivery of an event.</summary>
internal sealed class EventDeliverer(Receivers receivers, EventBlobs blobs, EventTelemetry telemetry, TimeProvider time)
{
    /// <exception cref="ConnectorException">The receiver has not taken it, or may not have.</exception>
    /// <exception cref="Azure.RequestFailedException">The blob with the event's payload cannot be read.</exception>
    public async Task DeliverAsync(EventMessage message, CancellationToken cancellationToken)
    {
        var receiver = receivers.Find(message.Subscription) ?? throw DeliveryProblems.MissingSetting(message.Subscription);
        if (message.PayloadUrl is { } url)
        {
            message = message with { Payload = await blobs.ReadAsync(url, cancellationToken).ConfigureAwait(false), PayloadUrl = null };
        }

        var started = time.GetTimestamp();
        try
        {
            await receiver.DeliverAsync(message, cancellationToken).ConfigureAwait(false);
            telemetry.Delivered(message.Subscription, DeliveryOutcome.Delivered, time.GetElapsedTime(started));
        }
        catch (ConnectorException e)
        {
            telemetry.Delivered(message.Subscription, e.Problem.Retryable ? DeliveryOutcome.Failed : DeliveryOutcome.Refused, time.GetElapsedTime(started));
            throw;
        }
    }
}

/// <summary>What became of an attempt to deliver an event.</summary>
internal static class DeliveryOutcome
{
    public const string Delivered = "delivered";

    /// <summary>It is tried again.</summary>
    public const string Failed = "failed";

    /// <summary>The event is kept on the poison queue.</summary>
    public const string Refused = "refused";
}
