using SalesforceConnector.Contracts.Annotations;

namespace SalesforceConnector.Operations.Files;

/// <summary>A file that is in a blob of the connector's storage now.</summary>
public sealed record StoredFileReply
{
    /// <summary>The blob, which <c>contentUrl</c> of an upload takes; whoever reads it needs a role on the container.</summary>
    [Field("Content URL")]
    public required string ContentUrl { get; init; }

    /// <summary>The file's name; absent where Salesforce has none.</summary>
    public string? FileName { get; init; }

    /// <summary>Its media type.</summary>
    public required string ContentType { get; init; }

    /// <summary>Its length in bytes.</summary>
    public required long ContentSize { get; init; }
}
