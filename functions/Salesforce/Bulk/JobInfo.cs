using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Salesforce.Bulk;

/// <summary>Of a job, what the connector reads.</summary>
/// <remarks>Bulk API 2.0 and Bulk API Developer Guide, "Get Information About a Job".</remarks>
internal sealed record JobInfo
{
    public required string Id { get; init; }

    /// <summary>One of <see cref="JobState"/>.</summary>
    public required string State { get; init; }

    /// <summary>Why the job failed as a whole.</summary>
    public string? ErrorMessage { get; init; }

    /// <summary>The number of rows that were processed, including the failed ones.</summary>
    [JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
    public long NumberRecordsProcessed { get; init; }

    [JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
    public long NumberRecordsFailed { get; init; }

    public bool HasEnded => State is JobState.JobComplete or JobState.Failed or JobState.Aborted;

    /// <exception cref="ConnectorException">It is not what Salesforce documents.</exception>
    public static JobInfo Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, JobJson.Default.JobInfo)!;
        }
        catch (JsonException e)
        {
            throw new ConnectorException(Unexpected("has another form than documented"), e);
        }
    }

    public static Problem Unexpected(string what) => Problem.Create(
        ProblemKind.NoAnswer, StatusCodes.Status502BadGateway, ErrorCodes.UnexpectedReply, $"Salesforce's reply about a bulk job {what}.", retryable: true);
}

/// <summary>The states of a job.</summary>
internal static class JobState
{
    public const string Open = nameof(Open);
    public const string UploadComplete = nameof(UploadComplete);
    public const string JobComplete = nameof(JobComplete);
    public const string Failed = nameof(Failed);
    public const string Aborted = nameof(Aborted);
}

/// <summary>The body of a request for a job that writes.</summary>
internal sealed record NewIngestJob(
    string Object,
    string Operation,
    string? ExternalIdFieldName,
    string? AssignmentRuleId,
    string ContentType,
    string ColumnDelimiter,
    string LineEnding);

/// <summary>The body of a request for a job that reads.</summary>
internal sealed record NewQueryJob(string Operation, string Query, string ContentType, string ColumnDelimiter, string LineEnding);

/// <summary>The body of a request to close or to abort a job.</summary>
internal sealed record JobStateChange(string State);
