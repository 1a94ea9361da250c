using System.Text.Json;
using System.Text.Json.Serialization;
using SalesforceConnector.Salesforce.Bulk;
using SalesforceConnector.Salesforce.Bulk.Rows;

namespace SalesforceConnector.Operations.Bulk;

/// <summary>How far a <see cref="BulkWrite"/> is. Saved after each step, so that every attempt knows what has been done.</summary>
internal sealed record WriteProgress
{
    /// <summary>When the operation began.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>The version of the blob with the rows; <see langword="null"/> if they are in the payload.</summary>
    public string? SourceVersion { get; init; }

    /// <summary>The length of the rows in bytes.</summary>
    public required long Length { get; init; }

    /// <summary>The columns of records in JSON; <see langword="null"/> for CSV.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>The header row of a CSV, with its line ending.</summary>
    public string? Header { get; init; }

    public required char Delimiter { get; init; }

    /// <summary>Whether the rows of the next job end with CRLF.</summary>
    public required bool IsCrLf { get; set; }

    /// <summary>Whether records in JSON have CRLF in their values, for which further jobs follow.</summary>
    public bool NeedsCrLf { get; set; }

    /// <summary>Where the rows of the next job begin.</summary>
    public long Position { get; set; }

    /// <summary>Whether all rows are in jobs.</summary>
    public bool IsSent { get; set; }

    /// <summary>Why the rows after those of the last job were not sent.</summary>
    public string? StopReason { get; set; }

    /// <summary>The error code of <see cref="StopReason"/>.</summary>
    public string? StopCode { get; set; }

    public List<WriteJob> Jobs { get; init; } = [];

    public List<RowErrors> Errors { get; init; } = [];

    [JsonIgnore]
    public CsvFormat Format => new(Delimiter, IsCrLf);

    /// <summary>Whether a job may have been closed, so that Salesforce may have written rows.</summary>
    [JsonIgnore]
    public bool MayHaveWritten => Jobs.Exists(job => job.Phase != WritePhase.Open);

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, BulkJson.Default.WriteProgress);

    /// <summary>The same for callers.</summary>
    public byte[] ToShown()
    {
        var state = !IsSent ? ShownProgress.Uploading
            : Jobs.TrueForAll(job => job.Phase >= WritePhase.Ended) ? ShownProgress.Collecting
            : ShownProgress.InProgress;
        return JsonSerializer.SerializeToUtf8Bytes(
            new ShownProgress(
                state,
                Since,
                Jobs.Count,
                Jobs.Count(job => job.Phase >= WritePhase.Ended),
                Jobs.Sum(job => job.Sent),
                Jobs.Sum(job => job.Processed),
                Jobs.Sum(job => job.Failed)),
            BulkJson.Default.ShownProgress);
    }
}

/// <summary>One job of a <see cref="BulkWrite"/>.</summary>
internal sealed record WriteJob
{
    public required string Id { get; init; }

    public WritePhase Phase { get; set; }

    /// <summary>Salesforce's state of the job.</summary>
    public string State { get; set; } = JobState.Open;

    /// <summary>The number of rows that were uploaded.</summary>
    public long Sent { get; set; }

    /// <summary>The number of rows that Salesforce has processed, including the failed ones.</summary>
    public long Processed { get; set; }

    public long Failed { get; set; }

    public long Unprocessed { get; set; }

    /// <summary>When the job was closed.</summary>
    public DateTimeOffset? ClosedAt { get; set; }

    public string? ErrorMessage { get; set; }

    /// <summary>The number of rows that were written.</summary>
    [JsonIgnore]
    public long Successful => Processed - Failed;
}

/// <summary>How far the connector is with a job.</summary>
internal enum WritePhase
{
    /// <summary>Created. Its rows may have been uploaded, or a part of them.</summary>
    Open,

    /// <summary>All its rows are uploaded. It may have been closed.</summary>
    Uploaded,

    /// <summary>Closed: Salesforce writes its rows.</summary>
    Closed,

    /// <summary>Salesforce has finished, or failed.</summary>
    Ended,

    /// <summary>Its results are stored.</summary>
    Collected,
}

/// <summary>What a caller sees of a bulk operation that has not finished.</summary>
/// <param name="State">What is done at the moment.</param>
/// <param name="Since">When the operation began.</param>
/// <param name="Jobs">The number of jobs so far.</param>
/// <param name="JobsEnded">How many of them Salesforce has finished.</param>
internal sealed record ShownProgress(
    string State, DateTimeOffset Since, int Jobs, int JobsEnded, long? RowsSent, long RowsProcessed, long? RowsFailed)
{
    public const string Uploading = nameof(Uploading);
    public const string InProgress = nameof(InProgress);
    public const string Collecting = nameof(Collecting);
}
