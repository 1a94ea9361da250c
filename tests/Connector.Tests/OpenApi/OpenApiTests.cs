using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Connector.Tests.Drivers;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Operations;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Triggers;

namespace Connector.Tests.OpenApi;

/// <summary>Holds functions/OpenApi/openapi.json and the types together.</summary>
public sealed class OpenApiTests
{
    private static readonly JsonObject Document = JsonNode.Parse(Repository.Read("functions", "OpenApi", "openapi.json"))!.AsObject();

    private static readonly JsonObject Schemas = Document["components"]!["schemas"]!.AsObject();

    [Fact]
    public void Every_function_of_a_function_key_is_in_the_document_under_its_name() =>
        Document["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject(), (path, operation) => $"{operation.Key} {path.Key} {operation.Value!["operationId"]}")
            .ShouldBe(
                Operation.HttpFunctions
                    .Where(function => function.Trigger.AuthLevel == AuthorizationLevel.Function)
                    .Select(function => $"{function.Trigger.Methods!.Single()} /{function.Trigger.Route} {function.Name}"),
                ignoreOrder: true);

    [Fact]
    public void Every_operation_takes_the_payload_of_its_handler()
    {
        foreach (var operation in Operation.All)
        {
            var body = Document["paths"]![$"/{operation.Route}"]!["post"]!["requestBody"]!["content"]!["application/json"]!["schema"];
            ((string?)body!["$ref"]).ShouldBe(Reference(operation.Payload.Type), operation.Name);
        }
    }

    [Fact]
    public void Every_payload_has_the_members_of_its_type()
    {
        foreach (var operation in Operation.All)
        {
            Compare(operation.Payload);
        }
    }

    [Fact]
    public void Replies_have_the_members_of_their_types()
    {
        Compare(TriggerJson.Default.Problem);
        Members(SalesforceJson.Default.WrittenRecord).ShouldBeSubsetOf(Schemas["WrittenRecord"]!["properties"]!.AsObject().Select(member => member.Key));
        Members(RequestJson.Default.UnwrittenRecord).ShouldBeSubsetOf(Schemas["RecordResult"]!["properties"]!.AsObject().Select(member => member.Key));
        Members(SalesforceJson.Default.SalesforceError).ShouldBeSubsetOf(Schemas["SalesforceError"]!["properties"]!.AsObject().Select(member => member.Key));
        Members(RequestJson.Default.UnwrittenRecordError).ShouldBeSubsetOf(Schemas["SalesforceError"]!["properties"]!.AsObject().Select(member => member.Key));
    }

    [Fact]
    public void Error_codes_and_kinds_of_problem_are_those_that_there_are()
    {
        Strings(Schemas["ErrorCode"]!["enum"]).ShouldBe(
            typeof(ErrorCodes).GetFields().Select(field => (string)field.GetRawConstantValue()!), ignoreOrder: true);
        Strings(Schemas["Problem"]!["properties"]!["type"]!["enum"]).ShouldBe(
            typeof(ProblemKind).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => ((ProblemKind)field.GetValue(null)!).Type), ignoreOrder: true);
        Strings(Schemas["Authentication"]!["properties"]!["type"]!["enum"]).ShouldBe(
            [Authentication.ClientCredentialsFlow, Authentication.Bearer], ignoreOrder: true);
    }

    [Fact]
    public void Examples_are_payloads_that_the_app_takes()
    {
        foreach (var operation in Operation.All)
        {
            var examples = Schemas[operation.Payload.Type.Name]!["examples"]!.AsArray();
            examples.ShouldNotBeEmpty();
            examples.ToList().ForEach(example => operation.Read(example!.ToJsonString()));
        }
    }

    [Fact]
    public void Patterns_allow_what_the_types_allow()
    {
        string[] probes =
        [
            "", "Account", "Invoice__c", "1a", "a-b", "a b", "Account/Owner", "/Owner", "a/b/c/d/e", "a/b/c/d/e/f", new('a', 80), new('a', 81),
            "/services/data/v67.0/query/01gR00000000001IAA-2000", "/services/data/v67.0/queryAll/01gR00000000001IAA", "/services/data/v67.0/limits",
            "v67.0", "V67.0", "67.0", "67", "v7.0", "v670.0", "001R0000005hDFY", "001R0000005hDFYIA2", "001R0000005hDFYIA", "001R0000005hDF-",
        ];
        var types = Operation.All
            .SelectMany(operation => operation.Payload.Properties)
            .Select(property => property.PropertyType)
            .Distinct()
            .Where(type => Schemas[type.Name]?["pattern"] is not null)
            .ToArray();

        types.ShouldNotBeEmpty();
        foreach (var type in types)
        {
            foreach (var probe in probes)
            {
                Regex.IsMatch(probe, (string)Schemas[type.Name]!["pattern"]!).ShouldBe(Parses(type, probe), $"{type.Name} \"{probe}\"");
            }
        }
    }

    private static void Compare(JsonTypeInfo type)
    {
        var schema = Schemas[type.Type.Name].ShouldNotBeNull($"openapi.json has no schema {type.Type.Name}");
        var properties = schema["properties"]!.AsObject();
        properties.Select(member => member.Key).ShouldBe(Members(type), ignoreOrder: true, $"The members of {type.Type.Name} in openapi.json");
        // A list of none is not allowed in 2.0.
        Strings(schema["required"] ?? new JsonArray()).ShouldBe(
            type.Properties.Where(property => property.IsRequired).Select(property => property.Name), ignoreOrder: true, $"The required members of {type.Type.Name}");
        ((bool?)schema["additionalProperties"]).ShouldBe(false, $"{type.Type.Name} takes no other members");
        foreach (var property in type.Properties.Where(property => Schemas[property.PropertyType.Name] is not null))
        {
            ((string?)properties[property.Name]!["$ref"]).ShouldBe(Reference(property.PropertyType), $"{type.Type.Name}.{property.Name}");
            if (OperationJson.Default.GetTypeInfo(property.PropertyType) is { Kind: JsonTypeInfoKind.Object } nested)
            {
                Compare(nested);
            }
        }
    }

    // A property that is never written, as [JsonIgnore] has it, is no member.
    private static IEnumerable<string> Members(JsonTypeInfo type) =>
        type.Properties.Where(property => property.Get is not null || property.Set is not null).Select(property => property.Name);

    private static bool Parses(Type type, string text)
    {
        try
        {
            JsonSerializer.Deserialize(JsonSerializer.Serialize(text), OperationJson.Default.GetTypeInfo(type)!);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string Reference(Type type) => $"#/components/schemas/{type.Name}";

    private static IEnumerable<string> Strings(JsonNode? array) => array!.AsArray().Select(value => (string)value!);
}
