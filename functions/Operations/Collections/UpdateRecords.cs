using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Triggers;
using SalesforceConnector.Triggers.Http;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Operations.Collections;

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
public sealed class UpdateRecords(HttpOperation http, QueueOperation queue, CollectionWriter writer) : IOperation<UpdateRecordsPayload>
{
    [Function(nameof(UpdateRecords))]
    public Task<IResult> FromHttp(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "collections/update")] HttpRequest request,
        CancellationToken cancellationToken) =>
        http.RunAsync(this, request, cancellationToken);

    [Function(nameof(UpdateRecords) + QueueOperation.FromQueue)]
    public Task FromQueue(
        [QueueTrigger("salesforce-update-records", Connection = StorageConnection.Name)] string message,
        CancellationToken cancellationToken) =>
        queue.RunAsync(this, message, cancellationToken);

    public Task<SalesforceReply> ExecuteAsync(UpdateRecordsPayload payload, OperationContext context, CancellationToken cancellationToken) =>
        writer.WriteAsync(payload, payload.ToCollection(), context, cancellationToken);
}
