using Azure.Storage.Queues;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Triggers.Events;

/// <summary>Puts events on the queue <c>salesforce-events</c>, without expiry.</summary>
internal sealed class EventOutbox(Lazy<QueueServiceClient> queues, EventBlobs blobs) : IEventSink
{
    /// <summary>The name of the queue.</summary>
    public const string Name = "salesforce-events";

    public async Task SendAsync(EventMessage message, TopicPosition position, CancellationToken cancellationToken)
    {
        var text = message.ToMessage();
        if (MessageText.MayBeLong(text) && !MessageText.Fits(text) && message.Payload is { } payload)
        {
            text = (message with { Payload = null, PayloadUrl = await blobs.StoreAsync(message, payload, cancellationToken).ConfigureAwait(false) }).ToMessage();
        }

        await QueueOutbox.SendAsync(queues.Value.GetQueueClient(Name), text, TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
    }
}
