using System.Text.Json;
using System.Text.Json.Nodes;
using SalesforceSimulator.Data;
using SalesforceSimulator.Requests;

namespace SalesforceSimulator.Endpoints.Automation;

/// <summary>process/approvals. The org has one approval process, of opportunities, with one step.</summary>
internal static class Approvals
{
    private static readonly string[] Members =
        ["actionType", "contextId", "contextActorId", "comments", "nextApproverIds", "processDefinitionNameOrId", "skipEntryCriteria"];

    public static Reply List() => Reply.Json(200, new JsonObject
    {
        ["approvals"] = new JsonObject
        {
            ["Opportunity"] = new JsonArray(new JsonObject
            {
                ["description"] = null,
                ["id"] = RecordIds.Create("04a", 0),
                ["name"] = "Discount Approval",
                ["object"] = "Opportunity",
                ["sortOrder"] = 1,
            }),
        },
    });

    // That the status is 200 although requests have failed is an assumption, and so are the words of errors.
    public static Reply Run(ApiCall call) =>
        Reply.Json(200, new JsonArray([.. call.ReadObject().RequiredList("requests").Select(request => (JsonNode)Run(call, request))]));

    private static JsonObject Run(ApiCall call, JsonElement request)
    {
        if (request.ValueKind == JsonValueKind.Object
            && request.EnumerateObject().FirstOrDefault(member => !Members.Contains(member.Name)) is { Value.ValueKind: not JsonValueKind.Undefined } unknown)
        {
            throw Errors.Json($"Unrecognized field \"{unknown.Name}\"");
        }

        var context = request.RequiredText("contextId");
        return request.RequiredText("actionType") switch
        {
            "Submit" => Submit(call, context),
            "Approve" => End(call, context, "Approved"),
            "Reject" => End(call, context, "Rejected"),
            var other => throw Errors.Json($"Unrecognized actionType: {other}"),
        };
    }

    public static JsonObject Submit(ApiCall call, string id) => call.Store.Find(id) switch
    {
        null or { IsDeleted: true } => Failed("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id"),
        { Type.Name: not "Opportunity" } => Failed("NO_APPLICABLE_PROCESS", "No applicable approval process was found."),
        var record when call.Org.Approvals.Pending(record.Id) is not null =>
            Failed("ALREADY_IN_PROCESS", "Cannot submit object already in process."),
        var record => Done(call.Org.Approvals.Begin(record.Id), [Org.UserId]),
    };

    // The work item, or the record that it is about.
    private static JsonObject End(ApiCall call, string id, string status)
    {
        var normal = RecordIds.Normalize(id) ?? id;
        if ((call.Org.Approvals.PendingAt(normal) ?? call.Org.Approvals.Pending(normal)) is not { } instance)
        {
            return Failed("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id");
        }

        instance.Status = status;
        return Done(instance, []);
    }

    private static JsonObject Done(ApprovalInstance instance, string[] actors) => new()
    {
        ["actorIds"] = new JsonArray([.. actors.Select(actor => (JsonNode)actor)]),
        ["entityId"] = instance.EntityId,
        ["errors"] = null,
        ["instanceId"] = instance.Id,
        ["instanceStatus"] = instance.Status,
        ["newWorkitemIds"] = instance.Status == "Pending" ? new JsonArray(instance.WorkItemId) : [],
        ["success"] = true,
    };

    private static JsonObject Failed(string code, string message) => new()
    {
        ["actorIds"] = null,
        ["entityId"] = null,
        ["errors"] = new JsonArray(Actions.Error(code, message)),
        ["instanceId"] = null,
        ["instanceStatus"] = null,
        ["newWorkitemIds"] = null,
        ["success"] = false,
    };
}
