using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Triggers;
using SalesforceConnector.Triggers.Http;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Operations.Records;

/// <summary>A record to get, or the records it is related to.</summary>
public sealed record GetRecordPayload : RecordPayload
{
    /// <summary>Absent: the record itself. Else the record or records at the end of this relationship.</summary>
    public RelationshipPath? RelationshipFieldName { get; init; }

    /// <summary>Such as <c>{"fields":["Name","Industry"]}</c>.</summary>
    public QueryParameters? QueryParameters { get; init; }

    /// <summary>With it, 304 without a body if the record has not changed since. Salesforce knows it of Accounts only.</summary>
    public ModifiedSince? IfModifiedSince { get; init; }

    internal override void Validate()
    {
        base.Validate();
        if (RelationshipFieldName is not null && ObjectId is null)
        {
            throw new InvalidPayloadException(
                ErrorCodes.InvalidMember, "relationshipFieldName", "leads on from a record that objectId names, not from an external id");
        }
    }
}

/// <summary>Gets a record, or what it is related to.</summary>
/// <remarks>REST API Developer Guide, "sObject Rows" and "sObject Rows by External ID", GET, and "sObject Relationships".</remarks>
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
