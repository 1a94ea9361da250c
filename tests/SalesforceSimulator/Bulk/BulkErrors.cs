using System.Text.Json;
using SalesforceSimulator.Data;
using SalesforceSimulator.Requests;

namespace SalesforceSimulator.Bulk;

/// <summary>A job ends in Failed, with this <c>errorMessage</c>.</summary>
internal sealed class JobFailedException(string message) : Exception(message);

/// <summary>The errors of Bulk API 2.0, as clients of Salesforce report them, and the form of a row's error.</summary>
internal static class BulkErrors
{
    public static ApiException InvalidJob(string message) => new(400, new ApiError("INVALIDJOB", $"InvalidJob : {message}"));

    public static ApiException InvalidValue(string property, string value) =>
        new(400, new ApiError("API_ERROR", $"Invalid value: '{value}' supplied for property: '{property}'"));

    public static ApiException LimitExceeded(string message) => new(400, new ApiError("LIMIT_EXCEEDED", message));

    /// <remarks>The code is that of clients' reports; the message of all but the relationships and the files is an assumption.</remarks>
    public static ApiException NotInQueries(string what) =>
        new(400, new ApiError("FEATURENOTENABLED", $"{what} not supported in Bulk V2 Query with CSV content type"));

    // The message is an assumption.
    public static ApiException NoHardDelete() =>
        new(400, new ApiError("FEATURENOTENABLED", "FeatureNotEnabled : hardDelete requires the permission Bulk API Hard Delete"));

    public static ApiException SecondUpload(BulkJob job) => new(400, new ApiError(
        "BULK_API_ERROR",
        $"Found multiple contents for job: <{job.Id[..15]}>, please 'Close' / 'Abort' / 'Delete' the current Job then create a new Job and make sure you only do 'PUT' once on a given Job."));

    // Documented for aborting a completed job; by analogy for the others.
    public static ApiException InvalidState(string attempt, BulkJob job) => new(400, new ApiError(
        "INVALIDJOBSTATE", $"{attempt} already {(job.State == JobState.JobComplete ? "Completed" : job.State)} Job not allowed"));

    public static ApiException NotTerminated() =>
        new(400, new ApiError("API_ERROR", "Error encountered when deleting the job because the job is not terminated"));

    // The status is documented; the code and the message are assumptions.
    public static ApiException OtherVersion(BulkJob job) =>
        new(409, new ApiError("API_ERROR", $"The results must be requested with the API version of the job, {job.Call.Version}"));

    public static ApiException RepeatedKey(Field field, string key) =>
        new(400, new ApiError("DUPLICATE_VALUE", $"Duplicate external id specified: {key}", [field.Name]));

    /// <summary>Checks that the simulator knows all members of a body.</summary>
    /// <param name="what">What the body describes: <c>a job</c>.</param>
    public static void RequireMembers(JsonElement body, IEnumerable<string> known, string what)
    {
        if (body.EnumerateObject().Select(member => member.Name).Except(known).FirstOrDefault() is { } other)
        {
            throw new NotKnownException($"what Salesforce answers to {what} with the member {other}");
        }
    }

    /// <summary>The member's value, which is one of a list; <paramref name="otherwise"/> if it is absent.</summary>
    public static string RequireValue(JsonElement body, string property, IEnumerable<string> allowed, string? otherwise = null)
    {
        var value = body.Member(property) is { ValueKind: not JsonValueKind.Null } member ? member.ToString() : otherwise ?? "";
        return allowed.Contains(value) ? value : throw InvalidValue(property, value);
    }

    /// <summary>The value of <c>sf__Error</c>.</summary>
    public static string RowError(ApiException exception) => string.Join(';', exception.Errors.Select(error =>
        $"{error.Code}:{error.Message}:{(error.Fields is { Count: > 0 } fields ? string.Join(',', fields) + " " : "")}--"));
}
