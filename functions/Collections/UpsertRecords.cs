using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector.Hosting;
using SalesforceConnector.Queues;
using SalesforceConnector.Salesforce;

namespace SalesforceConnector.Collections;

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
public sealed class UpsertRecordsHandler(CollectionWriter writer) : IOperationHandler<UpsertRecordsPayload>
{
    public Task<SalesforceReply> HandleAsync(UpsertRecordsPayload payload, OperationContext context, CancellationToken cancellationToken) =>
        writer.WriteAsync(payload, payload.ToCollection(), context, cancellationToken);
}

public sealed class UpsertRecords(HttpOperation http, QueueOperation queue, UpsertRecordsHandler handler)
{
    [Function(nameof(UpsertRecords))]
    public Task<IResult> FromHttp(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "collections/upsert")] HttpRequest request,
        CancellationToken cancellationToken) =>
        http.RunAsync(nameof(UpsertRecords), request, ConnectorJson.Default.UpsertRecordsPayload, handler, cancellationToken);

    [Function(nameof(UpsertRecords) + QueueOperation.FromQueue)]
    public Task FromQueue(
        [QueueTrigger("salesforce-upsert-records", Connection = StorageConnection.Name)] string message,
        CancellationToken cancellationToken) =>
        queue.RunAsync(nameof(UpsertRecords), message, ConnectorJson.Default.UpsertRecordsPayload, handler, cancellationToken);
}
