using System.Globalization;
using System.Text.Json;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using SalesforceConnector.Hosting;
using SalesforceConnector.Salesforce;

namespace SalesforceConnector.Queues;

/// <summary>Completes results: the body in the message if it fits there, else in a blob that the message names.</summary>
public sealed class ResultStore(Lazy<BlobContainerClient> blobs, IOptions<SalesforceOptions> options, TimeProvider time)
{
    private const int DetailInMessage = 1_000;

    /// <summary>The result of a call that Salesforce answered with a success.</summary>
    /// <exception cref="IOException">The reply broke off.</exception>
    internal async Task<ResultMessage> SucceededAsync(
        ResultMessage result, SalesforceReply reply, bool representation, CancellationToken cancellationToken)
    {
        result = result with { Status = reply.Status, Headers = reply.Headers.ToDictionary(), CompletedAt = time.GetUtcNow() };
        if (representation && reply.Representation is { } written)
        {
            return result with
            {
                Status = StatusCodes.Status200OK,
                Headers = reply.Headers
                    .ExceptBy(SalesforceReply.RepresentationHeaders.Keys, header => header.Key)
                    .Concat(SalesforceReply.RepresentationHeaders)
                    .ToDictionary(),
                Body = new RawJson(written),
            };
        }

        if (reply.Body.Length == 0)
        {
            return result;
        }

        if (reply.Body.Length is { } length)
        {
            using var body = new MemoryStream((int)length);
            // All of it is here: a success in hand is not given up because the app stops.
            await CopyAsync(reply, body, CancellationToken.None).ConfigureAwait(false);
            if (result with { Body = new RawJson(body.ToArray()) } is var inline && IsJson(body.ToArray()) && Fits(inline))
            {
                return inline;
            }
        }

        var url = await StoreAsync(reply, cancellationToken).ConfigureAwait(false);
        return result with { BodyUrl = url, Headers = reply.Headers.ToDictionary() };
    }

    /// <summary>The result of an operation that failed for good.</summary>
    internal async Task<ResultMessage> FailedAsync(ResultMessage result, Problem problem, CancellationToken cancellationToken)
    {
        result = result with { Status = problem.Status, Error = problem, CompletedAt = time.GetUtcNow() };
        if (Fits(result))
        {
            return result;
        }

        // Errors that quote large values: the whole problem goes to a blob, its first words stay here.
        var blob = NewBlob();
        await blob.UploadAsync(
            new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(problem, ConnectorJson.Readable.Problem)),
            new BlobUploadOptions { HttpHeaders = new BlobHttpHeaders { ContentType = Problem.MediaType } },
            cancellationToken).ConfigureAwait(false);
        return result with { BodyUrl = blob.Uri.ToString(), Error = problem.Shorten(DetailInMessage) };
    }

    /// <summary>Opens the blob that a result names.</summary>
    internal Task<Stream> OpenAsync(string bodyUrl, CancellationToken cancellationToken) =>
        blobs.Value.GetBlobClient(new BlobUriBuilder(new Uri(bodyUrl)).BlobName).OpenReadAsync(cancellationToken: cancellationToken);

    private async Task<string> StoreAsync(SalesforceReply reply, CancellationToken cancellationToken)
    {
        var blob = NewBlob();
        var type = reply.Headers.FirstOrDefault(header => header.Key == "Content-Type").Value;
        var stream = await blob.OpenWriteAsync(
            overwrite: true,
            new BlockBlobOpenWriteOptions { HttpHeaders = new BlobHttpHeaders { ContentType = type } },
            cancellationToken).ConfigureAwait(false);
        await CopyAsync(reply, stream, cancellationToken).ConfigureAwait(false);
        // Only now: disposing of the stream commits the blob, and half a body is not to be one.
        await stream.DisposeAsync().ConfigureAwait(false);
        return blob.Uri.ToString();
    }

    private Task CopyAsync(SalesforceReply reply, Stream destination, CancellationToken cancellationToken) =>
        reply.Body.CopyToAsync(destination, options.Value.StallTimeout, time, cancellationToken);

    // A folder a day, for people who look; a name of its own, as an operation may be carried out twice.
    private BlockBlobClient NewBlob() =>
        blobs.Value.GetBlockBlobClient(string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow():yyyy-MM-dd}/{Guid.NewGuid():N}"));

    private static bool Fits(ResultMessage result) => result.ToJson().Length <= QueueOutbox.MaxMessageBytes;

    private static bool IsJson(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
