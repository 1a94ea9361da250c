using System.Net;
using System.Net.Http.Headers;
using System.Net.Mime;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using SalesforceConnector.Contracts.Payloads.Files;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce.Bodies;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Salesforce.Soql;
using SalesforceConnector.Triggers;

namespace SalesforceConnector.Operations.Files;

/// <summary>Uploads a file as multipart/form-data, from memory or streamed from a blob.</summary>
public sealed class FileUploader(SalesforceClient salesforce, FileContainer files)
{
    /// <summary>The largest file that Salesforce accepts.</summary>
    private const long LargestFile = 2L << 30;

    internal async Task<SalesforceReply> UploadAsync(UploadFilePayload payload, OperationContext context, CancellationToken cancellationToken)
    {
        var source = payload.Content is { } content ? Inline(content, payload.Checksum) : await FindBlobAsync(payload, cancellationToken).ConfigureAwait(false);
        if (payload.Checksum is not null && await FindUploadedAsync(payload, cancellationToken).ConfigureAwait(false) is { } found)
        {
            return found;
        }

        var record = JsonSerializer.SerializeToUtf8Bytes(
            new NewVersion(payload.TitleOrName, payload.FileName, payload.LinkTo?.ToString(), payload.ContentDocumentId?.ToString()),
            RequestJson.Default.NewVersion);
        using var reply = await salesforce.SendAsync(
            payload,
            new SalesforceRequest(HttpMethod.Post, "sobjects/ContentVersion")
            {
                Upload = () => Multipart(record, source),
                ReadsWhole = true,
                EarlierMayHaveRun = context.EarlierAttempt,
            },
            cancellationToken).ConfigureAwait(false);
        var id = FileObjects.Read(reply.Bytes.Span, RequestJson.Default.CreatedVersion).Id;
        return Reply(
            StatusCodes.Status201Created, id, await FindDocumentAsync(payload, id, cancellationToken).ConfigureAwait(false), isCreated: true, reply);
    }

    private static Source Inline(FileBytes content, FileChecksum? checksum)
    {
#pragma warning disable CA5351 // Salesforce's checksum of files. It is not used for security.
        if (checksum is not null && Convert.ToHexStringLower(MD5.HashData(content.Bytes.Span)) != checksum.ToString())
#pragma warning restore CA5351
        {
            throw OtherChecksum();
        }

        return new Source(content.Bytes.Length, (stream, cancellation) => stream.WriteAsync(content.Bytes, cancellation).AsTask());
    }

    private async Task<Source> FindBlobAsync(UploadFilePayload payload, CancellationToken cancellationToken)
    {
        var blob = files.Find(payload.ContentUrl!)
            ?? throw new InvalidPayloadException(ErrorCodes.InvalidMember, "contentUrl", $"must be the URL of a blob of {files.Url}, without a query");
        FileBlob file;
        try
        {
            file = await FileContainer.OpenAsync(blob, cancellationToken).ConfigureAwait(false)
                ?? throw new InvalidPayloadException(ErrorCodes.InvalidMember, "contentUrl", "names no blob: there is none, or no longer");
        }
        catch (Exception e) when (StorageConnection.IsFailure(e))
        {
            throw new ConnectorException(Problems.StorageUnavailable, e);
        }

        if (file.Size > LargestFile)
        {
            throw new InvalidPayloadException(ErrorCodes.InvalidMember, "contentUrl", $"must be at most {LargestFile} bytes long, Salesforce's limit; the blob has {file.Size}");
        }

        // Storage has the checksum of blobs that were written in one request.
        if (payload.Checksum is { } checksum && file.Md5 is { } md5 && Convert.ToHexStringLower(md5) != checksum.ToString())
        {
            throw OtherChecksum();
        }

        return new Source(file.Size, file.CopyToAsync);
    }

    private static InvalidPayloadException OtherChecksum() =>
        new(ErrorCodes.InvalidMember, "checksum", "must be the MD5 of the file; the file has another");

