using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Replies;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce.Authentication;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Salesforce.Client.Requests;
using SalesforceConnector.Triggers;
using SalesforceConnector.Triggers.Http;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Operations.Records;

/// <summary>A record to update, or to create if it does not exist, by an external id.</summary>
[Example(
    """
    {
      "objectType": "Account",
      "externalIdField": "External_Id__c",
      "externalId": "order/4711",
      "fields": {"Name": "Express Logistics and Transport"},
      "duplicateRule": {"allowSave": true},
      "assignmentRule": false
    }
    """)]
public sealed record UpsertRecordPayload : Payload, IHasWriteOptions
{
    private (string? Value, RecordFields Others)? _taken;

    public required SObjectName ObjectType { get; init; }

    /// <summary>The API name of an external id field. It must be unique, or two simultaneous attempts can create two records.</summary>
    [Field("External ID field", Id = "externalIdField.upsert", Hint = "The field that identifies a record. It must be unique.")]
    public required FieldName ExternalIdField { get; init; }

    public required ExternalId ExternalId { get; init; }

    /// <summary>
    /// The other fields and their values, passed on byte for byte. They may include the external id with the same value. A
    /// null clears the field.
    /// </summary>
    public required RecordFields Fields { get; init; }

    /// <summary>Whether a missing record is a 404 error instead of being created. Requires API version v61.0 or later.</summary>
    [Field(Hint = "A missing record is an error instead of being created.", Group = FormGroup.Options)]
    public bool? UpdateOnly { get; init; }

    public DuplicateRuleOptions? DuplicateRule { get; init; }

    public AssignmentRule? AssignmentRule { get; init; }

    internal override Repetition Repetition => Repetition.IdempotentIfKnown;

    /// <summary><see cref="Fields"/> without the external id, which Salesforce takes from the path and rejects in the body.</summary>
    internal RecordFields OtherFields => Taken.Others;

    private (string? Value, RecordFields Others) Taken => _taken ??= Fields.Extract(ExternalIdField);

    internal override void Validate(ApiVersion version)
    {
        base.Validate(version);
        ExternalId.Validate("externalId", version);
        if (UpdateOnly == true)
        {
            RecordPayload.RequireUpdateOnly("updateOnly", version);
        }
    }

    internal override void Validate()
    {
        base.Validate();
        if (Taken.Value is { } value && value != ExternalId.ToString())
        {
            throw new InvalidPayloadException(
                ErrorCodes.InvalidMember, $"fields.{ExternalIdField}", $"differs from externalId; got {Quote.Value(value)}");
        }
    }
}

/// <summary>Updates the record with an external id, or creates it if it does not exist.</summary>
/// <remarks>REST API Developer Guide, "sObject Rows by External ID", PATCH.</remarks>
[Operation("Upsert record", "Update a Salesforce record, or create it if it does not exist", "upsert record", "insert or update", "external ID")]
[Reply(200, "The record existed and was updated.", Body = typeof(WrittenRecordReply))]
[Reply(201, "Created.", Body = typeof(WrittenRecordReply))]
public sealed class UpsertRecord(HttpOperation http, QueueOperation queue, SalesforceClient salesforce, Orgs orgs) : IOperation<UpsertRecordPayload>
{
    [Function(nameof(UpsertRecord))]
    public Task<IResult> FromHttp(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "records/upsert")] HttpRequest request,
        CancellationToken cancellationToken) =>
        http.RunAsync(this, request, cancellationToken);

    [Function(nameof(UpsertRecord) + QueueOperation.FromQueue)]
    public Task FromQueue(
        [QueueTrigger("salesforce-upsert-record", Connection = StorageConnection.Name)] string message,
        CancellationToken cancellationToken) =>
        queue.RunAsync(this, message, cancellationToken);

    public Task<SalesforceReply> ExecuteAsync(UpsertRecordPayload payload, OperationContext context, CancellationToken cancellationToken) =>
        salesforce.SendAsync(
            payload,
            new SalesforceRequest(
                HttpMethod.Patch,
                $"sobjects/{payload.ObjectType}/{payload.ExternalIdField}/{payload.ExternalId.Segment}{(payload.UpdateOnly == true ? "?updateOnly=true" : "")}",
                payload.OtherFields.Json)
            {
                Headers = WriteOptionHeaders.From(payload),
                IsRepeatable = true,
                Forms = RecordPayload.UpsertForms(orgs.VersionOf(payload)),
                EarlierMayHaveRun = context.EarlierAttempt,
            },
            cancellationToken);
}
