using System.Text.Json;
using System.Text.Json.Nodes;
using SalesforceSimulator.Records;
using SalesforceSimulator.Requests;

namespace SalesforceSimulator.Endpoints.Automation;

/// <summary>A quick action of the org.</summary>
/// <param name="ObjectType">The sObject that it belongs to; <see langword="null"/> for a global one.</param>
/// <param name="Type">Create or Update.</param>
/// <param name="ParentField">The field of the record that it creates which names the record that it is called at.</param>
internal sealed record OrgQuickAction(string? ObjectType, string Name, string Label, string Type, string Target, string? ParentField);

/// <summary>quickActions, of the org and of an sObject: lists, descriptions and runs.</summary>
internal static class QuickActions
{
    private static readonly OrgQuickAction[] All =
    [
        new(null, "NewCase", "New Case", "Create", "Case", null),
        new("Account", "New_Contact", "New Contact", "Create", "Contact", "AccountId"),
        new("Contact", "Update_Title", "Update Title", "Update", "Contact", null),
    ];

    public static Reply List(ApiCall call) => Reply.Json(200, new JsonArray([.. All.Where(action => IsOf(call, action)).Select(action => (JsonNode)Summary(call, action))]));

    // Layout, colors and icons are not known.
    public static Reply Describe(ApiCall call)
    {
        var action = Find(call);
        var summary = Summary(call, action);
        summary["contextSobjectType"] = action.ObjectType;
        summary["targetParentField"] = action.ParentField;
        summary["targetSobjectType"] = action.Target;
        return Reply.Json(200, summary);
    }

    public static Reply Run(ApiCall call)
    {
        var action = Find(call);
        var body = call.ReadObject();
        var context = body.Member("contextId") is { ValueKind: JsonValueKind.String } id ? id.GetString() : null;
        var fields = body.Member("record") is { ValueKind: JsonValueKind.Object } record ? record : throw Errors.RequiredMember("record");
        if (action.Type == "Update")
        {
            var target = RecordLookup.ById(call.Store, call.Store.Schema[action.Target], context ?? throw Errors.RequiredMember("contextId"), forWriting: true);
            new RecordWriter(call).Update(target, fields);
            return Done(target.Id, context, created: false);
        }

        var preset = new Dictionary<string, object?>();
        if (action.ParentField is { } parent)
        {
            preset[parent] = RecordLookup.ById(
                call.Store, call.Store.Schema[action.ObjectType!], context ?? throw Errors.RequiredMember("contextId"), forWriting: true).Id;
        }

        return Done(new RecordWriter(call).Create(call.Store.Schema[action.Target], fields, preset).Id, context, created: true);
    }

    // The status is an assumption.
    private static Reply Done(string id, string? context, bool created) => Reply.Json(200, new JsonObject
    {
        ["contextId"] = context,
        ["created"] = created,
        ["errors"] = new JsonArray(),
        ["feedItemIds"] = null,
        ["id"] = id,
        ["success"] = true,
    });

    private static JsonObject Summary(ApiCall call, OrgQuickAction action)
    {
        var path = $"{call.VersionPath}/{(action.ObjectType is null ? "" : $"sobjects/{action.ObjectType}/")}quickActions/{action.Name}";
        return new JsonObject
        {
            ["actionEnumOrId"] = action.Name,
            ["label"] = action.Label,
            ["name"] = action.Name,
            ["type"] = action.Type,
            ["urls"] = new JsonObject { ["quickAction"] = path, ["describe"] = $"{path}/describe", ["defaultValues"] = $"{path}/defaultValues" },
        };
    }

    private static OrgQuickAction Find(ApiCall call) =>
        Array.Find(All, action => IsOf(call, action) && action.Name == call.Arguments["name"]) ?? throw Errors.NotFound();

    private static bool IsOf(ApiCall call, OrgQuickAction action) =>
        action.ObjectType == (call.Arguments.ContainsKey("type") ? call.ObjectType.Name : null);
}
