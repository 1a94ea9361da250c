using System.Net;
using System.Text.Json.Nodes;
using Connector.Tests.Drivers;
using SalesforceSimulator;

namespace Connector.Tests.Records;

/// <summary>Records that are named by an external id.</summary>
public sealed class ExternalIdTests
{
    private const string Field = "External_Id__c";

    [Fact]
    public async Task An_upsert_creates_first_and_updates_then()
    {
        await using var app = await ConnectorApp.StartAsync();

        var created = await UpsertAsync(app, "order-1", """{"Name":"Acme"}""");
        var updated = await UpsertAsync(app, "order-1", """{"BillingCity":"Berlin"}""");

        created.Status.ShouldBe(HttpStatusCode.Created, created.Body);
        ((bool?)created.Json["created"]).ShouldBe(true);
        updated.Status.ShouldBe(HttpStatusCode.OK, updated.Body);
        ((bool?)updated.Json["created"]).ShouldBe(false);
        ((string?)updated.Json["id"]).ShouldBe((string?)created.Json["id"]);
        app.LastCall.Body.ShouldBe("""{"BillingCity":"Berlin"}""");
    }

    [Fact]
    public async Task An_upsert_that_only_updates_does_not_create()
    {
        await using var app = await ConnectorApp.StartAsync();
        var before = app.Org.Stats.Records["Account"];

        var reply = await app.PostAsync(
            "records/upsert",
            new { objectType = "Account", externalIdField = Field, externalId = "nobody", fields = new { Name = "Acme" }, updateOnly = true });

        reply.ShouldBeProblem(404, "NOT_FOUND");
        app.Org.Stats.Records["Account"].ShouldBe(before);
    }

    [Fact]
    public async Task The_external_id_may_stand_among_the_fields_too_if_it_is_the_same()
    {
        await using var app = await ConnectorApp.StartAsync();

        var same = await UpsertAsync(app, "order-1", """{"external_id__c":"order-1","Name":"Acme"}""");
        same.Status.ShouldBe(HttpStatusCode.Created, same.Body);
        app.LastCall.Body.ShouldBe("""{"Name":"Acme"}""");

        var other = await UpsertAsync(app, "order-1", """{"External_Id__c":"order-2","Name":"Acme"}""");
        var problem = other.ShouldBeProblem(400, "INVALID_MEMBER");
        ((string?)problem["errors"]![0]!["fields"]![0]).ShouldBe($"fields.{Field}");
    }

    [Theory]
    [InlineData("a/b+c&d=e?f#g%h")]
    [InlineData("Müller & Söhne")]
    [InlineData("😀 中文")]
    [InlineData("%2e%2e")]
    [InlineData("..a")]
    [InlineData("a..")]
    [InlineData(" x ")]
    [InlineData("it's \"quoted\" \\ and; more")]
    [InlineData("tab\tand\u0001")]
    public async Task Any_character_of_an_external_id_arrives_as_it_was(string id)
    {
        await using var app = await ConnectorApp.StartAsync();

        var created = await app.PostAsync(
            "records/upsert", new { objectType = "Account", externalIdField = Field, externalId = id, fields = new { Name = "Acme" } });
        var got = await app.PostAsync("records/get", new { objectType = "Account", externalIdField = Field, externalId = id });

        created.Status.ShouldBe(HttpStatusCode.Created, created.Body);
        got.Status.ShouldBe(HttpStatusCode.OK, got.Body);
        ((string?)got.Json[Field]).ShouldBe(id);
    }

