using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce;
using SalesforceConnector.Salesforce.Bodies;
using SalesforceConnector.Salesforce.Bulk;
using SalesforceConnector.Salesforce.Bulk.Rows;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Triggers;

namespace SalesforceConnector.Operations.Bulk;

/// <summary>Stores the results of ended jobs in blobs, and adds them up.</summary>
public sealed class BulkResults(BulkJobs jobs, BulkContainer container, IOptions<SalesforceOptions> options, TimeProvider time)
{
    private const string Successful = "successfulResults";
    private const string Failed = "failedResults";
    private const string Unprocessed = "unprocessedrecords";
    private const string CsvType = "text/csv; charset=utf-8";

    private static readonly Dictionary<string, string> Names = new()
    {
        [Successful] = "successful",
        [Failed] = "failed",
        [Unprocessed] = "unprocessed",
    };

    /// <summary>Stores the results of one job. Repeated, it writes the same blobs.</summary>
    /// <param name="place">The job's place among those of the operation.</param>
    /// <param name="id">The operation's id.</param>
    /// <exception cref="ConnectorException">Salesforce or Storage does not answer.</exception>
    internal async Task CollectAsync(BulkWritePayload payload, WriteProgress progress, int place, string id, CancellationToken cancellationToken)
    {
        var job = progress.Jobs[place];
        var errors = new ErrorTally(progress.Errors);
        if (job.Failed > 0)
        {
            await StoreAsync(payload, progress, job, Failed, BlobName(progress, id, Failed, place), errors, cancellationToken).ConfigureAwait(false);
        }

        job.Unprocessed = job.Processed < job.Sent || job.State != JobState.JobComplete
            ? await StoreAsync(payload, progress, job, Unprocessed, BlobName(progress, id, Unprocessed, place), errors: null, cancellationToken).ConfigureAwait(false)
            : 0;
        if (payload.StoreSuccessful == true && job.Successful > 0)
        {
            await StoreAsync(payload, progress, job, Successful, BlobName(progress, id, Successful, place), errors: null, cancellationToken).ConfigureAwait(false);
        }

        progress.Errors.Clear();
        progress.Errors.AddRange(errors.All);
    }

    /// <summary>The result of all jobs.</summary>
    /// <exception cref="ConnectorException">A job failed as a whole or was aborted, or the numbers of rows do not add up.</exception>
    internal SalesforceReply Reply(BulkWritePayload payload, WriteProgress progress, string id)
    {
        var reply = new BulkWriteReply
        {
            RowsSent = progress.Jobs.Sum(job => job.Sent),
            Successful = progress.Jobs.Sum(job => job.Successful),
            Failed = progress.Jobs.Sum(job => job.Failed),
            Unprocessed = progress.Jobs.Sum(job => job.Unprocessed),
            Errors = progress.Errors,
            FailedResults = Urls(Failed, job => job.Failed),
            UnprocessedRecords = Urls(Unprocessed, job => job.Unprocessed),
            SuccessfulResults = payload.StoreSuccessful == true ? Urls(Successful, job => job.Successful) : null,
            Jobs =
            [
                .. progress.Jobs.Select(job => new BulkWriteJobReply
                {
                    Id = job.Id,
                    State = job.State,
                    RowsSent = job.Sent,
                    Successful = job.Successful,
                    Failed = job.Failed,
                    Unprocessed = job.Unprocessed,
                    ErrorMessage = job.ErrorMessage,
                }),
            ],
        };
        if (FindProblem(progress, reply) is { } problem)
        {
            throw new ConnectorException(problem with { Response = JsonSerializer.SerializeToElement(reply, BulkJson.Default.BulkWriteReply) });
        }

        return SalesforceReply.Merge(StreamedBody.From(JsonSerializer.SerializeToUtf8Bytes(reply, BulkJson.Default.BulkWriteReply)), last: null);

        IReadOnlyList<string> Urls(string results, Func<WriteJob, long> count) =>
            [.. progress.Jobs.Index().Where(job => count(job.Item) > 0).Select(job => container.UrlOf(BlobName(progress, id, results, job.Index)))];
    }

    private static Problem? FindProblem(WriteProgress progress, BulkWriteReply reply)
    {
        var written = string.Create(
            CultureInfo.InvariantCulture, $"Of {reply.RowsSent} rows, {reply.Successful} were written, {reply.Failed} failed and {reply.Unprocessed} were not processed.");
        if (reply.Successful + reply.Failed + reply.Unprocessed != reply.RowsSent)
        {
            return Problem.Create(
                ProblemKind.NoAnswer,
                StatusCodes.Status502BadGateway,
                ErrorCodes.BulkCountsDiffer,
                $"The results of the bulk jobs do not add up: {written} Rows beyond the org's daily limit of batches are in no result. Compare with the records in Salesforce.") with
            {
                OutcomeUnknown = true,
            };
        }

        if (progress.Jobs.Find(job => job.State != JobState.JobComplete) is { } ended)
        {
            var isFailed = ended.State == JobState.Failed;
            return Problem.Create(
                ProblemKind.Refused,
                StatusCodes.Status422UnprocessableEntity,
                isFailed ? ErrorCodes.BulkJobFailed : ErrorCodes.BulkJobAborted,
                isFailed
                    ? Problem.Join($"Salesforce failed the bulk job {ended.Id}: {ended.ErrorMessage ?? "it does not say why"}", written)
                    : $"The bulk job {ended.Id} was aborted. {written}");
        }

        return progress.StopReason is { } reason
            ? Problem.Create(
                ProblemKind.Refused,
                StatusCodes.Status422UnprocessableEntity,
                progress.StopCode!,
                Problem.Join(reason, $"The rows before were sent. {written}"))
            : null;
    }

    /// <returns>The number of rows.</returns>
    private async Task<long> StoreAsync(
        BulkWritePayload payload, WriteProgress progress, WriteJob job, string results, string blob, ErrorTally? errors, CancellationToken cancellationToken)
    {
        using var reply = await jobs.OpenResultsAsync(payload, job.Id, results, cancellationToken).ConfigureAwait(false);
        return await StoredReply.StoreAsync(async () =>
        {
            var rows = 0L;
            await container.WriteAsync(
                blob,
                CsvType,
                async (stream, cancellation) =>
                {
                    var tee = new ResultTee(stream, errors, progress.Delimiter);
                    await using (tee.ConfigureAwait(false))
                    {
                        await reply.Body.CopyToAsync(tee, options.Value.StallTimeout, time, cancellation).ConfigureAwait(false);
                        rows = await tee.CompleteAsync().ConfigureAwait(false);
                    }
                },
                cancellationToken).ConfigureAwait(false);
            return rows;
        }).ConfigureAwait(false);
    }

    private static string BlobName(WriteProgress progress, string id, string results, int place) =>
        string.Create(CultureInfo.InvariantCulture, $"results/{progress.Since:yyyy-MM-dd}/{id}/{Names[results]}-{place + 1}.csv");
}
