using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Triggers;
using SalesforceConnector.Triggers.Http;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Operations.Queries;

/// <summary>The next page of a query's result.</summary>
[Example("""{"nextRecordsUrl": "/services/data/v67.0/query/01gDn0000070001IAA-200"}""")]
public sealed record QueryPagePayload : Payload
{
    /// <summary>The URL of the page, from the page before it.</summary>
    public required NextRecordsUrl NextRecordsUrl { get; init; }
}

/// <summary>
/// Gets the next page of a query's result. A cursor lives for two days, in the session that opened it. If it is lost, run
/// the query again.
/// </summary>
/// <remarks>REST API Developer Guide, "Query More Results".</remarks>
[Operation("Next page of a query", "Get the next page of a query's result", "query page", "nextRecordsUrl", "query more")]
[Reply(200, "The page.", Body = typeof(QueryResultReply))]
public sealed class QueryPage(HttpOperation http, QueueOperation queue, SalesforceClient salesforce) : IOperation<QueryPagePayload>
{
    [Function(nameof(QueryPage))]
    public Task<IResult> FromHttp(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "query/page")] HttpRequest request,
        CancellationToken cancellationToken) =>
        http.RunAsync(this, request, cancellationToken);

    [Function(nameof(QueryPage) + QueueOperation.FromQueue)]
    public Task FromQueue(
        [QueueTrigger("salesforce-query-page", Connection = StorageConnection.Name)] string message,
        CancellationToken cancellationToken) =>
        queue.RunAsync(this, message, cancellationToken);

    public Task<SalesforceReply> ExecuteAsync(QueryPagePayload payload, OperationContext context, CancellationToken cancellationToken) =>
        salesforce.SendAsync(payload, new SalesforceRequest(HttpMethod.Get, payload.NextRecordsUrl.ToString()), cancellationToken);
}