    [Fact]
    public async Task A_number_is_an_external_id_as_it_is_written()
    {
        await using var app = await ConnectorApp.StartAsync();

        await app.PostAsync("records/upsert", """{"objectType":"Account","externalIdField":"External_Id__c","externalId":4711.10,"fields":{"Name":"Acme"}}""");

        app.LastCall.Path.ShouldEndWith("/External_Id__c/4711.10");
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("\".\"")]
    [InlineData("\"..\"")]
    [InlineData("\"a\\u0000\"")]
    [InlineData("true")]
    [InlineData("{\"a\":1}")]
    public async Task What_cannot_be_an_external_id_is_refused_by_name(string json)
    {
        await using var app = await ConnectorApp.StartAsync();

        var reply = await app.PostAsync(
            "records/upsert", $$$"""{"objectType":"Account","externalIdField":"External_Id__c","externalId":{{{json}}},"fields":{"Name":"Acme"}}""");

        ((string?)reply.ShouldBeProblem(400, "INVALID_MEMBER")["errors"]![0]!["fields"]![0]).ShouldBe("externalId");
        app.Calls.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("records/get", "")]
    [InlineData("records/update", ""","fields":{"BillingCity":"Berlin"}""")]
    [InlineData("records/delete", "")]
    public async Task A_record_is_named_one_way_and_completely(string route, string more)
    {
        await using var app = await ConnectorApp.StartAsync();
        async Task<string?> ComplaintAsync(string members) =>
            (string?)(await app.PostAsync(route, $$"""{"objectType":"Account"{{members}}{{more}}}""")).Problem["errors"]![0]!["fields"]![0];

        (await ComplaintAsync("")).ShouldBe("objectId");
        (await ComplaintAsync(""","externalIdField":"External_Id__c" """)).ShouldBe("externalId");
        (await ComplaintAsync(""","externalId":"x" """)).ShouldBe("externalIdField");
        (await ComplaintAsync(""","objectId":"001000000000001AAA","externalIdField":"External_Id__c","externalId":"x" """)).ShouldBe("externalIdField");
        app.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_record_is_got_updated_and_deleted_by_its_external_id()
    {
        await using var app = await ConnectorApp.StartAsync();
        await UpsertAsync(app, "order-1", """{"Name":"Acme"}""");

        var updated = await app.PostAsync(
            "records/update", new { objectType = "Account", externalIdField = Field, externalId = "order-1", fields = new { BillingCity = "Berlin" } });
        var got = await app.PostAsync(
            "records/get",
            new { objectType = "Account", externalIdField = Field, externalId = "order-1", queryParameters = new { fields = new[] { "Name", "BillingCity" } } });
        var deleted = await app.PostAsync("records/delete", new { objectType = "Account", externalIdField = Field, externalId = "order-1" });
        var gone = await app.PostAsync("records/get", new { objectType = "Account", externalIdField = Field, externalId = "order-1" });

        updated.Status.ShouldBe(HttpStatusCode.OK, updated.Body);
        ((string?)got.Json["BillingCity"]).ShouldBe("Berlin");
        deleted.Status.ShouldBe(HttpStatusCode.NoContent, deleted.Body);
        gone.ShouldBeProblem(404, "NOT_FOUND");
    }

    [Fact]
    public async Task An_update_by_an_external_id_that_is_not_there_creates_nothing()
    {
        await using var app = await ConnectorApp.StartAsync();
        var before = app.Org.Stats.Records["Account"];

        var reply = await app.PostAsync(
            "records/update", new { objectType = "Account", externalIdField = Field, externalId = "nobody", fields = new { Name = "Acme" } });

        reply.ShouldBeProblem(404, "NOT_FOUND");
        app.Org.Stats.Records["Account"].ShouldBe(before);
    }

    [Fact]
    public async Task An_external_id_of_several_records_is_a_conflict_that_lists_them()
    {
        await using var app = await ConnectorApp.StartAsync();
        foreach (var name in (string[])["one", "two"])
        {
            (await app.PostAsync("records/create", new { objectType = "Account", fields = new { Name = name, Legacy_Code__c = "both" } }))
                .Status.ShouldBe(HttpStatusCode.Created);
        }

        foreach (var (route, fields) in ((string, object?)[])
            [("records/get", null), ("records/update", new { Name = "x" }), ("records/delete", null), ("records/upsert", new { Name = "x" })])
        {
            var payload = new JsonObject { ["objectType"] = "Account", ["externalIdField"] = "Legacy_Code__c", ["externalId"] = "both" };
            if (fields is not null)
            {
                payload["fields"] = new JsonObject { ["Name"] = "x" };
            }

            var problem = (await app.PostAsync(route, payload.ToJsonString())).ShouldBeProblem(409, "AMBIGUOUS_EXTERNAL_ID");
            problem["matches"]!.AsArray().Count.ShouldBe(2);
        }
    }

    [Fact]
    public async Task A_relationship_does_not_lead_on_from_an_external_id()
    {
        await using var app = await ConnectorApp.StartAsync();

        var reply = await app.PostAsync(
            "records/get", new { objectType = "Account", externalIdField = Field, externalId = "x", relationshipFieldName = "Contacts" });

        ((string?)reply.ShouldBeProblem(400, "INVALID_MEMBER")["errors"]![0]!["fields"]![0]).ShouldBe("relationshipFieldName");
    }

    [Fact]
    public async Task An_upsert_is_repeated_when_its_outcome_is_unknown()
    {
        await using var app = await ConnectorApp.StartAsync();
        var before = app.Org.Stats.Records["Account"];
        app.Org.AddFaults(new FaultRule { Path = "/services/data/*", Reset = true, AfterExecution = true, Times = 2 });

        var reply = await UpsertAsync(app, "order-1", """{"Name":"Acme"}""");

        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Body);
        app.Org.Stats.Records["Account"].ShouldBe(before + 1);
    }

    private static Task<Reply> UpsertAsync(ConnectorApp app, string id, string fields) =>
        app.PostAsync("records/upsert", $$"""{"objectType":"Account","externalIdField":"External_Id__c","externalId":"{{id}}","fields":{{fields}}}""");
}
