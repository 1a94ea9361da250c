using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Triggers;
using SalesforceConnector.Triggers.Http;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Operations.Composites;

/// <summary>Up to 25 requests that Salesforce carries out one after another, in one call.</summary>
public sealed record CompositePayload : Payload
{
    /// <summary>Whether all is rolled back if one fails.</summary>
    public bool? AllOrNone { get; init; }

    /// <summary>Whether Salesforce may carry independent ones out together.</summary>
    public bool? CollateSubrequests { get; init; }

    public required Subrequests CompositeRequest { get; init; }

    internal override Repetition Repetition => CompositeRequest.AreReads ? Repetition.Harmless : Repetition.Forbidden;
}

/// <summary>Carries out several requests in one call; a later one may refer to an earlier one's result.</summary>
/// <remarks>REST API Developer Guide, "Composite".</remarks>
public sealed class Composite(HttpOperation http, QueueOperation queue, SalesforceClient salesforce) : IOperation<CompositePayload>
{
    [Function(nameof(Composite))]
    public Task<IResult> FromHttp(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "composite")] HttpRequest request,
        CancellationToken cancellationToken) =>
        http.RunAsync(this, request, cancellationToken);

    [Function(nameof(Composite) + QueueOperation.FromQueue)]
    public Task FromQueue(
        [QueueTrigger("salesforce-composite", Connection = StorageConnection.Name)] string message,
        CancellationToken cancellationToken) =>
        queue.RunAsync(this, message, cancellationToken);

    public Task<SalesforceReply> ExecuteAsync(CompositePayload payload, OperationContext context, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new CompositeBody(payload.AllOrNone, payload.CollateSubrequests, payload.CompositeRequest), RequestJson.Default.CompositeBody);
        return salesforce.SendAsync(
            payload,
            new SalesforceRequest(HttpMethod.Post, CompositeRead.CompositePath, body)
            {
                IsRead = payload.CompositeRequest.AreReads,
                EarlierMayHaveRun = context.EarlierAttempt,
            },
            cancellationToken);
    }
}
