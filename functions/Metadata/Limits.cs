using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector.Hosting;
using SalesforceConnector.Queues;
using SalesforceConnector.Salesforce;

namespace SalesforceConnector.Metadata;

/// <summary>Nothing but the org.</summary>
public sealed record LimitsPayload : Payload;

/// <summary>Says what the org's limits are, and what is left of them.</summary>
/// <remarks>REST API Developer Guide, "Limits".</remarks>
public sealed class LimitsHandler(SalesforceClient salesforce) : IOperationHandler<LimitsPayload>
{
    public Task<SalesforceReply> HandleAsync(LimitsPayload payload, OperationContext context, CancellationToken cancellationToken) =>
        salesforce.SendAsync(payload, new SalesforceRequest(HttpMethod.Get, "limits"), cancellationToken);
}

public sealed class Limits(HttpOperation http, QueueOperation queue, LimitsHandler handler)
{
    [Function(nameof(Limits))]
    public Task<IResult> FromHttp(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "limits")] HttpRequest request,
        CancellationToken cancellationToken) =>
        http.RunAsync(nameof(Limits), request, ConnectorJson.Default.LimitsPayload, handler, cancellationToken);

    [Function(nameof(Limits) + QueueOperation.FromQueue)]
    public Task FromQueue(
        [QueueTrigger("salesforce-limits", Connection = StorageConnection.Name)] string message,
        CancellationToken cancellationToken) =>
        queue.RunAsync(nameof(Limits), message, ConnectorJson.Default.LimitsPayload, handler, cancellationToken);
}
