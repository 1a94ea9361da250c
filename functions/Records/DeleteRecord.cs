using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector.Hosting;
using SalesforceConnector.Salesforce;

namespace SalesforceConnector.Records;

/// <summary>A record to delete.</summary>
public sealed record DeleteRecordPayload : Payload
{
    public required SObjectName ObjectType { get; init; }

    public required RecordId ObjectId { get; init; }
}

/// <summary>Deletes a record.</summary>
/// <remarks>REST API Developer Guide, "sObject Rows", DELETE.</remarks>
public sealed class DeleteRecordHandler(SalesforceClient salesforce)
{
    public Task<SalesforceReply> HandleAsync(DeleteRecordPayload payload, CancellationToken cancellationToken) =>
        salesforce.SendAsync(
            payload,
            new SalesforceRequest(HttpMethod.Delete, $"sobjects/{payload.ObjectType}/{payload.ObjectId}")
            {
                Record = payload.ObjectId,
            },
            cancellationToken);
}

public sealed class DeleteRecord(HttpOperation http, DeleteRecordHandler handler)
{
    [Function(nameof(DeleteRecord))]
    public Task<IResult> FromHttp(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "records/delete")] HttpRequest request,
        CancellationToken cancellationToken) =>
        http.RunAsync(nameof(DeleteRecord), request, ConnectorJson.Default.DeleteRecordPayload, handler.HandleAsync, cancellationToken);
}
