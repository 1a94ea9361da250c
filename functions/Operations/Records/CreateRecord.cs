using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Replies;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce.Authentication;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Triggers;
using SalesforceConnector.Triggers.Http;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Operations.Records;

/// <summary>A record to create.</summary>
[Example(
    """
    {
      "objectType": "Account",
      "fields": {"Name": "Express Logistics and Transport", "External_Id__c": "order-4711"},
      "externalIdField": "External_Id__c"
    }
    """)]
[Example("""{"objectType": "Contact", "fields": {"LastName": "Levy"}}""")]
public sealed record CreateRecordPayload : Payload, IWrite
{
    public required SObjectName ObjectType { get; init; }

    public required RecordFields Fields { get; init; }

    /// <summary>
    /// An external id field. With it the record is created by an upsert, which can be repeated and still creates one
    /// record. The id is that member of <see cref="Fields"/>; without one, the correlation id. The field must be unique.
    /// </summary>
    [Field(
        "External ID field",
        Hint = "With it, creating the same record again creates no second one. Its value stands among the record fields. The field must be unique.",
        AllowsRepetition = true)]
    public FieldName? ExternalIdField { get; init; }

    public DuplicateRuleOptions? DuplicateRule { get; init; }

    public AssignmentRule? AssignmentRule { get; init; }

    internal override void Validate(ApiVersion version)
    {
        base.Validate(version);
        if (ExternalIdField is { } field && Fields.Take(field).Value is { } value)
        {
            CreateRecord.ExternalIdOf(value, field).Validate($"fields.{field}", version);
        }
    }

    internal override Repetition Repetition => ExternalIdField is null ? Repetition.Forbidden : Repetition.Noted;

    // An id that the connector made up would be another one at the next request, and so would the record.
    internal override void ValidateCallerId(string? callerId)
    {
        if (callerId is null && ExternalIdField is { } field && Fields.Take(field).Value is null)
        {
            throw new InvalidPayloadException(
                ErrorCodes.MissingMember, $"fields.{field}", "is required, as it is the external id; or send a header Idempotency-Key or x-correlation-id, whose value it becomes");
        }
    }
}

/// <summary>Creates a record; with <see cref="CreateRecordPayload.ExternalIdField"/>, at most one however often it is sent.</summary>
/// <remarks>REST API Developer Guide, "sObject Basic Information", POST, and "sObject Rows by External ID", PATCH.</remarks>
[Operation("Create record", "Create a Salesforce record, once or safely again", "create record", "new record", "insert")]
[Reply(200, "The record was there, and has the fields' values now (with externalIdField).", Body = typeof(WrittenRecordReply))]
[Reply(201, "Created.", Body = typeof(WrittenRecordReply))]
public sealed class CreateRecord(HttpOperation http, QueueOperation queue, SalesforceClient salesforce, Orgs orgs) : IOperation<CreateRecordPayload>
{
    [Function(nameof(CreateRecord))]
    public Task<IResult> FromHttp(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "records/create")] HttpRequest request,
        CancellationToken cancellationToken) =>
        http.RunAsync(this, request, cancellationToken);

    [Function(nameof(CreateRecord) + QueueOperation.FromQueue)]
    public Task FromQueue(
        [QueueTrigger("salesforce-create-record", Connection = StorageConnection.Name)] string message,
        CancellationToken cancellationToken) =>
        queue.RunAsync(this, message, cancellationToken);

    public Task<SalesforceReply> ExecuteAsync(CreateRecordPayload payload, OperationContext context, CancellationToken cancellationToken)
    {
        if (payload.ExternalIdField is not { } field)
        {
            return salesforce.SendAsync(
                payload,
                new SalesforceRequest(HttpMethod.Post, $"sobjects/{payload.ObjectType}", payload.Fields.Json)
                {
                    Headers = WriteHeaders.Of(payload),
                    EarlierMayHaveRun = context.EarlierAttempt,
                },
                cancellationToken);
        }

        // Salesforce takes the external id from the path and refuses it in the body.
        var (value, others) = payload.Fields.Take(field);
        var version = orgs.VersionOf(payload);
        var externalId = ExternalIdOf(value ?? context.CorrelationId, field);
        externalId.Validate($"fields.{field}", version);
        return salesforce.SendAsync(
            payload,
            new SalesforceRequest(HttpMethod.Patch, $"sobjects/{payload.ObjectType}/{field}/{externalId.Segment}", others.Json)
            {
                Headers = WriteHeaders.Of(payload),
                IsRepeatable = true,
                Forms = RecordPayload.UpsertForms(version),
                EarlierMayHaveRun = context.EarlierAttempt,
            },
            cancellationToken);
    }

    internal static ExternalId ExternalIdOf(string value, FieldName field)
    {
        try
        {
            return ExternalId.Parse(value);
        }
        catch (FormatException e)
        {
            throw new InvalidPayloadException(ErrorCodes.InvalidMember, $"fields.{field}", e.Message);
        }
    }
}
