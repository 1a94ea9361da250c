using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Payloads.Requests;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce.Authentication;
using SalesforceConnector.Salesforce.Bodies;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Triggers;
using SalesforceConnector.Triggers.Http;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Operations.Metadata;

/// <summary>The sObject to describe, if any.</summary>
[Example("""{"objectType": "Account"}""")]
[Example("""{"actionType": "flow"}""")]
[Example("""{}""")]
public sealed record DescribePayload : Payload
{
    /// <summary>The API name of an sObject. If absent, all sObjects are listed.</summary>
    [Field(Id = "objectType.describe", Hint = "Empty: lists all sObjects.")]
    public SObjectName? ObjectType { get; init; }

    /// <summary>A kind of actions to list instead of sObjects. With <see cref="ActionName"/>, one action is described.</summary>
    [Field("Actions", Id = "actionType.describe", Hint = "Lists the actions of a kind, or describes one of them, instead of sObjects.", Unset = "None: sObjects", Group = FormGroup.Options)]
    public ActionType? ActionType { get; init; }

    /// <summary>With <see cref="ActionType"/>, the action to describe. If absent, all actions of the kind are listed.</summary>
    [Field(Id = "actionName.describe", Hint = "Empty: lists all actions of the kind.", Group = FormGroup.Options)]
    public ActionName? ActionName { get; init; }

    /// <summary>If set, the reply is 304 without a body unless the description has changed since then.</summary>
    public ModifiedSince? IfModifiedSince { get; init; }

    /// <summary>The path under <c>/services/data/{version}/</c>.</summary>
    internal string Path => this switch
    {
        { ActionType: { IsQuick: true } type, ActionName: { } action } => $"{type.PathOf(ObjectType)}/{action}/describe",
        { ActionType: { } type, ActionName: { } action } => $"{type.PathOf(ObjectType)}/{action}",
        { ActionType: { } type } => type.PathOf(ObjectType),
        { ObjectType: { } type } => $"sobjects/{type}/describe",
        _ => "sobjects",
    };

    internal override void Validate()
    {
        base.Validate();
        if (ActionName is not null && ActionType is null)
        {
            throw new InvalidPayloadException(ErrorCodes.MissingMember, "actionType", "is required with actionName");
        }

        if (ObjectType is not null && ActionType is { IsQuick: false })
        {
            throw new InvalidPayloadException(ErrorCodes.InvalidMember, "objectType", $"can be used only for sObjects and quick actions; actionType is \"{ActionType}\"");
        }
    }
}

/// <summary>Describes an sObject with its fields and relationships, or an action, or lists all sObjects or actions.</summary>
/// <remarks>
/// REST API Developer Guide, "sObject Describe" and "Describe Global"; Actions Developer Guide. Descriptions are large
/// and rarely change. The connector caches them and validates each with If-Modified-Since; Salesforce then considers changes
/// of permissions and labels too.
/// </remarks>
[Operation("Describe", "Describe an sObject or an action, or list all of them", "describe", "metadata", "fields", "picklist", "actions", "flows")]
[Reply(200, "The description, or the list of all sObjects or actions.", Body = typeof(DescriptionReply))]
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
        var request = new SalesforceRequest(HttpMethod.Get, payload.Path)
        {
            // The list of quick actions is an array.
            Forms = payload.ActionType is null ? ReplyForms.JsonObject : ReplyForms.JsonObject | ReplyForms.JsonArray,
        };
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

/// <summary>Salesforce's description of an sObject, or its list of all sObjects, unchanged.</summary>
public sealed record DescriptionReply
{
    /// <summary>The sObject's API name.</summary>
    public string? Name { get; init; }

    /// <summary>The sObject's fields.</summary>
    public IReadOnlyList<JsonObject>? Fields { get; init; }

    /// <summary>Relationships from other sObjects to this one.</summary>
    public IReadOnlyList<JsonObject>? ChildRelationships { get; init; }

    /// <summary>All sObjects; only in the list.</summary>
    [Field("sObjects")]
    public IReadOnlyList<JsonObject>? Sobjects { get; init; }

    /// <summary>All actions of the kind; only in the list. The list of quick actions is an array.</summary>
    public IReadOnlyList<JsonObject>? Actions { get; init; }
}
