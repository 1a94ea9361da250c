using SalesforceConnector.Contracts.Annotations;

namespace SalesforceConnector.Operations.Files;

/// <summary>A file that was stored in a blob of the connector's storage.</summary>
public sealed record StoredFileReply
{
    /// <summary>The URL of the blob, which <c>contentUrl</c> of an upload accepts. Reading it requires a role on the container.</summary>
    [Field("Content URL")]
    public required string ContentUrl { get; init; }

    /// <summary>The file's name, if it has one.</summary>
    public string? FileName { get; init; }

    /// <summary>The file's media type.</summary>
    public required string ContentType { get; init; }

    /// <summary>The file's length in bytes.</summary>
    public required long ContentSize { get; init; }
}
