using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Triggers;
using SalesforceConnector.Triggers.Http;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Operations.Metadata;

/// <summary>The org whose limits to get.</summary>
[Example("""{}""")]
public sealed record LimitsPayload : Payload;

/// <summary>Gets the org's limits and what remains of them.</summary>
/// <remarks>REST API Developer Guide, "Limits".</remarks>
[Operation("Limits", "Get the org's limits and what remains of them", "limits", "API usage")]
[Reply(200, "The limits by name.", Body = typeof(OrgLimitsReply))]
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

/// <summary>Salesforce's reply, unchanged: the maximum and the remaining amount of each limit, by its name.</summary>
[Schema("""
    { "additionalProperties": { "type": "object", "additionalProperties": {}, "properties": { "Max": { "type": "integer" }, "Remaining": { "type": "integer" } } } }
    """)]
public sealed record OrgLimitsReply;
