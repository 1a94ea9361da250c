using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Triggers;
using SalesforceConnector.Triggers.Http;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Operations.Collections;

/// <summary>Records of one sObject to update, or to create where there are none, each with its external id among its fields.</summary>
public sealed record UpsertRecordsPayload : WriteRecordsPayload
{
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

/// <summary>Updates many records, or creates them where there are none.</summary>
/// <remarks>REST API Developer Guide, "sObject Collections", PATCH with an external id field.</remarks>
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
