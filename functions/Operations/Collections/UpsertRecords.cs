using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Replies;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Triggers;
using SalesforceConnector.Triggers.Http;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Operations.Collections;

/// <summary>
/// Records of one sObject to update, or to create if they do not exist. Each contains its external id.
/// <c>objectType</c> is required.
/// </summary>
[Field(
    Member = nameof(ObjectType),
    Id = "objectType",
    Hint = "API name, such as Account or Invoice__c.",
    Description = "The API name of the sObject of all records.",
    Asked = true)]
[Field(
    Member = nameof(Records),
    Id = "records.upsert",
    Hint = "A list, each with its external ID, such as <code>for c in customers return {External_Id__c: c.number, Name: c.name}</code>. Up to 10,000.")]
[Example(
    """
    {
      "objectType": "Account",
      "externalIdField": "External_Id__c",
      "records": [{"External_Id__c": "order/4711", "Name": "Express Logistics and Transport"}]
    }
    """)]
public sealed record UpsertRecordsPayload : WriteRecordsPayload
{
    /// <summary>The API name of an external id field.</summary>
    [Field(
        "External ID field",
        Id = "externalIdField.upsert",
        Hint = "The field that identifies a record. It must be unique.",
        After = nameof(ObjectType))]
    public required FieldName ExternalIdField { get; init; }

    internal override Repetition Repetition => Repetition.IdempotentIfKnown;

    // Salesforce compares external ids case-insensitively, unless the field is case-sensitive.
    internal override string? KeyOf(int place) => Records.ValueOf(place, ExternalIdField.ToString())?.ToUpperInvariant();

    internal override SalesforceRequest Call =>
        new(HttpMethod.Patch, $"{CollectionWriter.Path}/{ObjectType}/{ExternalIdField}") { IsRepeatable = true };

    internal override void Validate()
    {
        if (ObjectType is null)
        {
            throw new InvalidPayloadException(ErrorCodes.MissingMember, "objectType", "is required: all records of an upsert are of one sObject");
        }

        base.Validate();
    }
}

/// <summary>
/// Updates up to 10,000 records of one sObject, or creates those that do not exist, 200 in each call to Salesforce. Each
/// record contains its external id.
/// </summary>
/// <remarks>REST API Developer Guide, "sObject Collections", PATCH with an external id field.</remarks>
[Operation("Upsert many records", "Update up to 10,000 Salesforce records, or create those that do not exist", "upsert records", "bulk upsert", "external ID")]
[Reply(200, "A result for every record, in order. Records that Salesforce refused have success false.", Body = typeof(IReadOnlyList<RecordResultReply>))]
public sealed class UpsertRecords(HttpOperation http, QueueOperation queue, CollectionWriter writer) : IOperation<UpsertRecordsPayload>
{
    [Function(nameof(UpsertRecords))]
    public Task<IResult> FromHttp(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "collections/upsert")] HttpRequest request,
        CancellationToken cancellationToken) =>
        http.RunAsync(this, request, cancellationToken);

    [Function(nameof(UpsertRecords) + QueueOperation.FromQueue)]
    public Task FromQueue(
        [QueueTrigger("salesforce-upsert-records", Connection = StorageConnection.Name)] string message,
        CancellationToken cancellationToken) =>
        queue.RunAsync(this, message, cancellationToken);

    public Task<SalesforceReply> ExecuteAsync(UpsertRecordsPayload payload, OperationContext context, CancellationToken cancellationToken) =>
        writer.WriteAsync(payload, payload.ToCollection(), context, cancellationToken);
}
