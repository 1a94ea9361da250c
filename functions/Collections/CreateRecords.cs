using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector.Hosting;
using SalesforceConnector.Queues;
using SalesforceConnector.Salesforce;

namespace SalesforceConnector.Collections;

/// <summary>Records to create.</summary>
public sealed record CreateRecordsPayload : WriteRecordsPayload
{
    internal override Repetition Repetition => Repetition.Forbidden;

    internal override SalesforceRequest Call => new(HttpMethod.Post, CollectionWriter.Path);
}

/// <summary>Creates many records.</summary>
/// <remarks>REST API Developer Guide, "sObject Collections", POST.</remarks>
public sealed class CreateRecordsHandler(CollectionWriter writer) : IOperationHandler<CreateRecordsPayload>
{
    public Task<SalesforceReply> HandleAsync(CreateRecordsPayload payload, OperationContext context, CancellationToken cancellationToken) =>
        writer.WriteAsync(payload, payload.ToCollection(), context, cancellationToken);
}

public sealed class CreateRecords(HttpOperation http, QueueOperation queue, CreateRecordsHandler handler)
{
    [Function(nameof(CreateRecords))]
    public Task<IResult> FromHttp(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "collections/create")] HttpRequest request,
        CancellationToken cancellationToken) =>
        http.RunAsync(nameof(CreateRecords), request, ConnectorJson.Default.CreateRecordsPayload, handler, cancellationToken);

    [Function(nameof(CreateRecords) + QueueOperation.FromQueue)]
    public Task FromQueue(
        [QueueTrigger("salesforce-create-records", Connection = StorageConnection.Name)] string message,
        CancellationToken cancellationToken) =>
        queue.RunAsync(nameof(CreateRecords), message, ConnectorJson.Default.CreateRecordsPayload, handler, cancellationToken);
}
