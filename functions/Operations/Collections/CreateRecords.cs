using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Triggers;
using SalesforceConnector.Triggers.Http;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Operations.Collections;

/// <summary>Records to create.</summary>
public sealed record CreateRecordsPayload : WriteRecordsPayload
{
    internal override Repetition Repetition => Repetition.Forbidden;

    internal override SalesforceRequest Call => new(HttpMethod.Post, CollectionWriter.Path);
}

/// <summary>Creates many records.</summary>
/// <remarks>REST API Developer Guide, "sObject Collections", POST.</remarks>
public sealed class CreateRecords(HttpOperation http, QueueOperation queue, CollectionWriter writer) : IOperation<CreateRecordsPayload>
{
    [Function(nameof(CreateRecords))]
    public Task<IResult> FromHttp(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "collections/create")] HttpRequest request,
        CancellationToken cancellationToken) =>
        http.RunAsync(this, request, cancellationToken);

    [Function(nameof(CreateRecords) + QueueOperation.FromQueue)]
    public Task FromQueue(
        [QueueTrigger("salesforce-create-records", Connection = StorageConnection.Name)] string message,
        CancellationToken cancellationToken) =>
        queue.RunAsync(this, message, cancellationToken);

    public Task<SalesforceReply> ExecuteAsync(CreateRecordsPayload payload, OperationContext context, CancellationToken cancellationToken) =>
        writer.WriteAsync(payload, payload.ToCollection(), context, cancellationToken);
}
