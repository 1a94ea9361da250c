using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Triggers;
using SalesforceConnector.Triggers.Http;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Operations.Bulk;

/// <summary>
/// Writes rows of one sObject with Bulk API 2.0, as many as there are. Over HTTP the reply is 202 and the result is fetched
/// later, as with <c>Prefer: respond-async</c>; until then it tells the progress.
/// </summary>
/// <remarks>Bulk API 2.0 and Bulk API Developer Guide. See <see cref="BulkWriter"/>.</remarks>
[Operation("Bulk write", "Insert, update, upsert or delete millions of Salesforce records", "bulk", "Bulk API 2.0", "CSV", "import")]
[Reply(200, "The jobs have ended. Rows that Salesforce refused are counted in failed.", Body = typeof(BulkWriteReply))]
public sealed class BulkWrite(HttpOperation http, QueueOperation queue, BulkRequests requests, BulkWriter writer) : IOperation<BulkWritePayload>
{
    [Function(nameof(BulkWrite))]
    public Task<IResult> FromHttp(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "bulk/write")] HttpRequest request,
        CancellationToken cancellationToken) =>
        http.RunAsync(this, request, requests.ReadAsync, cancellationToken);

    [Function(nameof(BulkWrite) + QueueOperation.FromQueue)]
    public Task FromQueue(
        [QueueTrigger("salesforce-bulk-write", Connection = StorageConnection.Name)] string message,
        CancellationToken cancellationToken) =>
        queue.RunAsync(this, message, cancellationToken);

    public Task<SalesforceReply> ExecuteAsync(BulkWritePayload payload, OperationContext context, CancellationToken cancellationToken) =>
        writer.ContinueAsync(payload, context.Progress, cancellationToken);
}
