using System.Text.Json.Nodes;
using SalesforceSimulator;

namespace Connector.Tests.Queues.Steps;

/// <summary>Messages that were given up and that somebody puts back on their queue.</summary>
public sealed class PutBackTests
{
    private const string CreateQueue = "salesforce-create-record";
    private const string UpsertQueue = "salesforce-upsert-record";
    private const string QueryQueue = "salesforce-query";
    private const string DeleteQueue = "salesforce-delete-record";
    private const string Poison = "salesforce-poison";
    private const string Create = """{"correlationId":"c","payload":{"objectType":"Account","fields":{"Name":"Acme"}}}""";

    private const string Upsert =
        """{"correlationId":"u","payload":{"objectType":"Account","externalIdField":"External_Id__c","externalId":"U-1","fields":{"Name":"Acme"}}}""";

    private const string Read = """{"correlationId":"q","payload":{"soqlQuery":"SELECT Id FROM Account LIMIT 1"}}""";

    private static readonly FaultRule AnswerLost = new() { Method = "DELETE", Reset = true, AfterExecution = true, Times = 1 };

    [Fact]
    public async Task A_create_that_was_given_up_and_never_carried_out_is_carried_out_when_it_is_put_back()
    {
        await using var orgs = await OrgFixture.StartAsync();
        await using var app = orgs.App();
        var before = orgs.Accounts;
        app.Steps.Refuses = (service, _) => service == Service.Salesforce;
        app.Queues.Put(CreateQueue, Create);
        await app.RunUntilQuietAsync();
        ((int?)Result(app)["status"]).ShouldBe(503);

        // The same message once more gets what the first one got; the one that was kept is a new request.
        app.Steps.Refuses = (_, _) => false;
        app.Queues.Put(CreateQueue, Create);
        await app.RunUntilQuietAsync();
        app.Results.Count.ShouldBe(2);
        app.Results[1].ShouldBe(app.Results[0]);

        app.Queues.Put(CreateQueue, app.Queues.On(Poison).ShouldHaveSingleItem().Text);
        await app.RunUntilQuietAsync();

        var last = JsonNode.Parse(app.Results[^1])!;
        ((int?)last["status"]).ShouldBe(201);
        ((int?)last["attempts"]).ShouldBe(1);
        orgs.Accounts.ShouldBe(before + 1);

        // And no second time.
        app.Queues.Put(CreateQueue, app.Queues.On(Poison)[0].Text);
        await app.RunUntilQuietAsync();
        app.Results[^1].ShouldBe(app.Results[^2]);
        orgs.Accounts.ShouldBe(before + 1);
    }

    [Fact]
    public async Task What_is_put_back_has_all_its_time_before_it()
    {
        await using var orgs = await OrgFixture.StartAsync();
        await using var app = orgs.App();
        app.Steps.Refuses = (service, _) => service == Service.Salesforce;
        app.Queues.Put(QueryQueue, Read);
        await app.RunUntilQuietAsync();
        var kept = app.Queues.On(Poison).ShouldHaveSingleItem().Text;
        app.Time.Advance(TimeSpan.FromDays(2));

        var refusals = 2;
        app.Steps.Refuses = (service, _) => service == Service.Salesforce && refusals-- > 0;
        app.Queues.Put(QueryQueue, kept);
        await app.RunUntilQuietAsync();

        ((int?)JsonNode.Parse(app.Results[^1])!["status"]).ShouldBe(200);
    }

    [Fact]
    public async Task A_delete_that_was_given_up_with_its_outcome_unknown_finds_its_record_deleted_when_it_is_put_back()
    {
        await using var orgs = await OrgFixture.StartAsync();
        await using var app = orgs.App(("Queues__RetryFor", "00:00:00"));
        var delete = await DeleteOfANewRecordAsync(app);
        orgs.Org.AddFaults(AnswerLost);
        app.Queues.Put(DeleteQueue, delete);
        await app.RunUntilQuietAsync();
        ((bool?)Result(app)["error"]!["outcomeUnknown"]).ShouldBe(true);

        app.Queues.Put(DeleteQueue, app.Queues.On(Poison).ShouldHaveSingleItem().Text);
        await app.RunUntilQuietAsync();

        ((int?)JsonNode.Parse(app.Results[^1])!["status"]).ShouldBe(204, app.Results[^1]);
    }

    [Fact]
    public async Task A_delete_whose_outcome_is_unknown_finds_its_record_deleted_even_if_the_ledger_was_not_told()
    {
        await using var orgs = await OrgFixture.StartAsync();
        await using var app = orgs.App();
        var delete = await DeleteOfANewRecordAsync(app);
        orgs.Org.AddFaults(AnswerLost);
        app.Steps.Refuses = (service, _) => service == Service.Table
            && app.Steps.All.Any(step => step.Name.StartsWith("DELETE", StringComparison.Ordinal))
            && app.Steps.All.All(step => step.Name != $"send to {DeleteQueue}");
        app.Queues.Put(DeleteQueue, delete);
        await app.RunUntilQuietAsync();

        ((int?)Result(app)["status"]).ShouldBe(204, app.Results[0]);
        ((int?)Result(app)["attempts"]).ShouldBe(2);
    }

    [Fact]
    public async Task A_create_of_unknown_outcome_is_not_carried_out_when_it_is_put_back()
    {
        await using var orgs = await OrgFixture.StartAsync();
        await using var app = orgs.App();
        var before = orgs.Accounts;
        var kill = true;
        app.Steps.Kills = (service, name) => kill && service == Service.Salesforce && name.StartsWith("POST /services/data", StringComparison.Ordinal);
        var message = app.Queues.Put(CreateQueue, Create);
        await app.DeliverAsync(CreateQueue, message);
        kill = false;

        // The host has given it up meanwhile.
        app.Queues.Remove(CreateQueue, message.Id);
        app.Queues.Put($"{CreateQueue}-poison", Create);
        await app.RunUntilQuietAsync();
        ((bool?)Result(app)["error"]!["outcomeUnknown"]).ShouldBe(true);
        app.Queues.Put(CreateQueue, app.Queues.On(Poison).ShouldHaveSingleItem().Text);
        await app.RunUntilQuietAsync();

        app.Results[1].ShouldBe(app.Results[0]);
        orgs.Accounts.ShouldBe(before + 1);
    }

    [Fact]
    public async Task An_upsert_of_unknown_outcome_is_repeated_when_it_is_put_back()
    {
        await using var orgs = await OrgFixture.StartAsync();
        await using var app = orgs.App();
        app.Steps.Kills = (service, name) => service == Service.Salesforce && name.StartsWith("PATCH", StringComparison.Ordinal);
        app.Queues.Put(UpsertQueue, Upsert);
        await app.RunUntilQuietAsync();
        app.Steps.Kills = (_, _) => false;

        app.Queues.Put(UpsertQueue, app.Queues.On(Poison).ShouldHaveSingleItem().Text);
        await app.RunUntilQuietAsync();

        ((int?)JsonNode.Parse(app.Results[^1])!["status"]).ShouldBe(200);
    }

    private static async Task<string> DeleteOfANewRecordAsync(StepApp app)
    {
        var created = (await app.CallAsync("CreateRecord", """{"objectType":"Account","fields":{"Name":"Acme"}}""")).ShouldNotBeNull();
        return $$"""{"correlationId":"d","payload":{"objectType":"Account","objectId":"{{(string?)JsonNode.Parse(created.Body)!["id"]}}"} }""";
    }

    private static JsonNode Result(StepApp app) => JsonNode.Parse(app.Results.ShouldHaveSingleItem())!;
}
