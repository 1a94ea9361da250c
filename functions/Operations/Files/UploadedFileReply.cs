using SalesforceConnector.Contracts.Annotations;

namespace SalesforceConnector.Operations.Files;

/// <summary>The uploaded or existing file.</summary>
public sealed record UploadedFileReply
{
    /// <summary>The id of the version, which starts with 068.</summary>
    [Field("Content version ID")]
    public required string Id { get; init; }

    /// <summary>Always true.</summary>
    public required bool Success { get; init; }

    /// <summary>Always empty.</summary>
    public required IReadOnlyList<string> Errors { get; init; }

    /// <summary>Whether the file was uploaded by this request, and did not exist before.</summary>
    public required bool Created { get; init; }

    /// <summary>The id of the file, which starts with 069. Absent if it could not be queried after the upload.</summary>
    [Field("Content document ID")]
    public string? ContentDocumentId { get; init; }
}
