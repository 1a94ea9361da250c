using SalesforceConnector.Salesforce.Bulk.Rows;

namespace SalesforceConnector.Operations.Bulk;

/// <summary>The result of a bulk write. <c>successful</c>, <c>failed</c> and <c>unprocessed</c> add up to <c>rowsSent</c>.</summary>
public sealed record BulkWriteReply
{
    /// <summary>The number of rows in all jobs.</summary>
    public required long RowsSent { get; init; }

    /// <summary>The number of rows that were written.</summary>
    public required long Successful { get; init; }

    /// <summary>The number of rows that Salesforce refused.</summary>
    public required long Failed { get; init; }

    /// <summary>The number of rows that Salesforce did not process, because a job failed or was aborted.</summary>
    public required long Unprocessed { get; init; }

    /// <summary>The errors of failed rows by their codes, the first 20 codes.</summary>
    public required IReadOnlyList<RowErrors> Errors { get; init; }

    /// <summary>URLs of blobs with the failed rows: CSV with <c>sf__Id</c>, <c>sf__Error</c> and the columns that were sent.</summary>
    public required IReadOnlyList<string> FailedResults { get; init; }

    /// <summary>URLs of blobs with the rows that were not processed: CSV with the columns that were sent.</summary>
    public required IReadOnlyList<string> UnprocessedRecords { get; init; }

    /// <summary>With <c>storeSuccessful</c>, URLs of blobs with the rows that were written: CSV with <c>sf__Id</c>, <c>sf__Created</c> and the columns that were sent.</summary>
    public IReadOnlyList<string>? SuccessfulResults { get; init; }

    /// <summary>The jobs, one for each 95 MB of rows.</summary>
    public required IReadOnlyList<BulkWriteJobReply> Jobs { get; init; }
}

/// <summary>One job of a bulk write.</summary>
public sealed record BulkWriteJobReply
{
    /// <summary>The job's id, which begins with 750.</summary>
    public required string Id { get; init; }

    /// <summary><c>JobComplete</c>, <c>Failed</c> or <c>Aborted</c>.</summary>
    public required string State { get; init; }

    public required long RowsSent { get; init; }

    public required long Successful { get; init; }

    public required long Failed { get; init; }

    public required long Unprocessed { get; init; }

    /// <summary>Why the job failed as a whole.</summary>
    public string? ErrorMessage { get; init; }
}
