using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Connector.Tests.Drivers;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Operations;
using SalesforceConnector.Operations.Bulk;
using SalesforceConnector.Operations.Collections;
using SalesforceConnector.Operations.Files;
using SalesforceConnector.Operations.Records;
using SalesforceConnector.Triggers.Http;

namespace Connector.Tests.Camunda;

/// <summary>Holds the element template and the payload types together. That it works is for tests/ProcessEngine to show.</summary>
public sealed class ElementTemplateTests
{
    private const string Request = "body.";

    private static readonly JsonObject Template =
        JsonNode.Parse(Repository.Read("functions", "Camunda", "azure-salesforce-connector.json"))!.AsObject();

    private static readonly JsonObject[] Properties = [.. Template["properties"]!.AsArray().Select(property => property!.AsObject())];

    [Fact]
    public void Every_operation_can_be_chosen_in_the_form_and_from_the_menu()
    {
        string[] expected = [.. Operation.All.Select(Choice)];

        Property("operation")["choices"]!.AsArray().Select(choice => (string)choice!["value"]!).ShouldBe(expected, ignoreOrder: true);
        Template["presets"]!.AsArray().Select(preset => (string)preset!["properties"]!["operation"]!).ShouldBe(expected, ignoreOrder: true);
        Leaves(Template["steps"]).ShouldBe(Template["presets"]!.AsArray().Select(preset => (string)preset!["id"]!), ignoreOrder: true);
    }

    [Fact]
    public void Every_operation_is_posted_to_its_route_whatever_is_typed()
    {
        foreach (var operation in Operation.All)
        {
            ((string?)Bound("url", operation).ShouldHaveSingleItem()["value"])
                .ShouldBe($"=salesforceConnectorUrl + \"/{HttpOperation.RoutePrefix}/{operation.Route}\"", operation.Name);
        }
    }

    [Fact]
    public void The_form_of_an_operation_has_the_members_of_its_payload()
    {
        foreach (var operation in Operation.All)
        {
            var form = Properties.Where(property => Name(property).StartsWith(Request, StringComparison.Ordinal) && Shown(property, operation)).ToArray();
            var members = operation.Payload.Properties.Where(member => member.PropertyType != typeof(Authentication)).SelectMany(Fields).ToArray();

            form.Select(Name).Where(name => !name.StartsWith(Request + "authentication.", StringComparison.Ordinal)).ShouldBe(
                members.Select(member => Request + member.Name), ignoreOrder: true, operation.Name);
            foreach (var (name, isRequired) in members)
            {
                ((bool?)form.Single(property => Name(property) == Request + name)["constraints"]?["notEmpty"] ?? false)
                    .ShouldBe(isRequired || IsAskedFor(operation, name), $"{operation.Name}: whether {name} must be filled in");
            }
        }
    }

    [Fact]
    public void Authentication_has_the_members_of_its_type() =>
        Properties.Select(Name).Where(name => name.StartsWith(Request + "authentication.", StringComparison.Ordinal)).Distinct().ShouldBe(
            OperationJson.Default.GetTypeInfo(typeof(Authentication))!.Properties.Select(member => $"{Request}authentication.{member.Name}"), ignoreOrder: true);

    [Fact]
    public void Every_operation_has_its_reply_mapped_and_its_errors_told_apart()
    {
        foreach (var operation in Operation.All)
        {
            Bound("resultExpression", operation).ShouldHaveSingleItem();
            Bound("errorExpression", operation).ShouldNotBeEmpty(operation.Name);
            Bound("headers", operation).ShouldHaveSingleItem();
        }
    }

