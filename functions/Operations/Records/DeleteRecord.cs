using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Replies;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce.Bodies;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Triggers;
using SalesforceConnector.Triggers.Http;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Operations.Records;

/// <summary>A record to delete.</summary>
[Example("""{"objectType": "Lead", "objectId": "00QDn000007000BMAQ"}""")]
[Example("""{"objectType": "Invoice__c", "externalIdField": "External_Id__c", "externalId": "INV/12"}""")]
public sealed record DeleteRecordPayload : RecordPayload
{
    internal override Repetition Repetition => Repetition.IdempotentIfKnown;
}

/// <summary>Deletes a record, identified by its id or by an external id.</summary>
/// <remarks>REST API Developer Guide, "sObject Rows" and "sObject Rows by External ID", DELETE.</remarks>
[Operation("Delete record", "Delete a Salesforce record", "delete record", "remove")]
[Reply(200, "The record was deleted, and the request has Prefer: return=representation.", Body = typeof(DeletedRecordReply))]
[Reply(204, "Done, without Prefer: return=representation.")]
public sealed class DeleteRecord(HttpOperation http, QueueOperation queue, SalesforceClient salesforce) : IOperation<DeleteRecordPayload>
{
    [Function(nameof(DeleteRecord))]
    public Task<IResult> FromHttp(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "records/delete")] HttpRequest request,
        CancellationToken cancellationToken) =>
        http.RunAsync(this, request, cancellationToken);

    [Function(nameof(DeleteRecord) + QueueOperation.FromQueue)]
    public Task FromQueue(
        [QueueTrigger("salesforce-delete-record", Connection = StorageConnection.Name)] string message,
        CancellationToken cancellationToken) =>
        queue.RunAsync(this, message, cancellationToken);

    public async Task<SalesforceReply> ExecuteAsync(DeleteRecordPayload payload, OperationContext context, CancellationToken cancellationToken)
    {
        try
        {
            return await salesforce.SendAsync(
                payload,
                new SalesforceRequest(HttpMethod.Delete, payload.Path)
                {
                    Record = payload.ObjectId,
                    Forms = ReplyForms.Empty,
                    EarlierMayHaveRun = context.EarlierAttempt,
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (ConnectorException e) when (context.EarlierAttempt && IsNotFound(e))
        {
            // An earlier attempt has deleted the record.
            return SalesforceReply.AlreadyDone(payload.ObjectId);
        }
    }

    // Looks at the original error, which an earlier attempt may have turned into "outcome unknown".
    private static bool IsNotFound(ConnectorException exception) =>
        (exception.InnerException as ConnectorException ?? exception).Problem.Status == StatusCodes.Status404NotFound;
}

/// <summary>The deleted record.</summary>
public sealed record DeletedRecordReply
{
    /// <summary>The id of the deleted record. Absent if it was identified by an external id.</summary>
    [Field("Record ID")]
    public string? Id { get; init; }

    /// <summary>Always true.</summary>
    public required bool Success { get; init; }

    /// <summary>Always empty.</summary>
    public required IReadOnlyList<SalesforceErrorReply> Errors { get; init; }
}
