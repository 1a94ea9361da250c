using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Connector.Tests.Drivers;
using SalesforceConnector.Operations;

namespace Connector.Tests.Hosting.Payloads;

/// <summary>Values of a wrong type, in every member of every payload: what a caller reads is the connector's own words.</summary>
public sealed class WrongTypeTests(AzuriteFixture azurite)
{
    private static readonly string[] Values =
    [
        "200.0", "2E+2", "200.5", "3000000000", "-3000000000", "1e400", "1e-400", "7", "true", "\"x\"", "\"\\ud800\"", "[]", "[null]", "[[]]", "{}",
        "{\"a\":{}}", "{\"a\":1,\"a\":2}", "{\"\\ud800\":1,\"\\ud800\":2}", new string('[', 70) + new string(']', 70), "tru", "01",
    ];

    private static readonly string[] Common = ["baseUrl", "apiVersion", "authentication"];

    // Words of System.Text.Json's messages, and of what it is about.
    private static readonly string[] Foreign =
    [
        "System.", "Path:", "LineNumber", "BytePositionInLine", "JSON value", "could not be converted", "Nullable", "Int32", "invalid start", "deserializ",
        "reader", "maximum configured depth", "Json", "token",
    ];

    private static readonly JsonObject Schemas =
        JsonNode.Parse(Repository.Read("functions", "OpenApi", "openapi.json"))!["components"]!["schemas"]!.AsObject();

    [Fact]
    public async Task No_message_of_the_serializer_reaches_a_caller()
    {
        await using var app = await ConnectorApp.StartAsync();
        var refused = 0;
        foreach (var operation in Operation.All)
        {
            var example = Schemas[operation.Payload.Type.Name]!["examples"]![0]!.AsObject();
            // What all payloads have is read the same way for each.
            foreach (var member in operation.Payload.Properties.Where(member => operation.Name == "Query" || !Common.Contains(member.Name)))
            {
                foreach (var value in Values.SelectMany(value => Inside(member, value)))
                {
                    var reply = await app.PostAsync(operation.Route, With(example, member.Name, value));
                    if ((int)reply.Status is 400 && (string?)reply.Problem["type"] == "urn:salesforce-connector:problem:invalid-payload")
                    {
                        ShouldBeOwnWords(reply.Problem, $"{operation.Name}: {member.Name} {value}");
                        refused++;
                    }

                    ((int)reply.Status).ShouldNotBe(500, $"{operation.Name}: {member.Name} {value}: {reply.Body}");
                }
            }
        }

        refused.ShouldBeGreaterThan(500);
        // A path of the caller's own may be one that the org does not serve.
        app.Org.Reset();
    }

    [Theory]
    [InlineData("maxRecords", "200.0")]
    [InlineData("maxRecords", "2E+2")]
    [InlineData("maxRecords", "20000e-2")]
    [InlineData("pageSize", "2000.000")]
    public async Task A_whole_number_is_taken_in_every_form_that_JSON_has_for_it(string member, string number)
    {
        await using var app = await ConnectorApp.StartAsync();

        var reply = await app.PostAsync("query", $$"""{"soqlQuery":"SELECT Id FROM Account","fetchAll":true,"{{member}}":{{number}}}""");

        ((int)reply.Status).ShouldBe(200, reply.Body);
    }

