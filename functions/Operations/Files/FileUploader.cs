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
using SalesforceConnector.Contracts.Telemetry;
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

    private const int MostFound = 200;

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
        var id = IdOf(reply);
        return Reply(
            StatusCodes.Status201Created, id, await FindDocumentAsync(payload, id, cancellationToken).ConfigureAwait(false), isCreated: true, reply);
    }

    private static string IdOf(SalesforceReply reply)
    {
        try
        {
            return FileObjects.Read(reply.Bytes.Span, RequestJson.Default.CreatedVersion).Id ?? throw FileObjects.Unexpected("it has no id");
        }
        catch (ConnectorException e)
        {
            // Salesforce has answered with a success.
            throw new ConnectorException(e.Problem.WithUnknownOutcome(), e);
        }
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
        try
        {
            var file = await FileContainer.OpenAsync(blob, cancellationToken).ConfigureAwait(false)
                ?? throw new InvalidPayloadException(ErrorCodes.InvalidMember, "contentUrl", "names no blob: there is none, or no longer");
            if (file.Size > LargestFile)
            {
                throw new InvalidPayloadException(
                    ErrorCodes.InvalidMember, "contentUrl", $"must name a blob of at most {LargestFile} bytes, Salesforce's limit; the blob has {file.Size}: split the file");
            }

            return payload.Checksum is not { } checksum || Convert.ToHexStringLower(await file.GetMd5Async(cancellationToken).ConfigureAwait(false)) == checksum.ToString()
                ? new Source(file.Size, file.CopyToAsync)
                : throw OtherChecksum();
        }
        catch (Exception e) when (StorageConnection.IsFailure(e))
        {
            throw new ConnectorException(Problems.StorageUnavailable, e);
        }
    }

    private static InvalidPayloadException OtherChecksum() =>
        new(ErrorCodes.InvalidMember, "checksum", "must be the MD5 of the file; the file has another");

    /// <summary>Finds what an earlier upload created at the same place.</summary>
    private async Task<SalesforceReply?> FindUploadedAsync(UploadFilePayload payload, CancellationToken cancellationToken)
    {
        var place = payload switch
        {
            // An older version with this content is another state of the file: uploaded again, the content is its latest.
            { ContentDocumentId: { } document } => $"ContentDocumentId = {SoqlLiteral.Quote(document.ToString())} AND IsLatest = true",
            { LinkTo: { } record } => $"FirstPublishLocationId = {SoqlLiteral.Quote(record.ToString())}",
            _ => $"CreatedById = {SoqlLiteral.Quote(await GetUserIdAsync(payload, cancellationToken).ConfigureAwait(false))}",
        };
        var soql = $"SELECT Id, ContentDocumentId, FirstPublishLocationId FROM ContentVersion WHERE Checksum = {SoqlLiteral.Quote(payload.Checksum!.ToString())} AND Title = {SoqlLiteral.Quote(payload.TitleOrName)} AND {place} ORDER BY CreatedDate LIMIT {MostFound}";
        using var reply = await salesforce.SendAsync(
            payload, new SalesforceRequest(HttpMethod.Get, $"query?q={Uri.EscapeDataString(soql)}") { ReadsWhole = true }, cancellationToken).ConfigureAwait(false);
        var found = FileObjects.Read(reply.Bytes.Span, RequestJson.Default.FoundVersions).Records
            .FirstOrDefault(version => payload is not { ContentDocumentId: null, LinkTo: null } || IsOwn(version));
        return found is null ? null : Reply(StatusCodes.Status200OK, found.Id!, found.ContentDocumentId, isCreated: false, reply);
    }

    // Attached to no record. Such a file is published in the library of its user.
    private static bool IsOwn(FoundVersion version) =>
        version.FirstPublishLocationId?.StartsWith(FileObjects.UserPrefix, StringComparison.Ordinal) != false;

    private async Task<string> GetUserIdAsync(UploadFilePayload payload, CancellationToken cancellationToken)
    {
        using var reply = await salesforce.SendAsync(
            payload, new SalesforceRequest(HttpMethod.Get, "") { ReadsWhole = true }, cancellationToken).ConfigureAwait(false);
        return FileObjects.Read(reply.Bytes.Span, RequestJson.Default.ApiRoot).UserId
            ?? throw FileObjects.Unexpected("it does not name the user");
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
            .. from.Headers.Where(header => header.Key is ApiUsage.Header or "Location"),
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
internal sealed record CreatedVersion(string? Id);

/// <summary>A query's result.</summary>
internal sealed record FoundVersions(IReadOnlyList<FoundVersion> Records);

/// <summary>An existing version.</summary>
internal sealed record FoundVersion(
    [property: JsonPropertyName("Id")] string? Id,
    [property: JsonPropertyName("ContentDocumentId")] string? ContentDocumentId,
    [property: JsonPropertyName("FirstPublishLocationId")] string? FirstPublishLocationId);
