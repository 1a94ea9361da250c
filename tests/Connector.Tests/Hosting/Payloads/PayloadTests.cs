using System.Text;
using Connector.Tests.Drivers;

namespace Connector.Tests.Hosting.Payloads;

/// <summary>What is wrong with a payload is refused before anything is sent, by the name of the member.</summary>
public sealed class PayloadTests
{
    private const string Id = "001000000000000AAA";

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("{", "not valid JSON")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("null", "not a JSON object")]
    [InlineData("\"SELECT Id FROM Account\"", "not a JSON object")]
    [InlineData("{\"soqlQuery\":\"SELECT Id FROM Account\",}", "not valid JSON")]
    [InlineData("{\"soqlQuery\":\"a\",\"soqlQuery\":\"b\"}", "not valid JSON")]
    [InlineData("{\"soqlQuery\":\"a\"} {}", "not valid JSON")]
    [InlineData("{\"\\ud800\":1}", "not valid Unicode")]
    [InlineData("{\"soqlQuery\":\"a\",\"soqlParameters\":{\"\\ud800\":1}}", "not valid Unicode")]
    [InlineData("{\"soqlQuery\":\"a\",\"soqlParameters\":{\"a\":1,\"a\":2}}", "not valid JSON")]
    public async Task Anything_but_one_JSON_object_is_refused(string payload, string complaint)
    {
        await using var app = await ConnectorApp.StartAsync();

        var problem = (await app.PostAsync("query", payload)).ShouldBeProblem(400, "INVALID_JSON");

        ((string?)problem["detail"]).ShouldNotBeNull().ShouldContain(complaint);
    }

    [Fact]
    public async Task Bytes_that_are_no_UTF_8_are_refused()
    {
        await using var app = await ConnectorApp.StartAsync();
        var latin1 = Encoding.Latin1.GetBytes("{\"soqlQuery\":\"SELECT Id FROM Account WHERE Name = 'Müller'\"}");

        (await app.PostAsync("query", latin1)).ShouldBeProblem(400, "INVALID_JSON");
    }

    [Fact]
    public async Task A_byte_order_mark_does_no_harm()
    {
        await using var app = await ConnectorApp.StartAsync();

        var reply = await app.PostAsync("query", "\uFEFF{\"soqlQuery\":\"SELECT Id FROM Account\"}");

        ((int)reply.Status).ShouldBe(200, reply.Body);
    }

    [Theory]
    [InlineData("query", "{}", "MISSING_MEMBER", "soqlQuery")]
    [InlineData("query", """{"soqlQuery":null}""", "MISSING_MEMBER", "soqlQuery")]
    [InlineData("query", """{"soqlQuery":7}""", "INVALID_MEMBER", "soqlQuery")]
    [InlineData("query", """{"soqlQuery":"\ud800"}""", "INVALID_MEMBER", "soqlQuery")]
    [InlineData("query", """{"soqlQuery":"SELECT Id FROM Account","SoqlQuery":"x"}""", "UNKNOWN_MEMBER", "SoqlQuery")]
    [InlineData("query", """{"soqlQuery":"SELECT Id FROM Account","objectId":"x"}""", "UNKNOWN_MEMBER", "objectId")]
    [InlineData("query", """{"soqlQuery":"SELECT Id FROM Account","soqlParameters":["x"]}""", "INVALID_MEMBER", "soqlParameters")]
    [InlineData("query", """{"soqlQuery":"SELECT Id FROM Account WHERE Name = :x","soqlParameters":{"x":"\ud800"}}""", "INVALID_MEMBER", "soqlParameters.x")]
    [InlineData("query", """{"soqlQuery":"SELECT Id FROM Account WHERE Name = :x","soqlParameters":null}""", "MISSING_MEMBER", "soqlParameters.x")]
    [InlineData("query", """{"soqlQuery":"SELECT Id FROM Account","apiVersion":"67"}""", "INVALID_MEMBER", "apiVersion")]
    [InlineData("query", """{"soqlQuery":"SELECT Id FROM Account","apiVersion":67.0}""", "INVALID_MEMBER", "apiVersion")]
    [InlineData("query", """{"soqlQuery":"SELECT Id FROM Account","baseUrl":""}""", "INVALID_MEMBER", "baseUrl")]
    [InlineData("query", """{"soqlQuery":"SELECT Id FROM Account","baseUrl":"http://acme.my.salesforce.com"}""", "INVALID_MEMBER", "baseUrl")]
    [InlineData("query", """{"soqlQuery":"SELECT Id FROM Account","baseUrl":"https://evil.example"}""", "INVALID_MEMBER", "baseUrl")]
    [InlineData("query", """{"soqlQuery":"SELECT Id FROM Account","baseUrl":"https://other.my.salesforce.com"}""", "UNKNOWN_ORG", "baseUrl")]
    [InlineData("query", """{"soqlQuery":"SELECT Id FROM Account","authentication":"bearer"}""", "INVALID_MEMBER", "authentication")]
    [InlineData("query", """{"soqlQuery":"SELECT Id FROM Account","authentication":{}}""", "MISSING_MEMBER", "authentication.type")]
    [InlineData("query", """{"soqlQuery":"SELECT Id FROM Account","authentication":{"type":"basic"}}""", "INVALID_MEMBER", "authentication.type")]
    [InlineData("query", """{"soqlQuery":"SELECT Id FROM Account","authentication":{"type":"bearer"}}""", "MISSING_MEMBER", "authentication.token")]
    [InlineData("query", """{"soqlQuery":"SELECT Id FROM Account","authentication":{"type":"bearer","token":7}}""", "INVALID_MEMBER", "authentication.token")]
    [InlineData("query", """{"soqlQuery":"SELECT Id FROM Account","authentication":{"type":"bearer","token":"a\nb"}}""", "INVALID_MEMBER", "authentication.token")]
    [InlineData("query", """{"soqlQuery":"SELECT Id FROM Account","authentication":{"type":"bearer","token":"abc","tokenSecret":"salesforce-x"}}""", "MISSING_MEMBER", "authentication.token")]
    [InlineData("query", """{"soqlQuery":"SELECT Id FROM Account","authentication":{"type":"bearer","token":"abc","clientId":"x"}}""", "UNKNOWN_MEMBER", "authentication.clientId")]
    [InlineData("query", """{"soqlQuery":"SELECT Id FROM Account","authentication":{"type":"bearer","password":"x"}}""", "UNKNOWN_MEMBER", "authentication.password")]
    [InlineData("query", """{"soqlQuery":"SELECT Id FROM Account","authentication":{"type":"bearer","tokenSecret":"other"}}""", "INVALID_MEMBER", "authentication.tokenSecret")]
    [InlineData("query", """{"soqlQuery":"SELECT Id FROM Account","authentication":{"type":"bearer","tokenSecret":"salesforce-client-secret"}}""", "INVALID_MEMBER", "authentication.tokenSecret")]
    [InlineData("query", """{"soqlQuery":"SELECT Id FROM Account","authentication":{"type":"bearer","tokenSecret":"salesforce-../x"}}""", "INVALID_MEMBER", "authentication.tokenSecret")]
    [InlineData("query", """{"soqlQuery":"SELECT Id FROM Account","authentication":{"type":"oauth-client-credentials-flow","clientId":"x"}}""", "MISSING_MEMBER", "authentication.clientSecret")]
    [InlineData("query", """{"soqlQuery":"SELECT Id FROM Account","authentication":{"type":"oauth-client-credentials-flow","token":"x"}}""", "UNKNOWN_MEMBER", "authentication.token")]
    [InlineData("records/create", """{"objectType":"Account"}""", "MISSING_MEMBER", "fields")]
    [InlineData("records/create", """{"objectType":"Account","fields":[]}""", "INVALID_MEMBER", "fields")]
    [InlineData("records/create", """{"objectType":"Account","fields":"{}"}""", "INVALID_MEMBER", "fields")]
    [InlineData("records/create", """{"objectType":"Account/..","fields":{}}""", "INVALID_MEMBER", "objectType")]
    [InlineData("records/get", """{"objectType":"Account","objectId":"..%2F..%2F..%2F"}""", "INVALID_MEMBER", "objectId")]
    [InlineData("records/get", """{"objectType":"Account","objectId":"001000000000000AAB"}""", "INVALID_MEMBER", "objectId")]
    [InlineData("records/get", """{"objectType":"Account","objectId":7}""", "INVALID_MEMBER", "objectId")]
    [InlineData("records/get", """{"objectType":"Account","objectId":"001000000000000AAA","relationshipFieldName":"../x"}""", "INVALID_MEMBER", "relationshipFieldName")]
    [InlineData("records/get", """{"objectType":"Account","objectId":"001000000000000AAA","queryParameters":"fields=Name"}""", "INVALID_MEMBER", "queryParameters")]
    [InlineData("records/get", """{"objectType":"Account","objectId":"001000000000000AAA","queryParameters":{"fields":{}}}""", "INVALID_MEMBER", "queryParameters")]
    [InlineData("records/get", """{"objectType":"Account","objectId":"001000000000000AAA","queryParameters":{"fields":[1]}}""", "INVALID_MEMBER", "queryParameters")]
    [InlineData("records/update", """{"objectType":"Account","fields":{}}""", "MISSING_MEMBER", "objectId")]
    [InlineData("records/delete", """{"objectType":"Account","objectId":null}""", "MISSING_MEMBER", "objectId")]
    [InlineData("records/delete", """{"objectId":"001000000000000AAA"}""", "MISSING_MEMBER", "objectType")]
    public async Task A_wrong_member_is_refused_by_name_and_nothing_is_sent(string route, string payload, string errorCode, string member)
    {
        await using var app = await ConnectorApp.StartAsync();

        var problem = (await app.PostAsync(route, payload)).ShouldBeProblem(400, errorCode);

        ((string?)problem["errors"]![0]!["fields"]![0]).ShouldBe(member);
        ((string?)problem["detail"]).ShouldNotBeNull().ShouldStartWith($"{member} ");
        ((string?)problem["detail"]).ShouldNotBeNull().ShouldNotContain("System.");
        app.Org.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task All_unknown_and_missing_members_are_named_at_once()
    {
        await using var app = await ConnectorApp.StartAsync();

        var problem = (await app.PostAsync("records/upsert", """{"object":"Account","id":"x","fields":{}}""")).Problem;

        problem["errors"]!.AsArray().Select(error => (string?)error!["fields"]![0])
            .ShouldBe(["object", "id", "objectType", "externalIdField", "externalId"], ignoreOrder: true);
        ((string?)problem["detail"]).ShouldNotBeNull()
            .ShouldContain("apiVersion, assignmentRule, authentication, baseUrl, duplicateRule, externalId, externalIdField, fields, objectType, updateOnly");
    }

    [Fact]
    public async Task Null_for_an_optional_member_means_absent()
    {
        await using var app = await ConnectorApp.StartAsync();

        var reply = await app.PostAsync(
            "records/get",
            $$"""{"objectType":"Account","objectId":"{{Id}}","relationshipFieldName":null,"queryParameters":null,"baseUrl":null,"apiVersion":null,"authentication":null}""");

        reply.ShouldBeProblem(404, "NOT_FOUND");
        app.LastCall.Path.ShouldBe($"/services/data/v67.0/sobjects/Account/{Id}");
        app.LastCall.Query.ShouldBeEmpty();
    }

    [Fact]
    public async Task Nulls_inside_authentication_mean_absent_too()
    {
        await using var app = await ConnectorApp.StartAsync();

        var reply = await app.PostAsync(
            "query",
            """{"soqlQuery":"SELECT Id FROM Account","authentication":{"type":"oauth-client-credentials-flow","clientId":null,"clientSecret":null,"token":null}}""");

        ((int)reply.Status).ShouldBe(200, reply.Body);
    }

    [Fact]
    public async Task A_payload_over_the_limit_is_refused()
    {
        await using var app = await ConnectorApp.StartAsync(new Dictionary<string, string?> { ["Salesforce__MaxPayloadBytes"] = "2048" });
        var payload = new { soqlQuery = new string('x', 2_048) };

        (await app.PostAsync("query", payload)).ShouldBeProblem(413, "PAYLOAD_TOO_LARGE");
    }

    [Fact]
    public async Task A_payload_over_the_servers_own_limit_of_30_MB_is_taken()
    {
        await using var app = await ConnectorApp.StartAsync();

        var reply = await app.PostAsync(
            "records/create", new { objectType = "Account", fields = new { Name = "Acme", Unknown__c = new string('x', 31_000_000) } });

        // By the connector: it is Salesforce that has no such field.
        reply.ShouldBeProblem(400, "INVALID_FIELD");
    }

    [Fact]
    public async Task The_callers_correlation_id_comes_back()
    {
        await using var app = await ConnectorApp.StartAsync();

        var reply = await app.PostAsync("query", new { soqlQuery = "SELECT Id FROM Account" }, ("x-correlation-id", "process-4711"));
        var failed = await app.PostAsync("query", "{}", ("x-correlation-id", "process-4712"));

        reply.Headers["x-correlation-id"].ShouldBe("process-4711");
        failed.Headers["x-correlation-id"].ShouldBe("process-4712");
        app.Log.Text.ShouldContain("process-4711");
    }

    [Fact]
    public async Task A_new_correlation_id_is_made_where_the_caller_sends_none_that_fits()
    {
        await using var app = await ConnectorApp.StartAsync();

        var none = await app.PostAsync("query", "{}");
        var spaced = await app.PostAsync("query", "{}", ("x-correlation-id", "a b"));
        var lengthy = await app.PostAsync("query", "{}", ("x-correlation-id", new string('x', 129)));

        foreach (var reply in new[] { none, spaced, lengthy })
        {
            Guid.TryParse(reply.Headers["x-correlation-id"], out _).ShouldBeTrue();
        }
    }
}
