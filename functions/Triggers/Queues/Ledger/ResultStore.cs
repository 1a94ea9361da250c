using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce;
using SalesforceConnector.Salesforce.Bodies;
using SalesforceConnector.Salesforce.Client;

namespace SalesforceConnector.Triggers.Queues.Ledger;

/// <summary>Creates results: with the body if it fits in a queue message, otherwise with the URL of a blob.</summary>
public sealed class ResultStore(Lazy<BlobContainerClient> blobs, IOptions<SalesforceOptions> options, TimeProvider time)
{
    private const int DetailInMessage = 1_000;
    private const int DetailOfFewest = 100;

    /// <summary>Creates the result of a successful call.</summary>
    /// <exception cref="IOException">The reply is incomplete.</exception>
    /// <exception cref="RequestFailedException">The body does not fit in a message, and could not be stored in a blob.</exception>
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
            await CopyAsync(reply, body, cancellationToken).ConfigureAwait(false);
            if (result with { Body = new RawJson(body.ToArray()) } is var inline && IsJson(reply, body.ToArray()) && MessageText.Fits(inline.ToJson()))
            {
                return inline;
            }
        }

        var url = await StoreAsync(reply, cancellationToken).ConfigureAwait(false);
        return result with { BodyUrl = url, Headers = reply.Headers.ToDictionary() };
    }

    /// <summary>Creates the result of a failed operation. It fits in a message, however long the problem's quotes are.</summary>
    internal async Task<ResultMessage> FailedAsync(ResultMessage result, Problem problem)
    {
        result = result with { Status = problem.Status, Error = problem, CompletedAt = time.GetUtcNow() };
        if (MessageText.Fits(result.ToJson()))
        {
            return result;
        }

        // The errors quote large values: store the whole problem in a blob, and its beginning in the message.
        var shortened = result with { Error = problem.Shorten(DetailInMessage) };
        shortened = MessageText.Fits(shortened.ToJson()) ? shortened : result with { Error = problem.Shorten(DetailInMessage) with { Matches = null } };
        try
        {
            return shortened with
            {
                BodyUrl = await UploadAsync(
                    JsonSerializer.SerializeToUtf8Bytes(problem, TriggerJson.Readable.Problem), Problem.MediaType).ConfigureAwait(false),
            };
        }
        catch (Exception e) when (StorageConnection.IsFailure(e))
        {
            // The beginning is a valid result too.
            return shortened;
        }
    }

    /// <summary>Minimizes a result that shares its message with other data.</summary>
    internal async Task<ResultMessage> MoveToBlobAsync(ResultMessage result)
    {
        if (result.Body is { } body)
        {
            var type = result.Headers.GetValueOrDefault("Content-Type", "application/json");
            return result with { Body = null, BodyUrl = await UploadAsync(body.Utf8, type).ConfigureAwait(false) };
        }

        return result.Error is { } problem ? result with { Error = problem.Shorten(DetailOfFewest) with { Matches = null } } : result;
    }

    /// <summary>Opens a body that is stored in a blob.</summary>
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
        // Disposing the stream commits the blob. Not in a finally block: an incomplete body must not be committed.
        await stream.DisposeAsync().ConfigureAwait(false);
        return blob.Uri.ToString();
    }

    private async Task<string> UploadAsync(ReadOnlyMemory<byte> content, string type)
    {
        var blob = NewBlob();
        await blob.UploadAsync(
            BinaryData.FromBytes(content).ToStream(),
            new BlobUploadOptions { HttpHeaders = new BlobHttpHeaders { ContentType = type } },
            CancellationToken.None).ConfigureAwait(false);
        return blob.Uri.ToString();
    }

    private Task CopyAsync(SalesforceReply reply, Stream destination, CancellationToken cancellationToken) =>
        reply.Body.CopyToAsync(destination, options.Value.StallTimeout, time, cancellationToken);

    // One folder per day for people who browse. A unique name, because an operation can be executed twice.
    private BlockBlobClient NewBlob() =>
        blobs.Value.GetBlockBlobClient(string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow():yyyy-MM-dd}/{Guid.NewGuid():N}"));

    // The parser also accepts invalid UTF-8 inside strings.
    private static bool IsJson(SalesforceReply reply, byte[] body) =>
        ReplyForm.IsJson(reply.MediaType) && Utf8.IsValid(body) && JsonText.IsWhole(new Utf8JsonReader(body));
}
