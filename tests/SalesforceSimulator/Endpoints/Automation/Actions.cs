using System.Text.Json;
using System.Text.Json.Nodes;
using SalesforceSimulator.Records;
using SalesforceSimulator.Requests;

namespace SalesforceSimulator.Endpoints.Automation;

/// <summary>An invocable action of the org.</summary>
/// <param name="Run">From its inputs to its outputs.</param>
internal sealed record OrgAction(string Kind, string Name, string Label, ActionParameter[] Inputs, Func<ApiCall, JsonElement, JsonObject> Run);

/// <summary>An input of an action: text, as an assumption.</summary>
internal sealed record ActionParameter(string Name, bool IsRequired);

/// <summary>actions/standard, actions/custom/flow and actions/custom/apex: lists, descriptions and runs.</summary>
internal static class Actions
{
    private static readonly OrgAction[] All =
    [
        new("flow", "Create_Follow_Up_Case", "Create Follow Up Case", [new("accountId", true), new("subject", false)], CreateCase),
        new("flow", "Wait_For_Payment", "Wait For Payment", [new("invoiceNumber", true)], (_, _) => Interview("Waiting")),
        new("apex", "AccountScore", "Account Score", [new("accountId", true)], Score),
        new("standard", "submit", "Submit for Approval", [new("objectId", true), new("comment", false)], Submit),
    ];

    // Standard ones that the org has as every org does, and that the simulator cannot run.
    private static readonly string[] NotKnown = ["chatterPost", "contentWorkspaceEnableFolders", "customNotificationAction", "deactivateSessionPermSet", "emailAlert", "emailSimple", "knowledgePublish"];

    public static Reply List(ApiCall call, string kind) => Describes.Unchanged(call) ?? Describes.Stamp(Reply.Json(200, new JsonObject
    {
        ["actions"] = new JsonArray([.. All.Where(action => action.Kind == kind).Select(action => (JsonNode)new JsonObject
        {
            ["label"] = action.Label,
            ["name"] = action.Name,
            ["type"] = TypeOf(action),
            ["url"] = $"{call.VersionPath}/actions/{(kind == "standard" ? "" : "custom/")}{kind}/{action.Name}",
        })]),
    }));

    // The members of a parameter are as far as clients know them.
    public static Reply Describe(ApiCall call, string kind)
    {
        var action = Find(call, kind);
        return Describes.Unchanged(call) ?? Describes.Stamp(Reply.Json(200, new JsonObject
        {
            ["description"] = null,
            ["inputs"] = new JsonArray([.. action.Inputs.Select(input => (JsonNode)new JsonObject
            {
                ["label"] = input.Name, ["name"] = input.Name, ["required"] = input.IsRequired, ["type"] = "STRING",
            })]),
            ["label"] = action.Label,
            ["name"] = action.Name,
            ["standard"] = kind == "standard",
            ["type"] = TypeOf(action),
        }));
    }

    public static Reply Run(ApiCall call, string kind)
    {
        var action = Find(call, kind);
        var body = call.ReadObject();
        if (body.EnumerateObject().FirstOrDefault(member => member.Name != "inputs") is { Value.ValueKind: not JsonValueKind.Undefined } unknown)
        {
            throw Errors.Json($"Unrecognized field \"{unknown.Name}\"");
        }

        JsonObject[] results = [.. body.RequiredList("inputs").Select(input => Run(call, action, input))];
        // That a failure among them makes it 400 is an assumption.
        var status = Array.TrueForAll(results, result => (bool)result["isSuccess"]!) ? 200 : 400;
        return Reply.Json(status, new JsonArray(results));
    }

    public static JsonObject Error(string code, string message, params string[] fields) => new()
    {
        ["statusCode"] = code,
        ["message"] = message,
        ["fields"] = new JsonArray([.. fields.Select(field => (JsonNode)field)]),
    };

