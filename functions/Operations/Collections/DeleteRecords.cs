using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Triggers;
using SalesforceConnector.Triggers.Http;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Operations.Collections;

/// <summary>Records to delete, of any sObjects.</summary>
public sealed record DeleteRecordsPayload : Payload
{
    public required RecordIds ObjectIds { get; init; }

    /// <summary>Whether none is deleted if one cannot be.</summary>
    public bool? AllOrNone { get; init; }

    internal override Repetition Repetition => Repetition.Noted;

    internal Collection ToCollection() => new(
        ObjectIds.Count,
        i => ObjectIds[i].KeyPrefix,
        places => new SalesforceRequest(
            HttpMethod.Delete,
            $"{CollectionWriter.Path}?ids={string.Join(',', places.Select(i => ObjectIds[i]))}&allOrNone={(AllOrNone == true ? "true" : "false")}"),
        AllOrNone == true)
    {
        KeyOf = i => ObjectIds[i].ToLongForm(),
    };

    internal override void Validate()
    {
        base.Validate();
        ToCollection().Validate();
    }
}

/// <summary>Deletes many records.</summary>
/// <remarks>REST API Developer Guide, "sObject Collections", DELETE.</remarks>
public sealed class DeleteRecords(HttpOperation http, QueueOperation queue, CollectionWriter writer) : IOperation<DeleteRecordsPayload>
{
    [Function(nameof(DeleteRecords))]
    public Task<IResult> FromHttp(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "collections/delete")] HttpRequest request,
        CancellationToken cancellationToken) =>
        http.RunAsync(this, request, cancellationToken);

    [Function(nameof(DeleteRecords) + QueueOperation.FromQueue)]
    public Task FromQueue(
        [QueueTrigger("salesforce-delete-records", Connection = StorageConnection.Name)] string message,
        CancellationToken cancellationToken) =>
        queue.RunAsync(this, message, cancellationToken);

    public Task<SalesforceReply> ExecuteAsync(DeleteRecordsPayload payload, OperationContext context, CancellationToken cancellationToken) =>
        writer.WriteAsync(
            payload,
            // What an earlier attempt has deleted is deleted.
            payload.ToCollection() with
            {
                AlreadyDone = context.EarlierAttempt ? new AlreadyDone("ENTITY_IS_DELETED", place => payload.ObjectIds[place]) : null,
            },
            context,
            cancellationToken);
}
