namespace SalesforceSimulator;

/// <summary>How the org's Bulk API 2.0 behaves. A change holds for the jobs that are already there too.</summary>
public sealed record BulkSettings
{
    /// <summary>How long a job stays in UploadComplete, by the org's clock.</summary>
    public int QueueMs { get; init; } = 100;

    /// <summary>How long a job then stays in InProgress at least, by the org's clock. The share of its rows that are processed grows with that time.</summary>
    public int ProcessingMs { get; init; } = 200;

    /// <summary>Keeps jobs in UploadComplete until this is changed.</summary>
    public bool HoldInQueue { get; init; }

    /// <summary>Keeps jobs in InProgress after so many rows, or after all of them if they are fewer, until this is changed.</summary>
    public int? HoldAfterRows { get; init; }

    /// <summary>Makes jobs fail after so many rows, or after all of them if they are fewer. What is written stays.</summary>
    public int? FailAfterRows { get; init; }

    /// <summary>The <c>errorMessage</c> of jobs that <see cref="FailAfterRows"/> makes fail.</summary>
    public string FailureMessage { get; init; } = "TooManyLockFailure : Too many lock failures";

    /// <summary>Whether the user has the permission "Bulk API Hard Delete", which is off by default.</summary>
    public bool HardDelete { get; init; }

    /// <summary>The batches of ingest jobs in a day, each of up to 10,000 rows.</summary>
    public int DailyBatches { get; init; } = 15_000;

    public int DailyQueryJobs { get; init; } = 10_000;

    public int DailyQueryStorageMb { get; init; } = 976_562;

    /// <summary>The rows in a page of a query's results if the request has no <c>maxRecords</c>. Salesforce does not say how many.</summary>
    public int RowsPerPage { get; init; } = 50_000;

    /// <summary>Why the settings are invalid; <see langword="null"/> if they are valid.</summary>
    internal string? Problem => this switch
    {
        { QueueMs: < 0 } => "queueMs must be 0 or more",
        { ProcessingMs: < 0 } => "processingMs must be 0 or more",
        { HoldAfterRows: < 0 } => "holdAfterRows must be 0 or more",
        { FailAfterRows: < 0 } => "failAfterRows must be 0 or more",
        { DailyBatches: < 0 } => "dailyBatches must be 0 or more",
        { DailyQueryJobs: < 0 } => "dailyQueryJobs must be 0 or more",
        { DailyQueryStorageMb: < 0 } => "dailyQueryStorageMb must be 0 or more",
        { RowsPerPage: < 1 } => "rowsPerPage must be 1 or more",
        _ => null,
    };
}
