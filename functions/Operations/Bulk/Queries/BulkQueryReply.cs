namespace SalesforceConnector.Operations.Bulk.Queries;

/// <summary>The result of a bulk query.</summary>
public sealed record BulkQueryReply
{
    /// <summary>The job's id, which begins with 750.</summary>
    public required string JobId { get; init; }

    /// <summary>The number of records.</summary>
    public required long Rows { get; init; }

    /// <summary>The length of the blob.</summary>
    public required long Bytes { get; init; }

    /// <summary><c>csv</c> or <c>jsonl</c>.</summary>
    public required string Format { get; init; }

    /// <summary>The name of the blob in the container <c>salesforce-bulk</c>. A bulk write takes it as its <c>source</c>.</summary>
    public required string Blob { get; init; }

    /// <summary>The URL of the blob.</summary>
    public required string BlobUrl { get; init; }
}
