using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector.Hosting;
using SalesforceConnector.Queues;
using SalesforceConnector.Salesforce;

namespace SalesforceConnector.Collections;

/// <summary>Records to update, each with its <c>id</c>.</summary>
public sealed record UpdateRecordsPayload : WriteRecordsPayload
{
    // Of 18 characters, the last three only check the others.
    internal override string? KeyOf(int place) =>
        Records.ValueOf(place, "Id") is { } id ? id[..Math.Min(id.Length, RecordId.ShortLength)] : null;

    internal override SalesforceRequest Call => new(HttpMethod.Patch, CollectionWriter.Path);
}

/// <summary>Updates many records.</summary>
/// <remarks>REST API Developer Guide, "sObject Collections", PATCH.</remarks>
public sealed class UpdateRecordsHandler(CollectionWriter writer) : IOperationHandler<UpdateRecordsPayload>
{
    public Task<SalesforceReply> HandleAsync(UpdateRecordsPayload payload, OperationContext context, CancellationToken cancellationToken) =>
        writer.WriteAsync(payload, payload.ToCollection(), context, cancellationToken);
}

public sealed class UpdateRecords(HttpOperation http, QueueOperation queue, UpdateRecordsHandler handler)
{
    [Function(nameof(UpdateRecords))]
    public Task<IResult> FromHttp(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "collections/update")] HttpRequest request,
        CancellationToken cancellationToken) =>
        http.RunAsync(nameof(UpdateRecords), request, ConnectorJson.Default.UpdateRecordsPayload, handler, cancellationToken);

    [Function(nameof(UpdateRecords) + QueueOperation.FromQueue)]
    public Task FromQueue(
        [QueueTrigger("salesforce-update-records", Connection = StorageConnection.Name)] string message,
        CancellationToken cancellationToken) =>
        queue.RunAsync(nameof(UpdateRecords), message, ConnectorJson.Default.UpdateRecordsPayload, handler, cancellationToken);
}
