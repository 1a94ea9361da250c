using SalesforceConnector.Contracts.Annotations;

namespace SalesforceConnector.Operations.Files;

/// <summary>The file that was uploaded, or was there already.</summary>
public sealed record UploadedFileReply
{
    /// <summary>The record of this version, an id that begins with 068.</summary>
    [Field("Content version ID")]
    public required string Id { get; init; }

    /// <summary>True.</summary>
    public required bool Success { get; init; }

    /// <summary>None.</summary>
    public required IReadOnlyList<string> Errors { get; init; }

    /// <summary>Whether the file was uploaded now.</summary>
    public required bool Created { get; init; }

    /// <summary>The file, an id that begins with 069; absent if Salesforce did not answer when it was asked for it.</summary>
    [Field("Content document ID")]
    public string? ContentDocumentId { get; init; }
}
