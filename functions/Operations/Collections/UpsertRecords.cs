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
/// Records of one sObject to update, or to create where there are none, each with its external id among its fields.
/// <c>objectType</c> is required too.
/// </summary>
[Field(
    Member = nameof(ObjectType),
    Id = "objectType",
    Hint = "API name, such as Account or Invoice__c.",
    Description = "The API name of the sObject that all records are of.",
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
    /// <summary>A field that is an external id.</summary>
    [Field(
        "External ID field",
        Id = "externalIdField.upsert",
        Hint = "The field that a record is found by. It must be unique.",
        After = nameof(ObjectType))]
    public required FieldName ExternalIdField { get; init; }

    internal override Repetition Repetition => Repetition.Noted;

    // Salesforce's external ids ignore case, unless a field says otherwise.
    internal override string? KeyOf(int place) => Records.ValueOf(place, ExternalIdField.ToString())?.ToUpperInvariant();

    internal override SalesforceRequest Call =>
        new(HttpMethod.Patch, $"{CollectionWriter.Path}/{ObjectType}/{ExternalIdField}") { IsRepeatable = true };

    internal override void Validate()
    {
        if (ObjectType is null)
        {
            throw new InvalidPayloadException(ErrorCodes.MissingMember, "objectType", "is required: an upsert is of one sObject");
        }

        base.Validate();
    }
}

/// <summary>
/// Updates up to 10,000 records of one sObject, or creates them where there are none, by an external id that each has among
/// its fields; 200 in each call to Salesforce.
/// </summary>
/// <remarks>REST API Developer Guide, "sObject Collections", PATCH with an external id field.</remarks>
[Operation("Upsert many records", "Update up to 10,000 Salesforce records, or create them where there are none", "upsert records", "bulk upsert", "external ID")]
[Reply(200, "A result for every record, in the records' order. Records that Salesforce refused are among them, with success false.", Body = typeof(IReadOnlyList<RecordResultReply>))]
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
