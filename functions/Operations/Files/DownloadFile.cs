using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce;
using SalesforceConnector.Salesforce.Bodies;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Triggers;
using SalesforceConnector.Triggers.Http;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Operations.Files;

/// <summary>A file to download: a Salesforce file, an attachment, a document, or the content of a field of a record.</summary>
[Example("""{"contentDocumentId": "069Dn0000070000IAA", "toBlob": true}""")]
[Example("""{"objectType": "Attachment", "objectId": "00PDn0000070000MAA", "field": "Body"}""")]
[Choice(
    "fileBy", "File named by", "contentDocumentId", "File (latest version)", "contentVersionId", "Version of a file", "attachmentId", "Attachment", "documentId", "Document", "field", "Field of a record")]
public sealed record DownloadFilePayload : Payload
{
    private const string Ways = "is required: a file is named by contentDocumentId, contentVersionId, attachmentId, documentId, or by objectType, objectId and field";

    /// <summary>The id of a Salesforce file, which starts with 069. The latest version is downloaded.</summary>
    [Field("Content document ID", Hint = "Begins with 069.", Id = "contentDocumentId.download", When = "fileBy", Is = "contentDocumentId", Asked = true)]
    public RecordId? ContentDocumentId { get; init; }

    /// <summary>The id of a version of a Salesforce file, which starts with 068.</summary>
    [Field("Content version ID", Hint = "Begins with 068.", When = "fileBy", Is = "contentVersionId", Asked = true)]
    public RecordId? ContentVersionId { get; init; }

    /// <summary>The id of an attachment, which starts with 00P.</summary>
    [Field("Attachment ID", Hint = "Begins with 00P.", When = "fileBy", Is = "attachmentId", Asked = true)]
    public RecordId? AttachmentId { get; init; }

    /// <summary>The id of a document, which starts with 015.</summary>
    [Field("Document ID", Hint = "Begins with 015.", When = "fileBy", Is = "documentId", Asked = true)]
    public RecordId? DocumentId { get; init; }

    /// <summary>The sObject of a record with a field that contains a file.</summary>
    [Field(Id = "objectType.download", When = "fileBy", Is = "field", Asked = true)]
    public SObjectName? ObjectType { get; init; }

    /// <summary>The id of that record.</summary>
    [Field(Id = "objectId.download", When = "fileBy", Is = "field", Asked = true)]
    public RecordId? ObjectId { get; init; }

    /// <summary>The name of the field, which must have the type base64.</summary>
    [Field(Id = "field.download", Hint = "Of the type base64, such as Body.", When = "fileBy", Is = "field", Asked = true)]
    public FieldName? Field { get; init; }

    /// <summary>
    /// Whether to store the file in a blob of the connector's container <c>salesforce-files</c> and reply with its URL in JSON.
    /// Otherwise the reply is the file.
    /// </summary>
    [Field("Into a blob", Hint = "The reply then names the blob, and does not hold the file.")]
    public bool ToBlob { get; init; }

    internal override void Validate()
    {
        base.Validate();
        (string Name, RecordId? Id, string Prefix)[] ids =
        [
            ("contentDocumentId", ContentDocumentId, FileObjects.ContentDocumentPrefix),
            ("contentVersionId", ContentVersionId, FileObjects.ContentVersionPrefix),
            ("attachmentId", AttachmentId, FileObjects.AttachmentPrefix),
            ("documentId", DocumentId, FileObjects.DocumentPrefix),
        ];
        var given = ids.Where(id => id.Id is not null).ToArray();
        (string Name, object? Value)[] parts = [("objectType", ObjectType), ("objectId", ObjectId), ("field", Field)];
        if (given.Length + (parts.Any(part => part.Value is not null) ? 1 : 0) > 1)
        {
            throw new InvalidPayloadException(
                ErrorCodes.InvalidMember, given[^1].Name, "does not go together with another way to name the file: give one");
        }

        foreach (var (name, id, prefix) in given)
        {
            FileObjects.Require(name, id!, prefix);
        }

        if (given.Length == 0 && parts.FirstOrDefault(part => part.Value is null) is { Name: { } missing })
        {
            throw new InvalidPayloadException(
                ErrorCodes.MissingMember, parts.All(part => part.Value is null) ? "contentDocumentId" : missing, Ways);
        }
    }
}

