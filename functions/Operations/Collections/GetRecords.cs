using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce.Bodies;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Triggers;
using SalesforceConnector.Triggers.Http;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Operations.Collections;

/// <summary>Records of one sObject to get.</summary>
[Example("""{"objectType": "Account", "objectIds": ["001Dn0000070000IAA", "001Dn0000070002IAA"], "fields": ["Name", "Industry"]}""")]
public sealed record GetRecordsPayload : Payload
{
    public required SObjectName ObjectType { get; init; }

    public required RecordIds ObjectIds { get; init; }

    /// <summary>The API names of the fields to get.</summary>
    [Field(Id = "fields.names", Hint = "Their API names, such as <code>[\"Name\", \"Industry\"]</code>.")]
    [Schema("""{ "minItems": 1, "items": { "type": "string", "minLength": 1 } }""")]
    public required IReadOnlyList<string> Fields { get; init; }

    internal override void Validate()
    {
        base.Validate();
        if (Fields.Count == 0 || Fields.Any(string.IsNullOrWhiteSpace))
        {
            throw new InvalidPayloadException(ErrorCodes.InvalidMember, "fields", "must contain at least one field name, and no blank one");
        }
    }
}

/// <summary>Gets fields of up to 10,000 records of one sObject, 2,000 in each call to Salesforce.</summary>
/// <remarks>REST API Developer Guide, "sObject Collections", POST with ids, which takes 2,000 at a time.</remarks>
[Operation("Get many records", "Get up to 10,000 Salesforce records by their IDs", "get records", "retrieve")]
[Reply(200, "The records, in the order of the ids; null for a record that does not exist.", Body = typeof(IReadOnlyList<JsonObject>))]
public sealed class GetRecords(HttpOperation http, QueueOperation queue, SalesforceClient salesforce) : IOperation<GetRecordsPayload>
{
    private const int MostInCall = 2_000;

    [Function(nameof(GetRecords))]
    public Task<IResult> FromHttp(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "collections/get")] HttpRequest request,
        CancellationToken cancellationToken) =>
        http.RunAsync(this, request, cancellationToken);

    [Function(nameof(GetRecords) + QueueOperation.FromQueue)]
    public Task FromQueue(
        [QueueTrigger("salesforce-get-records", Connection = StorageConnection.Name)] string message,
        CancellationToken cancellationToken) =>
        queue.RunAsync(this, message, cancellationToken);

    public async Task<SalesforceReply> ExecuteAsync(GetRecordsPayload payload, OperationContext context, CancellationToken cancellationToken)
    {
        var chunks = payload.ObjectIds.Chunk(MostInCall).ToArray();
        if (chunks.Length == 1)
        {
            return await salesforce.SendAsync(payload, Request(payload, chunks[0]), cancellationToken).ConfigureAwait(false);
        }

        var first = await GetAsync(0, cancellationToken).ConfigureAwait(false);
        return SalesforceReply.Merge(new JoinedArrays(first, chunks.Length, GetAsync), first);

        Task<SalesforceReply> GetAsync(int chunk, CancellationToken cancellation) =>
            salesforce.SendAsync(payload, Request(payload, chunks[chunk]) with { ReadsWhole = true }, cancellation);
    }

    private static SalesforceRequest Request(GetRecordsPayload payload, RecordId[] ids)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new RecordsToGet([.. ids.Select(id => id.ToString())], payload.Fields), RequestJson.Default.RecordsToGet);
        return new SalesforceRequest(HttpMethod.Post, $"{CollectionWriter.Path}/{payload.ObjectType}", body) { IsRead = true, Forms = ReplyForms.JsonArray };
    }
}
