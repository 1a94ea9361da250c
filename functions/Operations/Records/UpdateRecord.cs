using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Replies;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce.Bodies;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Salesforce.Client.Requests;
using SalesforceConnector.Triggers;
using SalesforceConnector.Triggers.Http;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Operations.Records;

/// <summary>New values of some fields of a record.</summary>
[Example("""{"objectType": "Account", "objectId": "001Dn0000070000IAA", "fields": {"BillingCity": "San Francisco"}}""")]
[Example(
    """
    {
      "objectType": "Account",
      "externalIdField": "External_Id__c",
      "externalId": "ACC-ELT-12300",
      "fields": {"BillingCity": "San Francisco"}
    }
    """)]
public sealed record UpdateRecordPayload : RecordPayload, IHasWriteOptions
{
    public required RecordFields Fields { get; init; }

    public DuplicateRuleOptions? DuplicateRule { get; init; }

    public AssignmentRule? AssignmentRule { get; init; }

    internal override void Validate(ApiVersion version)
    {
        base.Validate(version);
        if (ExternalId is not null)
        {
            RequireUpdateOnly("externalIdField", version);
        }
    }
}

/// <summary>
/// Updates some fields of a record, identified by its id or by an external id. A missing record is an error; it is not
/// created.
/// </summary>
/// <remarks>REST API Developer Guide, "sObject Rows" and "sObject Rows by External ID", PATCH.</remarks>
[Operation("Update record", "Change fields of a Salesforce record", "update record", "change", "patch")]
[Reply(200, "The record was updated, by its external id or with Prefer: return=representation.", Body = typeof(WrittenRecordReply))]
[Reply(204, "Done, without Prefer: return=representation.")]
public sealed class UpdateRecord(HttpOperation http, QueueOperation queue, SalesforceClient salesforce) : IOperation<UpdateRecordPayload>
{
    [Function(nameof(UpdateRecord))]
    public Task<IResult> FromHttp(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "records/update")] HttpRequest request,
        CancellationToken cancellationToken) =>
        http.RunAsync(this, request, cancellationToken);

    [Function(nameof(UpdateRecord) + QueueOperation.FromQueue)]
    public Task FromQueue(
        [QueueTrigger("salesforce-update-record", Connection = StorageConnection.Name)] string message,
        CancellationToken cancellationToken) =>
        queue.RunAsync(this, message, cancellationToken);

    public Task<SalesforceReply> ExecuteAsync(UpdateRecordPayload payload, OperationContext context, CancellationToken cancellationToken) =>
        salesforce.SendAsync(
            payload,
            // By an external id, Salesforce does an upsert. Without updateOnly it would create a missing record.
            new SalesforceRequest(HttpMethod.Patch, payload.ObjectId is null ? $"{payload.Path}?updateOnly=true" : payload.Path, payload.Fields.Json)
            {
                Headers = WriteOptionHeaders.From(payload),
                Record = payload.ObjectId,
                Forms = payload.ObjectId is null ? ReplyForms.JsonObject : ReplyForms.Empty,
                EarlierMayHaveRun = context.EarlierAttempt,
            },
            cancellationToken);
}
