using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce.Authentication;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Triggers;
using SalesforceConnector.Triggers.Http;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Operations.Metadata;

/// <summary>What is to be described.</summary>
[Example("""{"objectType": "Account"}""")]
[Example("""{}""")]
public sealed record DescribePayload : Payload
{
    /// <summary>The API name of an sObject. Absent: the list of all.</summary>
    [Field(Id = "objectType.describe", Hint = "Empty: the list of all.")]
    public SObjectName? ObjectType { get; init; }

    /// <summary>With it, 304 without a body if nothing has changed since.</summary>
    public ModifiedSince? IfModifiedSince { get; init; }
}

/// <summary>Describes an sObject with its fields and relationships, or lists all sObjects.</summary>
/// <remarks>
/// REST API Developer Guide, "sObject Describe" and "Describe Global". Descriptions are large and seldom change, so that
/// the last one is kept, and Salesforce asked whether it still holds (If-Modified-Since); its answer takes changes of
/// permissions and labels into account.
/// </remarks>
[Operation("Describe", "Describe an sObject with its fields and relationships, or list all sObjects", "describe", "metadata", "fields", "picklist")]
[Reply(200, "The description, or the list.", Body = typeof(DescriptionReply))]
public sealed class Describe(HttpOperation http, QueueOperation queue, SalesforceClient salesforce, Orgs orgs, DescriptionCache cache) : IOperation<DescribePayload>
{
    [Function(nameof(Describe))]
    public Task<IResult> FromHttp(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "describe")] HttpRequest request,
        CancellationToken cancellationToken) =>
        http.RunAsync(this, request, cancellationToken);

    [Function(nameof(Describe) + QueueOperation.FromQueue)]
    public Task FromQueue(
        [QueueTrigger("salesforce-describe", Connection = StorageConnection.Name)] string message,
        CancellationToken cancellationToken) =>
        queue.RunAsync(this, message, cancellationToken);

    public async Task<SalesforceReply> ExecuteAsync(DescribePayload payload, OperationContext context, CancellationToken cancellationToken)
    {
        var request = new SalesforceRequest(HttpMethod.Get, payload.ObjectType is { } type ? $"sobjects/{type}/describe" : "sobjects");
        if (payload.IfModifiedSince is { } since)
        {
            return await salesforce.SendAsync(payload, request with { Headers = [since.Header] }, cancellationToken).ConfigureAwait(false);
        }

        var key = (orgs.Resolve(payload), request.Path);
        var known = cache.Find(key);
        var reply = await salesforce.SendAsync(
            payload,
            request with { Headers = known is null ? [] : [known.Condition], ReadsWhole = true },
            cancellationToken).ConfigureAwait(false);
        if (known is not null && reply.Status == StatusCodes.Status304NotModified)
        {
            using (reply)
            {
                return known.ToReply(reply);
            }
        }

        cache.Keep(key, reply);
        return reply;
    }
}

/// <summary>Salesforce's description of an sObject, or its list of all sObjects, as it came.</summary>
public sealed record DescriptionReply
{
    /// <summary>The sObject's API name.</summary>
    public string? Name { get; init; }

    /// <summary>Its fields.</summary>
    public IReadOnlyList<JsonObject>? Fields { get; init; }

    /// <summary>Relationships to it.</summary>
    public IReadOnlyList<JsonObject>? ChildRelationships { get; init; }

    /// <summary>In the list: all sObjects.</summary>
    [Field("sObjects")]
    public IReadOnlyList<JsonObject>? Sobjects { get; init; }
}
