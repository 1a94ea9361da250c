using System.Net;
using Connector.Tests.Drivers;
using SalesforceSimulator;

namespace Connector.Tests.Records;

/// <summary>What an older API version would do otherwise, without a word, is refused.</summary>
public sealed class ApiVersionTests(AzuriteFixture azurite)
{
    private const string Update = """{"objectType":"Account","externalIdField":"External_Id__c","externalId":"nobody","fields":{"Name":"x"},"apiVersion":"v%.0"}""";
    private const string UpdateOnly = """{"objectType":"Account","externalIdField":"External_Id__c","externalId":"nobody","fields":{"Name":"x"},"updateOnly":true,"apiVersion":"v%.0"}""";

    [Theory]
    [InlineData("records/update", Update, 50)]
    [InlineData("records/update", Update, 60)]
    [InlineData("records/upsert", UpdateOnly, 60)]
    public async Task An_update_by_an_external_id_needs_v61_as_below_it_would_create(string route, string payload, int version)
    {
        await using var app = await ConnectorApp.StartAsync();

        var problem = (await app.PostAsync(route, At(payload, version))).ShouldBeProblem(400, "INVALID_MEMBER");

        ((string?)problem["errors"]![0]!["fields"]![0]).ShouldBe("apiVersion");
        ((string?)problem["detail"]).ShouldNotBeNull().ShouldContain("v61.0 or later");
        app.Org.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("records/update", Update)]
    [InlineData("records/upsert", UpdateOnly)]
    public async Task From_v61_on_it_finds_nothing_and_creates_nothing(string route, string payload)
    {
        await using var app = await ConnectorApp.StartAsync();
        var before = app.Org.Stats.Records["Account"];

        (await app.PostAsync(route, At(payload, 61))).ShouldBeProblem(404, "NOT_FOUND");

        app.Org.Stats.Records["Account"].ShouldBe(before);
    }

    [Fact]
    public async Task The_version_of_the_settings_counts_as_well_and_what_does_not_need_more_passes()
    {
        await using var app = await ConnectorApp.StartAsync(new Dictionary<string, string?> { ["Salesforce__ApiVersion"] = "v60.0" });

        (await app.PostAsync("records/update", At(Update, 0))).ShouldBeProblem(400, "INVALID_MEMBER");
        (await app.PostAsync("records/update", At(Update, 67))).ShouldBeProblem(404, "NOT_FOUND");
        (await app.PostAsync("records/update", """{"objectType":"Account","objectId":"001Dn0000070000IAA","fields":{"BillingCity":"x"}}"""))
            .Status.ShouldBe(HttpStatusCode.NoContent);
        (await app.PostAsync("records/upsert", """{"objectType":"Account","externalIdField":"External_Id__c","externalId":"a","fields":{"Name":"x"}}"""))
            .Status.ShouldBe(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData(45, HttpStatusCode.NoContent)]
    [InlineData(46, HttpStatusCode.BadGateway)]
    public async Task An_upsert_without_a_body_is_a_success_up_to_v45_only(int version, HttpStatusCode status)
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Method = "PATCH", Status = 204 });

        var reply = await app.PostAsync(
            "records/upsert", At("""{"objectType":"Account","externalIdField":"External_Id__c","externalId":"a","fields":{"Name":"x"},"apiVersion":"v%.0"}""", version));

        reply.Status.ShouldBe(status, reply.Body);
    }

    [Theory]
    [InlineData("records/upsert", """ "externalId":"order.json","fields":{"Name":"x"}""", "externalId")]
    [InlineData("records/upsert", """ "externalId":"order.XML","fields":{"Name":"x"}""", "externalId")]
    [InlineData("records/get", """ "externalId":"order.json" """, "externalId")]
    [InlineData("records/delete", """ "externalId":"order.xml" """, "externalId")]
    [InlineData("records/create", """ "fields":{"External_Id__c":"order.json","Name":"x"}""", "fields.External_Id__c")]
    [InlineData("records/create", """ "fields":{"Name":"x"}""", "fields.External_Id__c")]
    public async Task An_external_id_that_ends_as_a_format_needs_v58_as_below_it_is_another_records(string route, string members, string member)
    {
        await using var app = await ConnectorApp.StartAsync();
        string Payload(int version) => $$"""{"objectType":"Account","externalIdField":"External_Id__c","apiVersion":"v{{version}}.0",{{members}}}""";

        // Without a value, the correlation id is the external id.
        var problem = (await app.PostAsync(route, Payload(57), ("x-correlation-id", "process.json"))).ShouldBeProblem(400, "INVALID_MEMBER");

        ((string?)problem["errors"]![0]!["fields"]![0]).ShouldBe(member);
        ((string?)problem["detail"]).ShouldNotBeNull().ShouldContain("v58.0");
        app.Org.Requests.ShouldBeEmpty();
        ((int)(await app.PostAsync(route, Payload(58), ("x-correlation-id", "process.json"))).Status).ShouldBeOneOf(201, 404);
    }

    [Fact]
    public async Task By_a_queue_it_is_a_result_and_with_respond_async_an_answer_at_once()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["UpdateRecord"]);

        await app.Queues.SendAsync("salesforce-update-record", $$"""{"correlationId":"old","payload":{{At(Update, 50)}}}""");
        var result = await app.Queues.ReceiveResultAsync("old");
        var accepted = await app.PostAsync("records/update", At(Update, 50), ("Prefer", "respond-async"));

        ((int?)result["status"]).ShouldBe(400, result.ToJsonString());
        ((string?)result["error"]!["errors"]![0]!["fields"]![0]).ShouldBe("apiVersion");
        accepted.ShouldBeProblem(400, "INVALID_MEMBER");
        app.Org.Requests.ShouldBeEmpty();
    }

    private static string At(string payload, int version) =>
        version == 0
            ? payload.Replace(",\"apiVersion\":\"v%.0\"", "", StringComparison.Ordinal)
            : payload.Replace("v%.0", $"v{version}.0", StringComparison.Ordinal);
}
