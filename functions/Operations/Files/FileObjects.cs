using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.StaticFiles;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Operations.Files;

/// <summary>The sObjects that contain files.</summary>
/// <remarks>Object Reference, ContentVersion, ContentDocument, Attachment, Document.</remarks>
internal static class FileObjects
{
    public const string ContentVersionPrefix = "068";
    public const string ContentDocumentPrefix = "069";
    public const string AttachmentPrefix = "00P";
    public const string DocumentPrefix = "015";
    public const string UserPrefix = "005";

    public const string AnyType = "application/octet-stream";

    // Salesforce's spelling.
    private const string SalesforcesAnyType = "application/octetstream";

    private static readonly FileExtensionContentTypeProvider Types = new();

    /// <exception cref="InvalidPayloadException">The id belongs to another sObject.</exception>
    public static void Require(string member, RecordId id, string prefix)
    {
        if (id.KeyPrefix != prefix)
        {
            throw new InvalidPayloadException(ErrorCodes.InvalidMember, member, $"must be an id that begins with {prefix}; got {id}");
        }
    }

    /// <summary>Gets the media type for a file name.</summary>
    public static string? TypeOf(string? name) => name is not null && Types.TryGetContentType(name, out var type) ? type : null;

    /// <summary>Returns a media type, unless it means unknown.</summary>
    public static string? Known(string? type) => type == SalesforcesAnyType ? null : type;

    /// <summary>Gets the file name from a path of any operating system.</summary>
    public static string? LastSegment(string? path) => path?.Split('/', '\\')[^1] is { Length: > 0 } name ? name : null;

    public static string? WithExtension(string? name, string? extension) =>
        name is null || extension is null || name.EndsWith($".{extension}", StringComparison.OrdinalIgnoreCase) ? name : $"{name}.{extension}";

    /// <exception cref="ConnectorException">The reply is not in the documented form.</exception>
    public static TReply Read<TReply>(ReadOnlySpan<byte> json, JsonTypeInfo<TReply> type)
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw Unexpected("the reply is null");
        }
        catch (JsonException e)
        {
            throw new ConnectorException(Unexpected("the reply has another form than documented").Problem, e);
        }
    }

    public static ConnectorException Unexpected(string what) => new(Problem.Create(
        ProblemKind.NoAnswer, StatusCodes.Status502BadGateway, ErrorCodes.UnexpectedReply, $"Salesforce's answer about the file cannot be used: {what}.", retryable: true));
}

/// <summary>The fields of a file's record that the connector reads.</summary>
internal sealed record FileRecord
{
    [JsonPropertyName("Name")]
    public string? Name { get; init; }

    [JsonPropertyName("Title")]
    public string? Title { get; init; }

    [JsonPropertyName("PathOnClient")]
    public string? PathOnClient { get; init; }

    [JsonPropertyName("FileExtension")]
    public string? FileExtension { get; init; }

    [JsonPropertyName("Type")]
    public string? Type { get; init; }

    [JsonPropertyName("ContentType")]
    public string? ContentType { get; init; }

    [JsonPropertyName("ContentSize")]
    public long? ContentSize { get; init; }

    [JsonPropertyName("BodyLength")]
    public long? BodyLength { get; init; }

    [JsonPropertyName("LatestPublishedVersionId")]
    public string? LatestPublishedVersionId { get; init; }

    [JsonPropertyName("ContentDocumentId")]
    public string? ContentDocumentId { get; init; }
}
