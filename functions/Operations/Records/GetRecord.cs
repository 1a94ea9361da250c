using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Replies;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Salesforce.Client.Requests;
using SalesforceConnector.Triggers;
using SalesforceConnector.Triggers.Http;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Operations.Records;

/// <summary>A record to get, or a relationship to follow from it.</summary>
[Example("""{"objectType": "Account", "objectId": "001Dn0000070000IAA", "queryParameters": {"fields": ["AccountNumber", "BillingPostalCode"]}}""")]
[Example("""{"objectType": "Account", "externalIdField": "External_Id__c", "externalId": "ACC-ELT-12300"}""")]
public sealed record GetRecordPayload : RecordPayload
{
    /// <summary>A relationship. If set, the reply is the related record or records instead of the record itself.</summary>
    public RelationshipPath? RelationshipFieldName { get; init; }

    /// <summary>Query parameters of the call to Salesforce, such as <c>{"fields":["Name","Industry"]}</c>.</summary>
    public QueryParameters? QueryParameters { get; init; }

    /// <summary>If set, the reply is 304 without a body unless the record has changed since then. Salesforce supports it only for Account.</summary>
    public ModifiedSince? IfModifiedSince { get; init; }

    internal override void Validate()
    {
        base.Validate();
        if ((ObjectType.ToString(), RelationshipFieldName?.ToString()) is ("ContentVersion", "VersionData") or ("Attachment" or "Document", "Body"))
        {
            throw new InvalidPayloadException(
                ErrorCodes.InvalidMember, "relationshipFieldName", "must lead to records: the field holds a file, which the operation DownloadFile gets (/api/files/download)");
        }

        if (RelationshipFieldName is not null && ObjectId is null)
        {
            throw new InvalidPayloadException(
                ErrorCodes.InvalidMember, "relationshipFieldName", "requires objectId; it cannot be used with an external id");
        }
    }
}

/// <summary>
/// Gets a record, by its id or by an external id. With <see cref="GetRecordPayload.RelationshipFieldName"/>, gets the
/// record or records that it is related to.
/// </summary>
/// <remarks>REST API Developer Guide, "sObject Rows" and "sObject Rows by External ID", GET, and "sObject Relationships".</remarks>
[Operation("Get record", "Get a Salesforce record, or the records related to it", "get record", "read record", "relationship")]
[Reply(200, "The record; for a to-many relationship, a query result.", Body = typeof(RecordReply))]
public sealed class GetRecord(HttpOperation http, QueueOperation queue, SalesforceClient salesforce) : IOperation<GetRecordPayload>
{
    [Function(nameof(GetRecord))]
    public Task<IResult> FromHttp(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "records/get")] HttpRequest request,
        CancellationToken cancellationToken) =>
        http.RunAsync(this, request, cancellationToken);

    [Function(nameof(GetRecord) + QueueOperation.FromQueue)]
    public Task FromQueue(
        [QueueTrigger("salesforce-get-record", Connection = StorageConnection.Name)] string message,
        CancellationToken cancellationToken) =>
        queue.RunAsync(this, message, cancellationToken);

    public Task<SalesforceReply> ExecuteAsync(GetRecordPayload payload, OperationContext context, CancellationToken cancellationToken)
    {
        var relationship = payload.RelationshipFieldName is { } path ? $"/{path}" : "";
        return salesforce.SendAsync(
            payload,
            new SalesforceRequest(HttpMethod.Get, $"{payload.Path}{relationship}{payload.QueryParameters?.ToQueryString()}")
            {
                Headers = payload.IfModifiedSince is { } since ? [since.Header] : [],
            },
            cancellationToken);
    }
}
