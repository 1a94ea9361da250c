using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Payloads.Files;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Triggers;
using SalesforceConnector.Triggers.Http;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Operations.Files;

/// <summary>A file to upload, as a new file or as a new version of one.</summary>
[Example("""{"fileName": "hello.txt", "content": "SGVsbG8=", "linkTo": "001Dn0000070000IAA", "checksum": "8b1a9953c4611296a827abf8c47804d7"}""")]
[Example("""{"fileName": "hello.txt", "content": "SGVsbG8="}""")]
public sealed record UploadFilePayload : Payload
{
    private const int LongestName = 255;

    /// <summary>The file's name, up to 255 characters. Salesforce gets the file's type from the extension.</summary>
    [Field("File name", Placeholder = "report.pdf")]
    public required string FileName { get; init; }

    /// <summary>The title that users see. If absent, the file name without its extension.</summary>
    public string? Title { get; init; }

    /// <summary>The file, in base64. Either this or <see cref="ContentUrl"/> is required.</summary>
    [Field(Description = "The file itself, in base64. Or contentUrl.")]
    public FileBytes? Content { get; init; }

    /// <summary>The URL of a blob in the connector's container <c>salesforce-files</c>, up to 2 GB. Either this or <see cref="Content"/> is required.</summary>
    [Field("Content URL", Hint = "A blob of the connector's container salesforce-files, up to 2 GB. Or the content.")]
    public string? ContentUrl { get; init; }

    /// <summary>The id of a record to attach the new file to.</summary>
    [Field("Link to", Hint = "The ID of a record that the file is attached to.", Id = "linkTo")]
    public RecordId? LinkTo { get; init; }

    /// <summary>The id of a file, which starts with 069, to upload a new version of.</summary>
    [Field("Content document ID", Hint = "For a new version of a file: its ID, which begins with 069.", Id = "contentDocumentId.upload")]
    public RecordId? ContentDocumentId { get; init; }

    /// <summary>
    /// The MD5 of the file. It makes the upload repeatable: if a file with this checksum and title exists at the same place,
    /// that file is the result.
    /// </summary>
    public FileChecksum? Checksum { get; init; }

    internal override Repetition Repetition => Checksum is null ? Repetition.NotIdempotent : Repetition.IdempotentIfKnown;

    /// <summary>The title, or the default.</summary>
    internal string TitleOrName => Title ?? Path.GetFileNameWithoutExtension(FileName);

    internal override void Validate()
    {
        base.Validate();
        if (FileName.Length is 0 or > LongestName || FileName.AsSpan().IndexOfAny('/', '\\') >= 0 || FileName.Any(char.IsControl))
        {
            throw new InvalidPayloadException(
                ErrorCodes.InvalidMember, "fileName", $"must be a file's name of 1 to {LongestName} characters, without a path and control characters");
        }

        if (TitleOrName.Length is 0 or > LongestName || TitleOrName.Any(char.IsControl))
        {
            throw new InvalidPayloadException(
                ErrorCodes.InvalidMember, Title is null ? "fileName" : "title", $"must give a title of 1 to {LongestName} characters, without control characters");
        }

        if ((Content is null) == (ContentUrl is null))
        {
            throw Content is null
                ? new InvalidPayloadException(ErrorCodes.MissingMember, "content", "is required: the file itself in base64, or contentUrl, a blob")
                : new InvalidPayloadException(ErrorCodes.InvalidMember, "contentUrl", "does not go together with content: give one");
        }

        if (ContentDocumentId is { } document)
        {
            FileObjects.Require("contentDocumentId", document, FileObjects.ContentDocumentPrefix);
            if (LinkTo is not null)
            {
                throw new InvalidPayloadException(
                    ErrorCodes.InvalidMember, "linkTo", "does not go together with contentDocumentId: a new version is where its file is");
            }
        }
    }
}

/// <summary>
/// Uploads a file to Salesforce Files, up to 2 GB, streamed; attached to a record, or as a new version. The body may also be the
/// file itself, of any type and up to 100 MB, with the members as query parameters, or <c>multipart/form-data</c> with the file
/// and the members as its fields.
/// </summary>
/// <remarks>
/// REST API Developer Guide, "Insert or Update Blob Data", multipart. <see cref="FileRequests"/> reads other bodies than JSON.
/// </remarks>
[Operation("Upload file", "Upload a file, and attach it to a record", "upload file", "attach", "new version", "content version", TakesFile = true)]
[Reply(200, "Such a file was there already (with checksum).", Body = typeof(UploadedFileReply))]
[Reply(201, "Uploaded.", Body = typeof(UploadedFileReply))]
public sealed class UploadFile(HttpOperation http, QueueOperation queue, FileRequests requests, FileUploader uploader) : IOperation<UploadFilePayload>
{
    [Function(nameof(UploadFile))]
    public Task<IResult> FromHttp(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "files/upload")] HttpRequest request,
        CancellationToken cancellationToken) =>
        http.RunAsync(this, request, requests.ReadAsync, cancellationToken);

    [Function(nameof(UploadFile) + QueueOperation.FromQueue)]
    public Task FromQueue(
        [QueueTrigger("salesforce-upload-file", Connection = StorageConnection.Name)] string message,
        CancellationToken cancellationToken) =>
        queue.RunAsync(this, message, cancellationToken);

    public Task<SalesforceReply> ExecuteAsync(UploadFilePayload payload, OperationContext context, CancellationToken cancellationToken) =>
        uploader.UploadAsync(payload, context, cancellationToken);
}
