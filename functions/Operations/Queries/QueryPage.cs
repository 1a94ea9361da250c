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

/// <summary>A further page of a query's result.</summary>
[Example("""{"nextRecordsUrl": "/services/data/v67.0/query/01gDn0000070001IAA-200"}""")]
public sealed record QueryPagePayload : Payload
{
    /// <summary>Where the page is, as the page before it says.</summary>
    public required NextRecordsUrl NextRecordsUrl { get; init; }
}

/// <summary>
/// Gets a further page of a query's result. A cursor lives for two days, in the session that opened it: when it is lost,
/// query again.
/// </summary>
/// <remarks>REST API Developer Guide, "Query More Results". A cursor lives for two days, in the session that opened it.</remarks>
[Operation("Next page of a query", "Get a further page of a query's result", "query page", "nextRecordsUrl", "query more")]
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
