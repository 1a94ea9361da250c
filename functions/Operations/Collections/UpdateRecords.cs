using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Replies;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Triggers;
using SalesforceConnector.Triggers.Http;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Operations.Collections;

/// <summary>Records to update. Each contains its id.</summary>
[Field(
    Member = nameof(Records),
    Id = "records.update",
    Hint = "A list, each with its ID, such as <code>for c in customers return {id: c.accountId, Name: c.name}</code>. Up to 10,000.")]
[Example("""{"objectType": "Account", "records": [{"id": "001Dn0000070000IAA", "BillingCity": "San Francisco"}]}""")]
public sealed record UpdateRecordsPayload : WriteRecordsPayload
{
    // In an 18-character id, the last three characters are a checksum of the others.
    internal override string? KeyOf(int place) =>
        Records.ValueOf(place, "Id") is { } id ? id[..Math.Min(id.Length, RecordId.ShortLength)] : null;

    internal override SalesforceRequest Call => new(HttpMethod.Patch, CollectionWriter.Path);
}

/// <summary>Updates up to 10,000 records, 200 in each call to Salesforce. Each record contains its id.</summary>
/// <remarks>REST API Developer Guide, "sObject Collections", PATCH.</remarks>
[Operation("Update many records", "Change fields of up to 10,000 Salesforce records", "update records", "bulk update")]
[Reply(200, "A result for every record, in order. Records that Salesforce refused have success false.", Body = typeof(IReadOnlyList<RecordResultReply>))]
public sealed class UpdateRecords(HttpOperation http, QueueOperation queue, CollectionWriter writer) : IOperation<UpdateRecordsPayload>
{
    [Function(nameof(UpdateRecords))]
    public Task<IResult> FromHttp(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "collections/update")] HttpRequest request,
        CancellationToken cancellationToken) =>
        http.RunAsync(this, request, cancellationToken);

    [Function(nameof(UpdateRecords) + QueueOperation.FromQueue)]
    public Task FromQueue(
        [QueueTrigger("salesforce-update-records", Connection = StorageConnection.Name)] string message,
        CancellationToken cancellationToken) =>
        queue.RunAsync(this, message, cancellationToken);

    public Task<SalesforceReply> ExecuteAsync(UpdateRecordsPayload payload, OperationContext context, CancellationToken cancellationToken) =>
        writer.WriteAsync(payload, payload.ToCollection(), context, cancellationToken);
}
