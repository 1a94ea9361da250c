using System.Text.Json;
using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce;
using SalesforceConnector.Salesforce.Bodies;
using SalesforceConnector.Salesforce.Bulk;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Triggers;

namespace SalesforceConnector.Operations.Bulk.Queries;

/// <summary>
/// The steps of a bulk query: create a job; look whether it has ended; store its results page by page; make a blob of them.
/// Each step is saved before the next one begins. A step that was interrupted is done again, and has the same outcome.
/// </summary>
public sealed class BulkReader(
    BulkJobs jobs, BulkContainer container, IOptions<BulkOptions> bulk, IOptions<SalesforceOptions> salesforce, TimeProvider time)
{
    private readonly QueryServices _services = new(jobs, container, bulk.Value, salesforce.Value, time);

    internal async Task<SalesforceReply> ContinueAsync(BulkQueryPayload payload, OperationProgress saved, CancellationToken cancellationToken)
    {
        var run = new QueryRun(_services, payload, saved);
        if (await run.ContinueAsync(cancellationToken).ConfigureAwait(false) is { } pause)
        {
            return SalesforceReply.Unfinished(pause);
        }

        var progress = run.Progress;
        var blob = progress.BlobName(saved.Id, payload.Stored);
        var reply = new BulkQueryReply
        {
            JobId = progress.JobId,
            Rows = progress.Rows,
            Bytes = progress.Bytes,
            Format = payload.Stored.ToString(),
            Blob = blob,
            BlobUrl = container.UrlOf(blob),
        };
        return progress.Rows == progress.Processed
            ? SalesforceReply.Merge(StreamedBody.From(JsonSerializer.SerializeToUtf8Bytes(reply, BulkQueryJson.Default.BulkQueryReply)), last: null)
            : throw new ConnectorException(QueryProblems.CountsDiffer(progress) with
            {
                Response = JsonSerializer.SerializeToElement(reply, BulkQueryJson.Default.BulkQueryReply),
            });
    }
}

/// <summary>What an attempt at a bulk query uses.</summary>
internal sealed record QueryServices(
    BulkJobs Jobs, BulkContainer Container, BulkOptions Options, SalesforceOptions Salesforce, TimeProvider Time);
