using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Operations;
using SalesforceConnector.Triggers;

namespace Connector.Tests.Hosting.Payloads;

/// <summary>
/// A payload that the app writes again, as bulk requests are before they are queued, says the same: no member is lost, none is changed.
/// </summary>
public sealed class RoundTripTests
{
    public static TheoryData<Type> Payloads => [.. OperationTypes.All.Values.Distinct().OrderBy(type => type.Name, StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Payloads))]
    public void A_payload_that_is_written_again_says_the_same(Type payload)
    {
        var type = OperationJson.Default.GetTypeInfo(payload)!;
        var examples = payload.GetCustomAttributes<ExampleAttribute>().Select(example => example.Json).ToArray();
        examples.ShouldNotBeEmpty();
        foreach (var example in examples.Concat(Further(payload.Name)))
        {
            var written = (JsonObject)JsonSerializer.SerializeToNode(JsonSerializer.Deserialize(example, type), type)!;

            foreach (var (name, value) in (JsonObject)JsonNode.Parse(example)!)
            {
                (JsonNode.DeepEquals(written[name], value) || JsonNode.DeepEquals(written[name], InOtherForm(name, value))).ShouldBeTrue($"{name} of {example} became {written[name]?.ToJsonString()}");
            }

            var again = JsonSerializer.SerializeToNode(JsonSerializer.Deserialize(written.ToJsonString(), type), type)!;
            JsonNode.DeepEquals(again, written).ShouldBeTrue($"{written.ToJsonString()} became {again.ToJsonString()}");
        }
    }

    // What can be given in two forms is written in one of them.
    private static JsonNode? InOtherForm(string name, JsonNode? value) => (name, value) switch
    {
        ("path", JsonValue path) => new JsonArray([.. ((string)path!).Split('/').Select(segment => (JsonNode)segment)]),
        ("queryParameters", JsonObject parameters) => new JsonObject(parameters.Select(parameter => KeyValuePair.Create(
            parameter.Key, parameter.Value is JsonArray list ? string.Join(',', list.Select(item => (string)item!)) : parameter.Value?.DeepClone()))),
        _ => null,
    };

    // Members that no example has.
    private static string[] Further(string payload) => payload switch
    {
        "BulkWritePayload" =>
        [
            """{"objectType":"Case","operation":"insert","records":[{"Subject":"1"},{"Subject":"2"}],"assignmentRule":"01QDn000000TEST"}""",
            """{"objectType":"Lead","operation":"insert","csv":"LastName\nA\n"}""",
        ],
        "CreateRecordPayload" =>
        [
            """{"objectType":"Case","fields":{"Subject":"1"},"assignmentRule":false}""",
            """{"objectType":"Case","fields":{"Subject":"1"},"assignmentRule":true}""",
            """{"objectType":"Case","fields":{"Subject":"1"},"assignmentRule":"01QDn000000TEST"}""",
        ],
        _ => [],
    };
}
