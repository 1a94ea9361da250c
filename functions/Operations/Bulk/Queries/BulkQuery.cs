using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Triggers;
using SalesforceConnector.Triggers.Http;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Operations.Bulk.Queries;

/// <summary>
/// Queries records with Bulk API 2.0, as many as there are, into a blob. Over HTTP the reply is 202 and the result is fetched
/// later, as with <c>Prefer: respond-async</c>; until then it tells the progress.
/// </summary>
/// <remarks>Bulk API 2.0 and Bulk API Developer Guide. See <see cref="BulkReader"/>.</remarks>
[Operation("Bulk query", "Query millions of Salesforce records into a blob", "bulk", "Bulk API 2.0", "CSV", "export", "SOQL")]
[Reply(200, "All records are in the blob.", Body = typeof(BulkQueryReply))]
public sealed class BulkQuery(HttpOperation http, QueueOperation queue, BulkReader reader) : IOperation<BulkQueryPayload>
{
    [Function(nameof(BulkQuery))]
    public Task<IResult> FromHttp(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "bulk/query")] HttpRequest request,
        CancellationToken cancellationToken) =>
        http.RunAsync(this, request, cancellationToken);

    [Function(nameof(BulkQuery) + QueueOperation.FromQueue)]
    public Task FromQueue(
        [QueueTrigger("salesforce-bulk-query", Connection = StorageConnection.Name)] string message,
        CancellationToken cancellationToken) =>
        queue.RunAsync(this, message, cancellationToken);

    public Task<SalesforceReply> ExecuteAsync(BulkQueryPayload payload, OperationContext context, CancellationToken cancellationToken) =>
        reader.ContinueAsync(payload, context.Progress, cancellationToken);
}
