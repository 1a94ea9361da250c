using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector.Hosting;
using SalesforceConnector.Queues;
using SalesforceConnector.Salesforce;

namespace SalesforceConnector.Records;

/// <summary>New values for some fields of a record.</summary>
public sealed record UpdateRecordPayload : RecordPayload, IWrite
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

/// <summary>Updates a record.</summary>
/// <remarks>REST API Developer Guide, "sObject Rows" and "sObject Rows by External ID", PATCH.</remarks>
public sealed class UpdateRecordHandler(SalesforceClient salesforce) : IOperationHandler<UpdateRecordPayload>
{
    public Task<SalesforceReply> HandleAsync(UpdateRecordPayload payload, OperationContext context, CancellationToken cancellationToken) =>
        salesforce.SendAsync(
            payload,
            // By an external id it would be an upsert, which creates what it does not find.
            new SalesforceRequest(HttpMethod.Patch, payload.ObjectId is null ? $"{payload.Path}?updateOnly=true" : payload.Path, payload.Fields.Json)
            {
                Headers = WriteHeaders.Of(payload),
                Record = payload.ObjectId,
                Forms = payload.ObjectId is null ? ReplyForms.JsonObject : ReplyForms.Empty,
                EarlierMayHaveRun = context.EarlierAttempt,
            },
            cancellationToken);
}

public sealed class UpdateRecord(HttpOperation http, QueueOperation queue, UpdateRecordHandler handler)
{
    [Function(nameof(UpdateRecord))]
    public Task<IResult> FromHttp(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "records/update")] HttpRequest request,
        CancellationToken cancellationToken) =>
        http.RunAsync(nameof(UpdateRecord), request, ConnectorJson.Default.UpdateRecordPayload, handler, cancellationToken);

    [Function(nameof(UpdateRecord) + QueueOperation.FromQueue)]
    public Task FromQueue(
        [QueueTrigger("salesforce-update-record", Connection = StorageConnection.Name)] string message,
        CancellationToken cancellationToken) =>
        queue.RunAsync(nameof(UpdateRecord), message, ConnectorJson.Default.UpdateRecordPayload, handler, cancellationToken);
}
