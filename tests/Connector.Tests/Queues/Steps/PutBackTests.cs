using System.Text.Json.Nodes;

namespace Connector.Tests.Queues.Steps;

/// <summary>Messages that were given up and that somebody puts back on their queue.</summary>
public sealed class PutBackTests
{
    private const string CreateQueue = "salesforce-create-record";
    private const string UpsertQueue = "salesforce-upsert-record";
    private const string QueryQueue = "salesforce-query";
    private const string Poison = "salesforce-poison";
    private const string Create = """{"correlationId":"c","payload":{"objectType":"Account","fields":{"Name":"Acme"}}}""";

    private const string Upsert =
        """{"correlationId":"u","payload":{"objectType":"Account","externalIdField":"External_Id__c","externalId":"U-1","fields":{"Name":"Acme"}}}""";

    private const string Read = """{"correlationId":"q","payload":{"soqlQuery":"SELECT Id FROM Account LIMIT 1"}}""";

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

    private static JsonNode Result(StepApp app) => JsonNode.Parse(app.Results.ShouldHaveSingleItem())!;
}
