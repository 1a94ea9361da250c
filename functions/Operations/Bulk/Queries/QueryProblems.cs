using System.Globalization;
using Microsoft.AspNetCore.Http;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce.Bulk;

namespace SalesforceConnector.Operations.Bulk.Queries;

/// <summary>The problems that end a bulk query.</summary>
internal static class QueryProblems
{
    // A blob has at most so many blocks.
    public const int MaxBlocks = 50_000;

    // LIMIT_EXCEEDED is what clients report; the guide lists ExceededQuota.
    private static readonly string[] UsedUp = ["LIMIT_EXCEEDED", "EXCEEDEDQUOTA"];

    public static Problem Ended(QueryProgress progress) => progress.State == JobState.Failed
        ? Refused(ErrorCodes.BulkJobFailed, $"Salesforce failed the bulk job {progress.JobId}: {progress.ErrorMessage ?? "it does not say why"}.")
        : Refused(ErrorCodes.BulkJobAborted, $"The bulk job {progress.JobId} was aborted.");

    public static Problem Gone(QueryProgress progress) => Refused(
        ErrorCodes.BulkResultsGone,
        $"Salesforce does not have the bulk job {progress.JobId} or its results any more: it was deleted, or is older than 7 days. Query again as a new operation.");

    public static Problem TooLong(QueryProgress progress) => Refused(
        ErrorCodes.BulkResultsTooLarge,
        string.Create(
            CultureInfo.InvariantCulture,
            $"The results of the bulk job {progress.JobId} do not fit in one blob: after {progress.Rows} rows it would have more than {MaxBlocks} blocks. Query a part of the records at a time."));

    public static Problem CountsDiffer(QueryProgress progress) => Problem.Create(
        ProblemKind.NoAnswer,
        StatusCodes.Status502BadGateway,
        ErrorCodes.BulkCountsDiffer,
        string.Create(
            CultureInfo.InvariantCulture,
            $"Salesforce's pages have {progress.Rows} rows, and the bulk job {progress.JobId} has processed {progress.Processed}. The pages are stored as they came."));

    /// <summary>Adds to a refusal which limits are used up, if that is why.</summary>
    public static Problem WithLimits(Problem refusal) => UsedUp.Contains(refusal.ErrorCode, StringComparer.OrdinalIgnoreCase)
        ? refusal.Add("Bulk queries are limited to DailyBulkV2QueryJobs and DailyBulkV2QueryFileStorageMB in 24 hours; the operation Limits shows what is left.")
        : refusal;

    private static Problem Refused(string errorCode, string detail) =>
        Problem.Create(ProblemKind.Refused, StatusCodes.Status422UnprocessableEntity, errorCode, detail);
}
