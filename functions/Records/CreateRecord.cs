using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector.Hosting;
using SalesforceConnector.Salesforce;

namespace SalesforceConnector.Records;

/// <summary>A record to create.</summary>
public sealed record CreateRecordPayload : Payload
{
    public required SObjectName ObjectType { get; init; }

    public required RecordFields Fields { get; init; }
}

/// <summary>Creates a record.</summary>
/// <remarks>REST API Developer Guide, "sObject Basic Information", POST.</remarks>
public sealed class CreateRecordHandler(SalesforceClient salesforce)
{
    public Task<SalesforceReply> HandleAsync(CreateRecordPayload payload, CancellationToken cancellationToken) =>
        salesforce.SendAsync(
            payload,
            new SalesforceRequest(HttpMethod.Post, $"sobjects/{payload.ObjectType}", payload.Fields.Json),
            cancellationToken);
}

public sealed class CreateRecord(HttpOperation http, CreateRecordHandler handler)
{
    [Function(nameof(CreateRecord))]
    public Task<IResult> FromHttp(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "records/create")] HttpRequest request,
        CancellationToken cancellationToken) =>
        http.RunAsync(nameof(CreateRecord), request, ConnectorJson.Default.CreateRecordPayload, handler.HandleAsync, cancellationToken);
}