    /// <summary>Finds the file that an earlier upload created.</summary>
    private async Task<SalesforceReply?> FindUploadedAsync(UploadFilePayload payload, CancellationToken cancellationToken)
    {
        var place = payload switch
        {
            { ContentDocumentId: { } document } => $" AND ContentDocumentId = {SoqlLiteral.Quote(document.ToString())}",
            { LinkTo: { } record } => $" AND FirstPublishLocationId = {SoqlLiteral.Quote(record.ToString())}",
            _ => "",
        };
        var soql = $"SELECT Id, ContentDocumentId FROM ContentVersion WHERE Checksum = {SoqlLiteral.Quote(payload.Checksum!.ToString())} AND Title = {SoqlLiteral.Quote(payload.TitleOrName)}{place} ORDER BY CreatedDate LIMIT 1";
        using var reply = await salesforce.SendAsync(
            payload, new SalesforceRequest(HttpMethod.Get, $"query?q={Uri.EscapeDataString(soql)}") { ReadsWhole = true }, cancellationToken).ConfigureAwait(false);
        return FileObjects.Read(reply.Bytes.Span, RequestJson.Default.FoundVersions).Records is [var version, ..]
            ? Reply(StatusCodes.Status200OK, version.Id!, version.ContentDocumentId, isCreated: false, reply)
            : null;
    }

    /// <returns>The document of a new version; <see langword="null"/> if the query fails, because the upload has succeeded anyway.</returns>
    private async Task<string?> FindDocumentAsync(UploadFilePayload payload, string id, CancellationToken cancellationToken)
    {
        try
        {
            using var reply = await salesforce.SendAsync(
                payload,
                new SalesforceRequest(HttpMethod.Get, $"sobjects/ContentVersion/{Uri.EscapeDataString(id)}?fields=ContentDocumentId") { ReadsWhole = true },
                cancellationToken).ConfigureAwait(false);
            return FileObjects.Read(reply.Bytes.Span, RequestJson.Default.FileRecord).ContentDocumentId;
        }
        catch (ConnectorException)
        {
            return null;
        }
    }

    private static SalesforceReply Reply(int status, string id, string? documentId, bool isCreated, SalesforceReply from) => SalesforceReply.From(
        status,
        [
            KeyValuePair.Create("Content-Type", SalesforceReply.JsonType),
            .. from.Headers.Where(header => header.Key is SalesforceReply.LimitInfoHeader or "Location"),
        ],
        StreamedBody.From(JsonSerializer.SerializeToUtf8Bytes(
            new UploadedFileReply { Id = id, Success = true, Errors = [], Created = isCreated, ContentDocumentId = documentId },
            RequestJson.Default.UploadedFileReply)));

    private static MultipartFormDataContent Multipart(byte[] record, Source source)
    {
        var json = new ByteArrayContent(record);
        json.Headers.ContentType = new MediaTypeHeaderValue(MediaTypeNames.Application.Json);
        // Salesforce accepts boundaries of up to 70 characters. The file's name is in the record, because headers are limited.
        return new MultipartFormDataContent($"{Guid.NewGuid():N}")
        {
            { json, "\"entity_content\"" },
            { new SourceContent(source), "\"VersionData\"", "\"file\"" },
        };
    }

    /// <summary>A file's length, and a delegate that writes it, once per attempt.</summary>
    private sealed record Source(long Size, Func<Stream, CancellationToken, Task> CopyToAsync);

    /// <summary>A file as a part of a multipart request.</summary>
    private sealed class SourceContent : HttpContent
    {
        private readonly Source _source;

        public SourceContent(Source source)
        {
            _source = source;
            Headers.ContentType = new MediaTypeHeaderValue(MediaTypeNames.Application.Octet);
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            try
            {
                await _source.CopyToAsync(stream, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (StorageConnection.IsFailure(e))
            {
                // Aborts the request before its end, so that Salesforce creates nothing.
                throw new IOException("The blob could not be read to its end.", e);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _source.Size;
            return true;
        }
    }
}

/// <summary>The record of a version to create.</summary>
internal sealed record NewVersion(
    [property: JsonPropertyName("Title")] string Title,
    [property: JsonPropertyName("PathOnClient")] string PathOnClient,
    [property: JsonPropertyName("FirstPublishLocationId")] string? FirstPublishLocationId,
    [property: JsonPropertyName("ContentDocumentId")] string? ContentDocumentId);

/// <summary>Salesforce's reply to the create.</summary>
internal sealed record CreatedVersion(string Id);

/// <summary>A query's result.</summary>
internal sealed record FoundVersions(IReadOnlyList<FoundVersion> Records);

/// <summary>An existing version.</summary>
internal sealed record FoundVersion(
    [property: JsonPropertyName("Id")] string? Id,
    [property: JsonPropertyName("ContentDocumentId")] string? ContentDocumentId);
