using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Replies;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Triggers;
using SalesforceConnector.Triggers.Http;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Operations.Collections;

/// <summary>Records to delete, of any sObjects.</summary>
[Example("""{"objectIds": ["00QDn0000070009MAA", "00QDn000007000AMAQ"], "allOrNone": true}""")]
public sealed record DeleteRecordsPayload : Payload
{
    public required RecordIds ObjectIds { get; init; }

    /// <summary>
    /// Whether no record is deleted if one fails. It applies to a single call to Salesforce: at most 200 records with at most
    /// 10 changes of sObject.
    /// </summary>
    [Field(Hint = "Rolls back all records if one fails. Up to 200 records.", Group = FormGroup.Options)]
    public bool? AllOrNone { get; init; }

    internal override Repetition Repetition => Repetition.IdempotentIfKnown;

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

/// <summary>Deletes up to 10,000 records of any sObjects, 200 in each call to Salesforce.</summary>
/// <remarks>REST API Developer Guide, "sObject Collections", DELETE.</remarks>
[Operation("Delete many records", "Delete up to 10,000 Salesforce records", "delete records", "bulk delete")]
[Reply(200, "A result for every record, in order. Records that Salesforce refused have success false.", Body = typeof(IReadOnlyList<RecordResultReply>))]
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
            // After an earlier attempt, "already deleted" means success.
            payload.ToCollection() with
            {
                AlreadyDone = context.EarlierAttempt ? new AlreadyDone("ENTITY_IS_DELETED", place => payload.ObjectIds[place]) : null,
            },
            context,
            cancellationToken);
}
