using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector.Hosting;
using SalesforceConnector.Queues;
using SalesforceConnector.Salesforce;

namespace SalesforceConnector.Queries;

/// <summary>A further page of a query's result.</summary>
public sealed record QueryPagePayload : Payload
{
    /// <summary>Where it is, as the page before it says.</summary>
    public required NextRecordsUrl NextRecordsUrl { get; init; }
}

/// <summary>Gets a further page of a query's result.</summary>
/// <remarks>REST API Developer Guide, "Query More Results". A cursor lives for two days, in the session that opened it.</remarks>
public sealed class QueryPageHandler(SalesforceClient salesforce) : IOperationHandler<QueryPagePayload>
{
    public Task<SalesforceReply> HandleAsync(QueryPagePayload payload, OperationContext context, CancellationToken cancellationToken) =>
        salesforce.SendAsync(payload, new SalesforceRequest(HttpMethod.Get, payload.NextRecordsUrl.ToString()), cancellationToken);
}

public sealed class QueryPage(HttpOperation http, QueueOperation queue, QueryPageHandler handler)
{
    [Function(nameof(QueryPage))]
    public Task<IResult> FromHttp(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "query/page")] HttpRequest request,
        CancellationToken cancellationToken) =>
        http.RunAsync(nameof(QueryPage), request, ConnectorJson.Default.QueryPagePayload, handler, cancellationToken);

    [Function(nameof(QueryPage) + QueueOperation.FromQueue)]
    public Task FromQueue(
        [QueueTrigger("salesforce-query-page", Connection = StorageConnection.Name)] string message,
        CancellationToken cancellationToken) =>
        queue.RunAsync(nameof(QueryPage), message, ConnectorJson.Default.QueryPagePayload, handler, cancellationToken);
}
