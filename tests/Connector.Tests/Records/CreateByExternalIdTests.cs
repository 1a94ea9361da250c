using System.Net;
using Connector.Tests.Drivers;
using SalesforceSimulator;

namespace Connector.Tests.Records;

/// <summary>A create that names an external id field is an upsert, which can be repeated.</summary>
public sealed class CreateByExternalIdTests
{
    private const string Calls = "/services/data/*";

    [Fact]
    public async Task The_external_id_is_that_member_of_the_fields_and_goes_into_the_path_alone()
    {
        await using var app = await ConnectorApp.StartAsync();

        var reply = await app.PostAsync(
            "records/create",
            """{"objectType":"Account","externalIdField":"External_Id__c","fields":{"Name" : "Acme", "External_Id__c":"a/b+c&ü","AnnualRevenue":1.50}}""");

        reply.Status.ShouldBe(HttpStatusCode.Created, reply.Body);
        ((bool?)reply.Json["created"]).ShouldBe(true);
        app.LastCall.Method.ShouldBe("PATCH");
        app.LastCall.Path.ShouldEndWith("/sobjects/Account/External_Id__c/a%2Fb%2Bc%26%C3%BC");
        app.LastCall.Body.ShouldBe("""{"Name" : "Acme","AnnualRevenue":1.50}""");
    }

    [Fact]
    public async Task The_same_external_id_again_finds_the_record()
    {
        await using var app = await ConnectorApp.StartAsync();
        var payload = new { objectType = "Account", externalIdField = "External_Id__c", fields = new { External_Id__c = "order-1", Name = "Acme" } };

        var first = await app.PostAsync("records/create", payload);
        var second = await app.PostAsync("records/create", payload);

        first.Status.ShouldBe(HttpStatusCode.Created, first.Body);
        second.Status.ShouldBe(HttpStatusCode.OK, second.Body);
        ((string?)second.Json["id"]).ShouldBe((string?)first.Json["id"]);
    }

    [Fact]
    public async Task Without_a_value_the_correlation_id_is_the_external_id()
    {
        await using var app = await ConnectorApp.StartAsync();

        await app.PostAsync(
            "records/create",
            new { objectType = "Account", externalIdField = "External_Id__c", fields = new { Name = "Acme" } },
            ("x-correlation-id", "process-1"));

        app.LastCall.Path.ShouldEndWith("/External_Id__c/process-1");
    }

    [Fact]
    public async Task It_is_tried_again_where_a_plain_create_is_not()
    {
        await using var app = await ConnectorApp.StartAsync();
        var before = app.Org.Stats.Records["Account"];
        app.Org.AddFaults(new FaultRule { Path = Calls, Reset = true, AfterExecution = true, Times = 2 });

        var reply = await app.PostAsync(
            "records/create", new { objectType = "Account", externalIdField = "External_Id__c", fields = new { External_Id__c = "x", Name = "Acme" } });

        ((bool)reply.Json["success"]!).ShouldBeTrue(reply.Body);
        app.Org.Stats.Records["Account"].ShouldBe(before + 1);
    }

    [Fact]
    public async Task An_earlier_attempt_that_may_have_been_carried_out_is_not_forgotten()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(
            new FaultRule { Path = Calls, Reset = true, AfterExecution = true, Times = 1 },
            new FaultRule { Path = Calls, Status = 503, ErrorCode = "SERVER_UNAVAILABLE", Message = "not now" });

        var reply = await app.PostAsync(
            "records/create", new { objectType = "Account", externalIdField = "External_Id__c", fields = new { External_Id__c = "x", Name = "Acme" } });

        // 503 would say that nothing was executed.
        reply.ShouldBeProblem(502, "SERVER_UNAVAILABLE", retryable: true, outcomeUnknown: true);
    }

    [Theory]
    [InlineData("""{"External_Id__c":null}""", "fields.External_Id__c")]
    [InlineData("""{"External_Id__c":[]}""", "fields.External_Id__c")]
    [InlineData("""{"external_id__C":"\ud800"}""", "fields.External_Id__c")]
    [InlineData("""{"External_Id__c":""}""", "fields.External_Id__c")]
    [InlineData("""{"External_Id__c":".."}""", "fields.External_Id__c")]
    public async Task A_value_that_cannot_be_an_external_id_is_refused_by_name(string fields, string member)
    {
        await using var app = await ConnectorApp.StartAsync();

        var problem = (await app.PostAsync(
            "records/create", $$"""{"objectType":"Account","externalIdField":"External_Id__c","fields":{{fields}} }"""))
            .ShouldBeProblem(400, "INVALID_MEMBER");

        ((string?)problem["errors"]![0]!["fields"]![0]).ShouldBe(member);
        app.Org.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_value_that_stands_for_two_records_is_409_listing_both()
    {
        await using var app = await ConnectorApp.StartAsync();

        var problem = (await app.PostAsync(
            "records/create", new { objectType = "Account", externalIdField = "Legacy_Code__c", fields = new { Legacy_Code__c = "SHARED", Name = "x" } }))
            .ShouldBeProblem(409, "AMBIGUOUS_EXTERNAL_ID");

        problem["matches"]!.AsArray().Count.ShouldBe(2);
    }
}
