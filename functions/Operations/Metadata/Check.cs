using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Triggers;
using SalesforceConnector.Triggers.Http;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Operations.Metadata;

/// <summary>What to check in addition to the org.</summary>
[Example("""{"objectTypes": ["Account", "Case"], "fields": {"Account": ["Name", "External_Id__c"]}}""")]
[Example("""{}""")]
public sealed record CheckPayload : Payload
{
    /// <summary>The maximum number of sObjects in a check. Each requires a call to Salesforce.</summary>
    private const int MostObjectTypes = 25;

    /// <summary>API names of sObjects, up to 25. The check returns the permissions of the user for them.</summary>
    [Field("Salesforce objects", Hint = "Their API names, such as <code>[\"Account\", \"Case\"]</code>. Up to 25.")]
    [Schema("""{ "maxItems": 25, "items": { "$ref": "#/components/schemas/SObjectName" } }""")]
    public IReadOnlyList<SObjectName>? ObjectTypes { get; init; }

    /// <summary>API names of fields, by sObject: <c>{"Account":["Name","External_Id__c"]}</c>. The check returns those that the user cannot see.</summary>
    [Field("Fields by object", Id = "fields.check", Hint = "Such as <code>{\"Account\": [\"Name\", \"External_Id__c\"]}</code>.")]
    [Schema("""{ "additionalProperties": { "type": "array", "items": { "$ref": "#/components/schemas/FieldName" } } }""")]
    public IReadOnlyDictionary<string, IReadOnlyList<FieldName>>? Fields { get; init; }

    /// <summary>The sObjects to check, each with its fields.</summary>
    internal IEnumerable<(SObjectName Name, IReadOnlyList<FieldName> Fields)> ToCheck()
    {
        var fields = (Fields ?? new Dictionary<string, IReadOnlyList<FieldName>>()).ToDictionary(StringComparer.OrdinalIgnoreCase);
        return (ObjectTypes ?? [])
            .Concat(fields.Keys.Select(SObjectName.Parse))
            .DistinctBy(name => name.ToString(), StringComparer.OrdinalIgnoreCase)
            .Select(name => (name, fields.GetValueOrDefault(name.ToString()) ?? []));
    }

    internal override void Validate()
    {
        base.Validate();
        if (ObjectTypes?.Any(name => name is null) == true)
        {
            throw new InvalidPayloadException(ErrorCodes.InvalidMember, "objectTypes", "must have API names of sObjects only, and no null");
        }

        foreach (var (name, fields) in Fields ?? new Dictionary<string, IReadOnlyList<FieldName>>())
        {
            Validate(name, fields);
        }

        if (Fields?.Keys.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new InvalidPayloadException(ErrorCodes.InvalidMember, $"fields.{twice.Key}", "is there twice: the case of an sObject's name does not count");
        }

        if (ToCheck().Count() > MostObjectTypes)
        {
            throw new InvalidPayloadException(
                ErrorCodes.InvalidMember, "objectTypes", $"must name, together with fields, at most {MostObjectTypes} sObjects");
        }
    }

    private static void Validate(string name, IReadOnlyList<FieldName>? fields)
    {
        try
        {
            SObjectName.Parse(name);
        }
        catch (FormatException e)
        {
            throw new InvalidPayloadException(ErrorCodes.InvalidMember, $"fields.{name}", $"is named wrongly: the name {e.Message}");
        }

        if (fields?.All(field => field is not null) != true)
        {
            throw new InvalidPayloadException(ErrorCodes.InvalidMember, $"fields.{name}", "must be an array of API names of fields, without null");
        }
    }
}

/// <summary>
/// Checks the setup: secrets, login, API version, access to the API, limits, and the permissions of the user for sObjects
/// and fields. Changes nothing.
/// </summary>
/// <remarks>
/// The reply is 200 even if errors are found. Its member <c>ok</c> says whether everything is in order.
/// </remarks>
[Operation("Check", "Check login, permissions and limits of the Salesforce org", "check", "test connection", "permissions", "setup")]
[Reply(200, "What was found; ok says whether all is in order.", Body = typeof(CheckReply))]
public sealed class Check(HttpOperation http, QueueOperation queue, OrgCheck org) : IOperation<CheckPayload>
{
    [Function(nameof(Check))]
    public Task<IResult> FromHttp(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "check")] HttpRequest request,
        CancellationToken cancellationToken) =>
        http.RunAsync(this, request, cancellationToken);

    [Function(nameof(Check) + QueueOperation.FromQueue)]
    public Task FromQueue(
        [QueueTrigger("salesforce-check", Connection = StorageConnection.Name)] string message,
        CancellationToken cancellationToken) =>
        queue.RunAsync(this, message, cancellationToken);

    public Task<SalesforceReply> ExecuteAsync(CheckPayload payload, OperationContext context, CancellationToken cancellationToken) =>
        org.RunAsync(payload, cancellationToken);
}
