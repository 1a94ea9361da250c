using System.Text.Json;
using System.Text.Json.Nodes;
using SalesforceSimulator.Data;
using SalesforceSimulator.Endpoints.Automation;
using SalesforceSimulator.Records;
using SalesforceSimulator.Requests;

namespace SalesforceSimulator.Endpoints;

/// <summary>composite/tree/{type}: records with their children, all or none.</summary>
internal static class Trees
{
    private const int MostRecords = 200;
    private const int MostTypes = 5;
    private const int MostLevels = 5;

    public static Reply Create(ApiCall call)
    {
        var mark = call.Store.Mark;
        var tree = new Tree(call);
        try
        {
            foreach (var record in call.ReadObject().RequiredList("records"))
            {
                tree.Add(call.ObjectType, record, parent: null, level: 1);
            }
        }
        catch (ApiException)
        {
            call.Store.RollBackTo(mark);
            throw;
        }

        if (tree.Failures.Count > 0)
        {
            call.Store.RollBackTo(mark);
            // The culprits alone; that the status is 400 is an assumption, and so is 201 for a success.
            return Reply.Json(400, new JsonObject { ["hasErrors"] = true, ["results"] = new JsonArray([.. tree.Failures]) });
        }

        return Reply.Json(201, new JsonObject { ["hasErrors"] = false, ["results"] = new JsonArray([.. tree.Created]) });
    }

    private sealed class Tree(ApiCall call)
    {
        private readonly HashSet<string> _references = [];
        private readonly HashSet<string> _types = [];

        public List<JsonNode> Created { get; } = [];

        public List<JsonNode> Failures { get; } = [];

        public void Add(ObjectType type, JsonElement record, (Field Field, string Id)? parent, int level)
        {
            var attributes = record.Member("attributes") ?? throw Errors.RequiredMember("attributes");
            var reference = attributes.RequiredText("referenceId");
            if (!string.Equals(attributes.RequiredText("type"), type.Name, StringComparison.OrdinalIgnoreCase))
            {
                throw Errors.Json($"The type of {reference} must be {type.Name}.");
            }

            // The words are an assumption.
            _types.Add(type.Name);
            if (!_references.Add(reference) || _references.Count > MostRecords || _types.Count > MostTypes || level > MostLevels)
            {
                throw Errors.Json($"A tree has up to {MostRecords} records of {MostTypes} types on {MostLevels} levels, each with a referenceId of its own; {reference} breaks that.");
            }

            var children = record.EnumerateObject()
                .Where(member => type.FindChild(member.Name) is not null && member.Value.ValueKind == JsonValueKind.Object)
                .ToArray();
            var fields = new JsonObject(record.EnumerateObject().Where(member => !Array.Exists(children, child => child.Name == member.Name)).Select(member => KeyValuePair.Create(member.Name, JsonNode.Parse(member.Value.GetRawText()))));
            string id;
            try
            {
                var preset = parent is var (field, parentId) ? new Dictionary<string, object?> { [field.Name] = parentId } : null;
                id = new RecordWriter(call).Create(type, JsonElement.Parse(fields.ToJsonString()), preset).Id;
            }
            catch (ApiException exception)
            {
                Failures.Add(new JsonObject
                {
                    ["referenceId"] = reference,
                    ["errors"] = new JsonArray([.. exception.Errors.Select(error => (JsonNode)Actions.Error(error.Code, error.Message, [.. error.Fields ?? []]))]),
                });
                return;
            }

            Created.Add(new JsonObject { ["referenceId"] = reference, ["id"] = id });
            foreach (var child in children)
            {
                var (childType, childField) = type.FindChild(child.Name)!;
                foreach (var one in child.Value.RequiredList("records"))
                {
                    Add(childType, one, (childField, id), level + 1);
                }
            }
        }
    }
}