    [Theory]
    [InlineData("200.5", "maxRecords must be a whole number")]
    [InlineData("1e-400", "maxRecords must be a whole number")]
    [InlineData("\"200\"", "maxRecords must be a whole number")]
    [InlineData("true", "maxRecords must be a whole number")]
    [InlineData("3000000000", "maxRecords must be a whole number up to 2147483647")]
    [InlineData("3E+9", "maxRecords must be a whole number up to 2147483647")]
    [InlineData("1e400", "maxRecords must be a whole number up to 2147483647")]
    public async Task Any_other_is_refused_by_what_is_allowed(string number, string detail)
    {
        await using var app = await ConnectorApp.StartAsync();

        var reply = await app.PostAsync("query", $$"""{"soqlQuery":"SELECT Id FROM Account","fetchAll":true,"maxRecords":{{number}}}""");

        ((string?)reply.ShouldBeProblem(400, "INVALID_MEMBER")["detail"]).ShouldBe(detail);
        app.Org.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("{\"soqlQuery\":tru}", "The payload is not valid JSON: syntax error at byte 17 of line 1")]
    [InlineData("{\n\"soqlQuery\":01}", "The payload is not valid JSON: syntax error at byte 14 of line 2")]
    [InlineData("{\"soqlQuery\":\"a\",\"soqlParameters\":{\"a\":[{\"b\":1,\"b\":2}]}}", "The payload is not valid JSON: it has the member \"b\" twice in one object")]
    [InlineData("{\"soqlQuery\":\"x\",\"soqlParameters\":{\"\\ud800\":1,\"\\ud800\":2}}", "not valid Unicode")]
    public async Task What_is_no_JSON_is_told_by_where_it_breaks(string payload, string detail)
    {
        await using var app = await ConnectorApp.StartAsync();

        ((string?)(await app.PostAsync("query", payload)).ShouldBeProblem(400, "INVALID_JSON")["detail"]).ShouldNotBeNull().ShouldContain(detail);
    }

    [Fact]
    public async Task What_is_nested_too_deep_is_told_so()
    {
        await using var app = await ConnectorApp.StartAsync();
        var payload = $$"""{"objectType":"Account","fields":{"Name":{{new string('[', 70)}}{{new string(']', 70)}} } }""";

        ((string?)(await app.PostAsync("records/create", payload)).ShouldBeProblem(400, "INVALID_JSON")["detail"])
            .ShouldBe("The payload is not valid JSON: its objects and arrays are nested more than 64 deep");
    }

    [Fact]
    public async Task Neither_does_one_by_queue()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["Query"]);
        string[] payloads =
        [
            """{"soqlQuery":"SELECT Id FROM Account","maxRecords":200.5,"fetchAll":true}""",
            """{"soqlQuery":"SELECT Id FROM Account","fetchAll":"yes"}""",
            """{"soqlQuery":{"a":1}}""",
            $$"""{"soqlQuery":{{new string('[', 70)}}{{new string(']', 70)}} }""",
        ];
        for (var i = 0; i < payloads.Length; i++)
        {
            await app.Queues.SendAsync("salesforce-query", $$"""{"correlationId":"wrong-{{i}}","payload": {{payloads[i]}} }""");
        }

        for (var i = 0; i < payloads.Length - 1; i++)
        {
            var result = await app.Queues.ReceiveResultAsync($"wrong-{i}");
            ((int?)result["status"]).ShouldBe(400);
            ShouldBeOwnWords(result["error"]!.AsObject(), payloads[i]);
        }

        // Nobody can read an id out of what is no JSON for this app.
        ShouldBeOwnWords((await app.Queues.ReceiveResultAsync(null))["error"]!.AsObject(), payloads[^1]);
    }

    private static void ShouldBeOwnWords(JsonObject problem, string what)
    {
        foreach (var text in problem["errors"]!.AsArray().Select(error => (string?)error!["message"]).Append((string?)problem["detail"]))
        {
            // What is quoted is the caller's own, and members' names are.
            var own = text.ShouldNotBeNull().Replace("tokenSecret", "", StringComparison.Ordinal).Replace("authentication.token", "", StringComparison.Ordinal)
                .Replace(" token ", " ", StringComparison.Ordinal).Replace("token,", "", StringComparison.Ordinal);
            Foreign.Where(word => own.Contains(word, StringComparison.Ordinal)).ShouldBeEmpty($"{what}: {text}");
        }
    }

    private static IEnumerable<string> Inside(JsonPropertyInfo member, string value)
    {
        yield return value;
        if (OperationJson.Default.GetTypeInfo(member.PropertyType) is { Kind: JsonTypeInfoKind.Object } nested)
        {
            foreach (var part in nested.Properties)
            {
                yield return $"{{\"{part.Name}\":{value}}}";
            }
        }
    }

    // Put together as text, as not all values are JSON.
    private static string With(JsonObject example, string member, string value)
    {
        var others = example.Where(other => other.Key != member).Select(other => $"\"{other.Key}\":{other.Value?.ToJsonString() ?? "null"}");
        return $"{{{string.Join(',', others.Append($"\"{member}\":{value}"))}}}";
    }
}
