using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector.Hosting;
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
public sealed class QueryHandler(SalesforceClient salesforce)
{
    public Task<SalesforceReply> HandleAsync(QueryPayload payload, CancellationToken cancellationToken) =>
        string.IsNullOrWhiteSpace(payload.SoqlQuery)
            ? throw new InvalidPayloadException(ErrorCodes.InvalidMember, "soqlQuery", "must be a SOQL query; it is blank")
            : salesforce.SendAsync(
                payload,
                new SalesforceRequest(HttpMethod.Get, $"query?q={Uri.EscapeDataString(payload.SoqlQuery)}"),
                cancellationToken);
}

public sealed class Query(HttpOperation http, QueryHandler handler)
{
    [Function(nameof(Query))]
    public Task<IResult> FromHttp(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "query")] HttpRequest request,
        CancellationToken cancellationToken) =>
        http.RunAsync(nameof(Query), request, ConnectorJson.Default.QueryPayload, handler.HandleAsync, cancellationToken);
}
