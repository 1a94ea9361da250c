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

/// <summary>Records to create.</summary>
[Field(Member = nameof(Records), Hint = "A list, such as <code>for c in customers return {Name: c.name}</code>. Up to 10,000.")]
[Example("""{"objectType": "Contact", "records": [{"LastName": "Levy"}, {"LastName": "Davis"}]}""")]
[Example(
    """
    {
      "records": [
        {"attributes": {"type": "Account"}, "Name": "Express Logistics and Transport"},
        {"attributes": {"type": "Contact"}, "LastName": "Levy"}
      ],
      "allOrNone": true
    }
    """)]
public sealed record CreateRecordsPayload : WriteRecordsPayload
{
    internal override Repetition Repetition => Repetition.NotIdempotent;

    internal override SalesforceRequest Call => new(HttpMethod.Post, CollectionWriter.Path);
}

/// <summary>Creates up to 10,000 records, 200 in each call to Salesforce.</summary>
/// <remarks>REST API Developer Guide, "sObject Collections", POST.</remarks>
[Operation("Create many records", "Create up to 10,000 Salesforce records", "create records", "bulk insert")]
[Reply(200, "A result for every record, in order. Records that Salesforce refused have success false.", Body = typeof(IReadOnlyList<RecordResultReply>))]
public sealed class CreateRecords(HttpOperation http, QueueOperation queue, CollectionWriter writer) : IOperation<CreateRecordsPayload>
{
    [Function(nameof(CreateRecords))]
    public Task<IResult> FromHttp(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "collections/create")] HttpRequest request,
        CancellationToken cancellationToken) =>
        http.RunAsync(this, request, cancellationToken);

    [Function(nameof(CreateRecords) + QueueOperation.FromQueue)]
    public Task FromQueue(
        [QueueTrigger("salesforce-create-records", Connection = StorageConnection.Name)] string message,
        CancellationToken cancellationToken) =>
        queue.RunAsync(this, message, cancellationToken);

    public Task<SalesforceReply> ExecuteAsync(CreateRecordsPayload payload, OperationContext context, CancellationToken cancellationToken) =>
        writer.WriteAsync(payload, payload.ToCollection(), context, cancellationToken);
}