    private static JsonObject Run(ApiCall call, OrgAction action, JsonElement input)
    {
        if (input.ValueKind != JsonValueKind.Object)
        {
            throw Errors.Json("An input must be an object.");
        }

        var mark = call.Store.Mark;
        try
        {
            // The codes and words are an assumption.
            if (Array.Find(action.Inputs, one => one.IsRequired && input.Member(one.Name) is not { ValueKind: JsonValueKind.String }) is { } missing)
            {
                throw new ApiException(400, new ApiError("REQUIRED_FIELD_MISSING", $"Missing required input parameter: {missing.Name}", [missing.Name]));
            }

            if (input.EnumerateObject().FirstOrDefault(member => !Array.Exists(action.Inputs, one => one.Name == member.Name)) is { Value.ValueKind: not JsonValueKind.Undefined } unknown)
            {
                throw new ApiException(400, new ApiError("INVALID_ARGUMENT_TYPE", $"The input parameter {unknown.Name} is not one of the action.", [unknown.Name]));
            }

            return Result(action, errors: null, isSuccess: true, action.Run(call, input));
        }
        catch (ApiException exception)
        {
            call.Store.RollBackTo(mark);
            return Result(
                action,
                new JsonArray([.. exception.Errors.Select(error => (JsonNode)Error(error.Code, error.Message, [.. error.Fields ?? []]))]),
                isSuccess: false,
                outputs: null);
        }
    }

    private static JsonObject Result(OrgAction action, JsonArray? errors, bool isSuccess, JsonObject? outputs) => new()
    {
        ["actionName"] = action.Name,
        ["errors"] = errors,
        ["isSuccess"] = isSuccess,
        ["outputValues"] = outputs,
    };

    private static OrgAction Find(ApiCall call, string kind)
    {
        var name = call.Arguments["name"];
        return kind == "standard" && NotKnown.Contains(name)
            ? throw new NotKnownException($"what the standard action {name} does")
            : Array.Find(All, action => action.Kind == kind && action.Name == name) ?? throw Errors.NotFound();
    }

    private static string TypeOf(OrgAction action) => action.Kind == "standard" ? "SUBMITAPPROVAL" : action.Kind.ToUpperInvariant();

    private static JsonObject CreateCase(ApiCall call, JsonElement input)
    {
        if (call.Store.Find(input.RequiredText("accountId")) is not { IsDeleted: false, Type.Name: "Account" } account)
        {
            throw new ApiException(400, new ApiError("UNKNOWN_EXCEPTION", "An unhandled fault has occurred in this flow", []));
        }

        var fields = new JsonObject { ["AccountId"] = account.Id, ["Subject"] = (input.Member("subject") is { ValueKind: JsonValueKind.String } subject ? subject.GetString() : null) ?? "Follow up" };
        var outputs = Interview("Finished");
        outputs["caseId"] = new RecordWriter(call).Create(call.Store.Schema["Case"], JsonElement.Parse(fields.ToJsonString())).Id;
        return outputs;
    }

    private static JsonObject Score(ApiCall call, JsonElement input) =>
        call.Store.Find(input.RequiredText("accountId")) is { IsDeleted: false, Type.Name: "Account" } account
            ? new JsonObject { ["output"] = account["Industry"] is string industry ? industry.Length : 0 }
            : throw new ApiException(400, new ApiError("UNKNOWN_EXCEPTION", "System.QueryException: List has no rows for assignment to SObject", []));

    private static JsonObject Submit(ApiCall call, JsonElement input)
    {
        var result = Approvals.Submit(call, input.RequiredText("objectId"));
        return (bool)result["success"]!
            ? new JsonObject { ["instanceId"] = result["instanceId"]!.DeepClone(), ["instanceStatus"] = result["instanceStatus"]!.DeepClone() }
            : throw new ApiException(400, new ApiError((string)result["errors"]![0]!["statusCode"]!, (string)result["errors"]![0]!["message"]!, []));
    }

    private static JsonObject Interview(string status) => new()
    {
        ["Flow__InterviewGuid"] = Guid.NewGuid().ToString("N"),
        ["Flow__InterviewStatus"] = status,
    };
}
