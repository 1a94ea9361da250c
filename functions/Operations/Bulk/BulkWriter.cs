using System.Text.Json;
using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce;
using SalesforceConnector.Salesforce.Bulk;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Triggers;

namespace SalesforceConnector.Operations.Bulk;

/// <summary>
/// The steps of a bulk write: create a job, upload its rows, close it; the same for further rows; look whether the jobs have
/// ended; store their results. Each step is saved before the next one begins, and only closing a job writes rows. So an
/// interrupted step is continued, or its job is aborted and made anew.
/// </summary>
public sealed class BulkWriter(
    BulkJobs jobs,
    RowSource source,
    BulkResults results,
    IOptions<BulkOptions> bulk,
    IOptions<SalesforceOptions> salesforce,
    TimeProvider time)
{
    private readonly WriteServices _services = new(jobs, source, results, bulk.Value, salesforce.Value.InvocationTimeout, time);

    internal async Task<SalesforceReply> ContinueAsync(BulkWritePayload payload, OperationProgress saved, CancellationToken cancellationToken)
    {
        var progress = saved.Saved is { } json
            ? JsonSerializer.Deserialize(json, BulkJson.Default.WriteProgress)!
            : await source.PrepareAsync(payload, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        try
        {
            if (await new WriteRun(_services, payload, progress, saved).ContinueAsync(cancellationToken).ConfigureAwait(false) is { } pause)
            {
                return SalesforceReply.Unfinished(pause);
            }
        }
        catch (ConnectorException e) when (e.Problem.OutcomeUnknown != progress.MayHaveWritten)
        {
            // The progress tells what may have been written, whichever call failed.
            throw new ConnectorException(
                progress.MayHaveWritten ? e.Problem.WithUnknownOutcome() with { RetryAfter = e.Problem.RetryAfter } : e.Problem with { OutcomeUnknown = false },
                e.InnerException ?? e);
        }
        catch (Exception e) when (progress.MayHaveWritten && e is not (ConnectorException or OperationCanceledException))
        {
            throw new ConnectorException(Problems.Faulted.WithUnknownOutcome(), e);
        }

        return results.Reply(payload, progress, saved.Id);
    }
}

/// <summary>What an attempt at a bulk write uses.</summary>
internal sealed record WriteServices(
    BulkJobs Jobs, RowSource Source, BulkResults Results, BulkOptions Options, TimeSpan InvocationTimeout, TimeProvider Time);