/// <summary>Downloads a file: streams its bytes to the caller, or into a blob of the connector's storage.</summary>
/// <remarks>
/// REST API Developer Guide, "sObject Blob Get". The record is read first, for name, type and length. Over a queue, the file is
/// stored in a blob, like every body that does not fit in a message.
/// </remarks>
[Operation("Download file", "Download a file, an attachment or a document", "download file", "attachment", "document", "content version")]
[Reply(200, "The file; with toBlob, where it is.", Body = typeof(StoredFileReply), OrFile = true)]
public sealed class DownloadFile(
    HttpOperation http, QueueOperation queue, SalesforceClient salesforce, FileContainer files, IOptions<SalesforceOptions> options, TimeProvider time)
    : IOperation<DownloadFilePayload>
{
    [Function(nameof(DownloadFile))]
    public Task<IResult> FromHttp(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "files/download")] HttpRequest request,
        CancellationToken cancellationToken) =>
        http.RunAsync(this, request, cancellationToken);

    [Function(nameof(DownloadFile) + QueueOperation.FromQueue)]
    public Task FromQueue(
        [QueueTrigger("salesforce-download-file", Connection = StorageConnection.Name)] string message,
        CancellationToken cancellationToken) =>
        queue.RunAsync(this, message, cancellationToken);

    public async Task<SalesforceReply> ExecuteAsync(DownloadFilePayload payload, OperationContext context, CancellationToken cancellationToken)
    {
        var file = await FindAsync(payload, cancellationToken).ConfigureAwait(false);
        var reply = await salesforce.SendAsync(
            payload,
            new SalesforceRequest(HttpMethod.Get, file.Path) { Forms = ReplyForms.Any, LongUrl = null },
            cancellationToken).ConfigureAwait(false);
        if (reply.Body.Length is { } length && file.Size is { } size && length != size)
        {
            reply.Dispose();
            throw new ConnectorException(Problems.IncompleteReply);
        }

        var body = new FileBody(reply.Body, file.Size);
        if (!payload.ToBlob)
        {
            return reply.WithBody(body, file.Headers(reply.MediaType));
        }

        using (reply)
        {
            var type = file.TypeOr(reply.MediaType);
            var stored = await StoreAsync(body, file, type, cancellationToken).ConfigureAwait(false);
            return SalesforceReply.Merge(
                StreamedBody.From(JsonSerializer.SerializeToUtf8Bytes(
                    new StoredFileReply { ContentUrl = stored.Url, FileName = file.Name, ContentType = type, ContentSize = stored.Size },
                    RequestJson.Default.StoredFileReply)),
                reply);
        }
    }

    private async Task<FileToDownload> FindAsync(DownloadFilePayload payload, CancellationToken cancellationToken)
    {
        switch (payload)
        {
            case { AttachmentId: { } attachment }:
                var attached = await GetAsync(payload, $"sobjects/Attachment/{attachment}?fields=Name,ContentType,BodyLength", cancellationToken).ConfigureAwait(false);
                return new FileToDownload($"sobjects/Attachment/{attachment}/Body", attached.Name, attached.ContentType, attached.BodyLength);
            case { DocumentId: { } document }:
                var kept = await GetAsync(payload, $"sobjects/Document/{document}?fields=Name,Type,ContentType,BodyLength", cancellationToken).ConfigureAwait(false);
                return new FileToDownload($"sobjects/Document/{document}/Body", FileObjects.WithExtension(kept.Name, kept.Type), kept.ContentType, kept.BodyLength);
            case { ObjectType: { } type, ObjectId: { } id, Field: { } field }:
                return new FileToDownload($"sobjects/{type}/{id}/{field}", Name: null, Type: null, Size: null);
            default:
                var versionId = payload.ContentVersionId?.ToString()
                    ?? (await GetAsync(payload, $"sobjects/ContentDocument/{payload.ContentDocumentId}?fields=LatestPublishedVersionId", cancellationToken).ConfigureAwait(false)).LatestPublishedVersionId
                    ?? throw FileObjects.Unexpected("the document has no version");
                var version = await GetAsync(
                    payload, $"sobjects/ContentVersion/{Uri.EscapeDataString(versionId)}?fields=Title,PathOnClient,FileExtension,ContentSize", cancellationToken).ConfigureAwait(false);
                return new FileToDownload(
                    $"sobjects/ContentVersion/{Uri.EscapeDataString(versionId)}/VersionData",
                    FileObjects.LastSegment(version.PathOnClient) ?? FileObjects.WithExtension(version.Title, version.FileExtension),
                    Type: null,
                    version.ContentSize);
        }
    }

    private async Task<FileRecord> GetAsync(Payload payload, string path, CancellationToken cancellationToken)
    {
        using var reply = await salesforce.SendAsync(payload, new SalesforceRequest(HttpMethod.Get, path) { ReadsWhole = true }, cancellationToken).ConfigureAwait(false);
        return FileObjects.Read(reply.Bytes.Span, RequestJson.Default.FileRecord);
    }

    private Task<StoredFile> StoreAsync(ReplyBody body, FileToDownload file, string type, CancellationToken cancellationToken) =>
        StoredReply.StoreAsync(() => files.WriteAsync(
            string.Create(CultureInfo.InvariantCulture, $"{FileContainer.Downloads}/{time.GetUtcNow():yyyy-MM-dd}/{Guid.NewGuid():N}"),
            file.Name,
            type,
            (stream, cancellation) => body.CopyToAsync(stream, options.Value.StallTimeout, time, cancellation),
            cancellationToken));
}

/// <summary>The properties of a file, from its record.</summary>
internal sealed record FileToDownload(string Path, string? Name, string? Type, long? Size)
{
    /// <summary>The media type from the record, from the file name, or from the reply.</summary>
    public string TypeOr(string? sent) =>
        (MediaTypeHeaderValue.TryParse(Type, out var told) ? told.MediaType.Value : null) ?? FileObjects.TypeOf(Name) ?? FileObjects.Known(sent) ?? FileObjects.AnyType;

    /// <summary>The headers of a reply with the file. Browsers download the file instead of showing it as a page of this host.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers(string? sent) =>
    [
        KeyValuePair.Create(HeaderNames.ContentType, TypeOr(sent)),
        KeyValuePair.Create(HeaderNames.ContentDisposition, FileContainer.Disposition(Name)),
        KeyValuePair.Create(HeaderNames.XContentTypeOptions, "nosniff"),
    ];
}
