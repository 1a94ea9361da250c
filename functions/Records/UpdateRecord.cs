using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector.Hosting;
using SalesforceConnector.Salesforce;

namespace SalesforceConnector.Records;

/// <summary>New values for some fields of a record.</summary>
public sealed record UpdateRecordPayload : Payload
{
    public required SObjectName ObjectType { get; init; }

    public required RecordId ObjectId { get; init; }

    public required RecordFields Fields { get; init; }
}

/// <summary>Updates a record.</summary>
/// <remarks>REST API Developer Guide, "sObject Rows", PATCH.</remarks>
public sealed class UpdateRecordHandler(SalesforceClient salesforce)
{
    public Task<SalesforceReply> HandleAsync(UpdateRecordPayload payload, CancellationToken cancellationToken) =>
        salesforce.SendAsync(
            payload,
            new SalesforceRequest(HttpMethod.Patch, $"sobjects/{payload.ObjectType}/{payload.ObjectId}", payload.Fields.Json)
            {
                Record = payload.ObjectId,
            },
            cancellationToken);
}

public sealed class UpdateRecord(HttpOperation http, UpdateRecordHandler handler)
{
    [Function(nameof(UpdateRecord))]
    public Task<IResult> FromHttp(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "records/update")] HttpRequest request,
        CancellationToken cancellationToken) =>
        http.RunAsync(nameof(UpdateRecord), request, ConnectorJson.Default.UpdateRecordPayload, handler.HandleAsync, cancellationToken);
}
