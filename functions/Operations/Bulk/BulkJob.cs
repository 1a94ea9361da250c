using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce.Bulk;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Triggers;
using SalesforceConnector.Triggers.Http;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Operations.Bulk;

/// <summary>A job of Bulk API 2.0, whoever made it.</summary>
[Example("""{"jobId": "750Dn0000070000IAA"}""")]
public sealed record BulkJobPayload : Payload
{
    private const string Prefix = "750";

    /// <summary>The job's id, which begins with 750: from the result or the problem of a bulk write or bulk query.</summary>
    [Field("Job ID", Hint = "Begins with 750.")]
    public required RecordId JobId { get; init; }

    /// <summary>The type of the job. If absent, <c>ingest</c>.</summary>
    [Field("Type of job", Hint = "ingest: a job that writes; query: a job that reads.")]
    public BulkJobType? JobType { get; init; }

    /// <summary>Whether to abort the job. Rows that it has written stay written.</summary>
    [Field("Abort the job", Hint = "Rows that the job has written stay written.")]
    public bool? Abort { get; init; }

    internal override Repetition Repetition => Abort == true ? Repetition.IdempotentIfKnown : Repetition.Idempotent;

    internal override void Validate()
    {
        base.Validate();
        if (JobId.KeyPrefix != Prefix)
        {
            throw new InvalidPayloadException(ErrorCodes.InvalidMember, "jobId", $"must be an id that begins with {Prefix}; got {JobId}");
        }
    }
}

/// <summary>Gets the state and the counts of a bulk job, or aborts it.</summary>
/// <remarks>Bulk API 2.0 and Bulk API Developer Guide, "Get Information About a Job" and "Upload Complete or Abort a Job".</remarks>
[Operation("Bulk job", "Get the state and the counts of a bulk job, or abort it", "bulk", "job", "abort")]
[Reply(200, "Salesforce's description of the job.", Body = typeof(BulkJobReply))]
public sealed class BulkJob(HttpOperation http, QueueOperation queue, SalesforceClient salesforce, BulkJobs jobs) : IOperation<BulkJobPayload>
{
    [Function(nameof(BulkJob))]
    public Task<IResult> FromHttp(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "bulk/job")] HttpRequest request,
        CancellationToken cancellationToken) =>
        http.RunAsync(this, request, cancellationToken);

    [Function(nameof(BulkJob) + QueueOperation.FromQueue)]
    public Task FromQueue(
        [QueueTrigger("salesforce-bulk-job", Connection = StorageConnection.Name)] string message,
        CancellationToken cancellationToken) =>
        queue.RunAsync(this, message, cancellationToken);

    public async Task<SalesforceReply> ExecuteAsync(BulkJobPayload payload, OperationContext context, CancellationToken cancellationToken)
    {
        var path = (payload.JobType ?? BulkJobType.Ingest).Path;
        if (payload.Abort != true)
        {
            return await GetAsync().ConfigureAwait(false);
        }

        try
        {
            return await jobs.ChangeAsync(payload, path, payload.JobId.ToString(), JobState.Aborted, cancellationToken).ConfigureAwait(false);
        }
        catch (ConnectorException e) when (BulkJobs.IsStateRefused(e))
        {
            // An earlier attempt may have aborted it.
            var reply = await GetAsync().ConfigureAwait(false);
            if (JobInfo.Read(reply.Bytes.Span).State == JobState.Aborted)
            {
                return reply;
            }

            reply.Dispose();
            throw;
        }

        Task<SalesforceReply> GetAsync() => salesforce.SendAsync(
            payload, new SalesforceRequest(HttpMethod.Get, $"{path}/{payload.JobId}") { ReadsWhole = true }, cancellationToken);
    }
}

/// <summary>Salesforce's description of a bulk job, unchanged.</summary>
public sealed record BulkJobReply
{
    public required string Id { get; init; }

    /// <summary><c>insert</c>, <c>update</c>, <c>upsert</c>, <c>delete</c>, <c>hardDelete</c>, <c>query</c> or <c>queryAll</c>.</summary>
    public required string Operation { get; init; }

    /// <summary><c>Open</c>, <c>UploadComplete</c>, <c>InProgress</c>, <c>JobComplete</c>, <c>Failed</c> or <c>Aborted</c>.</summary>
    public required string State { get; init; }

    /// <summary>The number of rows that were processed, including the failed ones.</summary>
    public long? NumberRecordsProcessed { get; init; }

    public long? NumberRecordsFailed { get; init; }

    /// <summary>Why the job failed as a whole.</summary>
    public string? ErrorMessage { get; init; }
}
