using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector.Hosting;
using SalesforceConnector.Queues;
using SalesforceConnector.Salesforce;

namespace SalesforceConnector.Queries;

/// <summary>One SOQL query.</summary>
public sealed record QueryPayload : Payload
{
    /// <summary>The query, of any length that Salesforce takes (100,000 characters).</summary>
    public required string SoqlQuery { get; init; }
}

/// <summary>Runs a SOQL query and returns its first page.</summary>
/// <remarks>REST API Developer Guide, "Query".</remarks>
public sealed class QueryHandler(SalesforceClient salesforce) : IOperationHandler<QueryPayload>
{
    public Task<SalesforceReply> HandleAsync(QueryPayload payload, OperationContext context, CancellationToken cancellationToken) =>
        string.IsNullOrWhiteSpace(payload.SoqlQuery)
            ? throw new InvalidPayloadException(ErrorCodes.InvalidMember, "soqlQuery", "must be a SOQL query; it is blank")
            : salesforce.SendAsync(
                payload,
                new SalesforceRequest(HttpMethod.Get, $"query?q={Uri.EscapeDataString(payload.SoqlQuery)}"),
                cancellationToken);
}

public sealed class Query(HttpOperation http, QueueOperation queue, QueryHandler handler)
{
    [Function(nameof(Query))]
    public Task<IResult> FromHttp(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "query")] HttpRequest request,
        CancellationToken cancellationToken) =>
        http.RunAsync(nameof(Query), request, ConnectorJson.Default.QueryPayload, handler, cancellationToken);

    [Function(nameof(Query) + QueueOperation.FromQueue)]
    public Task FromQueue(
        [QueueTrigger(QueueOptions.QueryTrigger, Connection = StorageConnection.Name)] string message,
        CancellationToken cancellationToken) =>
        queue.RunAsync(nameof(Query), message, ConnectorJson.Default.QueryPayload, handler, cancellationToken);

    [Function(nameof(Query) + QueueOperation.FromPoisonQueue)]
    public Task FromPoisonQueue(
        [QueueTrigger(QueueOptions.QueryTrigger + QueueOptions.PoisonSuffix, Connection = StorageConnection.Name)] string message,
        CancellationToken cancellationToken) =>
        queue.RunPoisonedAsync(nameof(Query), message, cancellationToken);
}
