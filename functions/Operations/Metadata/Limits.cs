using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Triggers;
using SalesforceConnector.Triggers.Http;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Operations.Metadata;

/// <summary>Nothing but the org.</summary>
public sealed record LimitsPayload : Payload;

/// <summary>Says what the org's limits are, and what is left of them.</summary>
/// <remarks>REST API Developer Guide, "Limits".</remarks>
public sealed class Limits(HttpOperation http, QueueOperation queue, SalesforceClient salesforce) : IOperation<LimitsPayload>
{
    [Function(nameof(Limits))]
    public Task<IResult> FromHttp(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "limits")] HttpRequest request,
        CancellationToken cancellationToken) =>
        http.RunAsync(this, request, cancellationToken);

    [Function(nameof(Limits) + QueueOperation.FromQueue)]
    public Task FromQueue(
        [QueueTrigger("salesforce-limits", Connection = StorageConnection.Name)] string message,
        CancellationToken cancellationToken) =>
        queue.RunAsync(this, message, cancellationToken);

    public Task<SalesforceReply> ExecuteAsync(LimitsPayload payload, OperationContext context, CancellationToken cancellationToken) =>
        salesforce.SendAsync(payload, new SalesforceRequest(HttpMethod.Get, "limits"), cancellationToken);
}
