using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using SalesforceConnector.Contracts.Json;

namespace SalesforceConnector.Triggers.Events;

/// <summary>The blobs of events that are too long for a message.</summary>
internal sealed class EventBlobs(Lazy<BlobContainerClient> blobs)
{
    /// <returns>The blob's URL. The same for the same event, so that one that is put on the queue twice has one blob.</returns>
    public async Task<string> StoreAsync(EventMessage message, RawJson payload, CancellationToken cancellationToken)
    {
        var blob = blobs.Value.GetBlobClient($"events/{message.Subscription}/{Uri.EscapeDataString(message.EventId)}.json");
        await blob.UploadAsync(
            BinaryData.FromBytes(payload.Utf8),
            new BlobUploadOptions { HttpHeaders = new BlobHttpHeaders { ContentType = "application/json" } },
            cancellationToken).ConfigureAwait(false);
        return blob.Uri.ToString();
    }

    public async Task<RawJson> ReadAsync(string url, CancellationToken cancellationToken)
    {
        var blob = blobs.Value.GetBlobClient(new BlobUriBuilder(new Uri(url)).BlobName);
        var content = await blob.DownloadContentAsync(cancellationToken).ConfigureAwait(false);
        return new RawJson(content.Value.Content.ToMemory());
    }
}
