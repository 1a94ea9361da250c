using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Queues;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Triggers.Events;

/// <summary>Puts events on the queue <c>salesforce-events</c>, without expiry.</summary>
public sealed class EventOutbox(Lazy<QueueServiceClient> queues, Lazy<BlobContainerClient> blobs)
{
    /// <summary>The name of the queue.</summary>
    public const string Name = "salesforce-events";

    /// <exception cref="Azure.RequestFailedException">Storage does not take it.</exception>
    internal async Task SendAsync(EventMessage message, CancellationToken cancellationToken)
    {
        var text = message.ToMessage();
        if (MessageText.MayBeLong(text) && !MessageText.Fits(text) && message.Payload is { } payload)
        {
            text = (message with { Payload = null, PayloadUrl = await StoreAsync(message, payload, cancellationToken).ConfigureAwait(false) }).ToMessage();
        }

        await QueueOutbox.SendAsync(queues.Value.GetQueueClient(Name), text, TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
    }

    // The same name for the same event, so that one that is put on the queue twice has one blob.
    private async Task<string> StoreAsync(EventMessage message, RawJson payload, CancellationToken cancellationToken)
    {
        var blob = blobs.Value.GetBlobClient($"events/{message.Subscription}/{Uri.EscapeDataString(message.EventId)}.json");
        await blob.UploadAsync(
            BinaryData.FromBytes(payload.Utf8),
            new BlobUploadOptions { HttpHeaders = new BlobHttpHeaders { ContentType = "application/json" } },
            cancellationToken).ConfigureAwait(false);
        return blob.Uri.ToString();
    }
}
