using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using SalesforceConnector.Salesforce.Bulk;

namespace SalesforceConnector.Operations.Bulk.Queries;

/// <summary>How far a <see cref="BulkQuery"/> is. Saved after each step, so that every attempt knows what has been done.</summary>
internal sealed record QueryProgress
{
    /// <summary>When the job was made.</summary>
    public required DateTimeOffset Since { get; init; }

    public required string JobId { get; init; }

    /// <summary>
    /// The most rows in a page. The same for all attempts: a page that is written again, or twice at the same time, must have
    /// the same blocks.
    /// </summary>
    public required int PageRows { get; init; }

    /// <summary>Salesforce's state of the job.</summary>
    public required string State { get; set; }

    /// <summary>The number of records that Salesforce has found.</summary>
    public long Processed { get; set; }

    public string? ErrorMessage { get; set; }

    /// <summary>Where the next page begins; <see langword="null"/> for the first one.</summary>
    public string? Locator { get; set; }

    /// <summary>Whether all pages are stored.</summary>
    public bool IsRead { get; set; }

    /// <summary>Identifies the header row, which all pages have in common.</summary>
    public string? Header { get; set; }

    /// <summary>The number of rows that are stored.</summary>
    public long Rows { get; set; }

    /// <summary>The number of bytes that are stored.</summary>
    public long Bytes { get; set; }

    /// <summary>The number of blocks that they are in.</summary>
    public int Blocks { get; set; }

    [JsonIgnore]
    public bool HasEnded => State is JobState.JobComplete or JobState.Failed or JobState.Aborted;

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, BulkQueryJson.Default.QueryProgress);

    /// <summary>The same for callers.</summary>
    public byte[] ToShown() => JsonSerializer.SerializeToUtf8Bytes(
        new ShownQueryProgress(HasEnded ? ShownQueryProgress.Reading : ShownQueryProgress.InProgress, Since, JobId, Processed, Rows, Bytes),
        BulkQueryJson.Default.ShownQueryProgress);

    /// <summary>The name of the blob.</summary>
    /// <param name="id">The operation's id.</param>
    public string BlobName(string id, BulkFormat format) =>
        string.Create(CultureInfo.InvariantCulture, $"results/{Since:yyyy-MM-dd}/{id}/records.{format}");
}

/// <summary>What a caller sees of a bulk query that has not finished.</summary>
/// <param name="State">What is done at the moment.</param>
/// <param name="Since">When the job was made.</param>
/// <param name="RowsProcessed">The number of records that Salesforce has found.</param>
/// <param name="RowsStored">How many of them are stored.</param>
internal sealed record ShownQueryProgress(string State, DateTimeOffset Since, string JobId, long RowsProcessed, long RowsStored, long BytesStored)
{
    public const string InProgress = nameof(InProgress);
    public const string Reading = nameof(Reading);
}