    // A write that may have been executed must not be sent again by itself, nor look as if it had failed.
    [Theory]
    [InlineData("createRecord", "externalIdField")]
    [InlineData("uploadFile", "checksum")]
    [InlineData("createRecords", null)]
    [InlineData("composite", null)]
    [InlineData("request", null)]
    [InlineData("approvals", null)]
    [InlineData("callApex", null)]
    [InlineData("invokeAction", null)]
    public void A_write_that_cannot_be_repeated_ends_in_an_error_of_its_own_when_its_outcome_is_unknown(string choice, string? key)
    {
        var expressions = Bound("errorExpression", Operation.All.Single(operation => Choice(operation) == choice))
            .Where(property => key is null || property["condition"]!["allMatch"]!.AsArray().Any(
                one => (string?)one!["property"] == key && (bool?)one["isEmpty"] == true));

        var expression = ((string)expressions.ShouldHaveSingleItem()["value"]!).ReplaceLineEndings("\n");
        var unanswered = expression.IndexOf(
            "if problem.errorCode = null and list contains([\"408\", \"500\", \"502\", \"504\"], error.code)\n      then bpmnError(\"OUTCOME_UNKNOWN\"",
            StringComparison.Ordinal);
        var unknown = expression.IndexOf("if problem.outcomeUnknown = true\n      then bpmnError(\"OUTCOME_UNKNOWN\"", StringComparison.Ordinal);
        unanswered.ShouldBeInRange(0, expression.IndexOf("jobError", StringComparison.Ordinal));
        unknown.ShouldBeInRange(unanswered, expression.IndexOf("if problem.retryable = true", StringComparison.Ordinal));
    }

    [Fact]
    public void Patterns_take_what_nobody_typed_where_nothing_need_be()
    {
        var patterned = Properties.Where(property => property["constraints"]?["pattern"] is not null).ToArray();

        patterned.ShouldNotBeEmpty();
        foreach (var property in patterned.Where(property => property["value"] is null))
        {
            // The Modeler's panel tests a missing value as the text "undefined".
            foreach (var missing in new[] { "", "undefined" })
            {
                var isTaken = Regex.IsMatch(missing, (string)property["constraints"]!["pattern"]!["value"]!);
                (isTaken || ((bool?)property["constraints"]!["notEmpty"] ?? false)).ShouldBeTrue($"{property["id"]} \"{missing}\"");
            }
        }
    }

    // The members of an object have a field each.
    private static IEnumerable<(string Name, bool IsRequired)> Fields(JsonPropertyInfo member) =>
        OperationJson.Default.GetTypeInfo(member.PropertyType) is { Kind: JsonTypeInfoKind.Object } nested
            ? nested.Properties.Select(part => ($"{member.Name}.{part.Name}", part.IsRequired))
            : [(member.Name, member.IsRequired)];

    // What a payload asks for beside what its type does. The form has either way to name a record, one at a time.
    private static bool IsAskedFor(Operation operation, string member) =>
        (operation.Payload.Type.IsAssignableTo(typeof(RecordPayload)) && member is "objectId" or "externalIdField" or "externalId")
        || (operation.Payload.Type == typeof(UpsertRecordsPayload) && member == "objectType")
        // One of several ways to name a file, as the form's own choice says.
        || (operation.Payload.Type == typeof(DownloadFilePayload) && member is not ("toBlob" or "baseUrl" or "apiVersion"))
        || (operation.Payload.Type == typeof(BulkWritePayload) && member is "records" or "csv" or "source");

    // The form names an operation as payloads name members.
    private static string Choice(Operation operation) => char.ToLowerInvariant(operation.Name[0]) + operation.Name[1..];

    private static JsonObject Property(string id) => Properties.Single(property => (string?)property["id"] == id);

    private static JsonObject[] Bound(string name, Operation operation) =>
        [.. Properties.Where(property => Name(property) == name && Shown(property, operation))];

    private static string Name(JsonObject property) => (string?)(property["binding"]!["name"] ?? property["binding"]!["key"]) ?? "";

    // Conditions on other fields than the operation do not say which operation a field belongs to.
    private static bool Shown(JsonObject property, Operation operation)
    {
        if (property["condition"] is not { } condition)
        {
            return true;
        }

        var conditions = condition["allMatch"]?.AsArray() ?? [condition.DeepClone()];
        return conditions.Where(one => (string?)one!["property"] == "operation").All(one =>
            (one!["oneOf"]?.AsArray() ?? [one["equals"]!.DeepClone()]).Any(value => (string?)value == Choice(operation)));
    }

    private static IEnumerable<string> Leaves(JsonNode? steps) =>
        steps!.AsArray().SelectMany(step => step!["presetId"] is { } preset ? [(string)preset!] : Leaves(step["steps"]));
}
