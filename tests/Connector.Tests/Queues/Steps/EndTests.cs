using System.Text.Json.Nodes;

namespace Connector.Tests.Queues.Steps;

/// <summary>Everything ends.</summary>
public sealed class EndTests
{
    private const string CreateQueue = "salesforce-create-record";
    private const string UpsertQueue = "salesforce-upsert-record";
    private const string QueryQueue = "salesforce-query";
    private const string Poison = "salesforce-poison";
    private const string Create = """{"correlationId":"c","payload":{"objectType":"Account","fields":{"Name":"Acme"}}}""";
    private const string CreatePayload = """{"objectType":"Account","fields":{"Name":"Acme"}}""";

    private const string Upsert =
        """{"correlationId":"u","payload":{"objectType":"Account","externalIdField":"External_Id__c","externalId":"U-1","fields":{"Name":"Acme"}}}""";

    private const string LargeRead =
        """{"correlationId":"q","payload":{"soqlQuery":"SELECT Id, Description FROM Account WHERE External_Id__c LIKE 'FILL-%'"}}""";

    private const string Read = """{"correlationId":"q","payload":{"soqlQuery":"SELECT Id FROM Account LIMIT 1"}}""";

    [Fact]
    public async Task A_container_that_takes_no_result_ends_in_a_failure_after_the_time_for_retries()
    {
        await using var orgs = await OrgFixture.StartAsync();
        await using var app = orgs.App();
        orgs.Org.Fill("Account", 2, descriptionLength: 50_000);
        app.Steps.Refuses = (service, _) => service == Service.Blob;

        app.Queues.Put(QueryQueue, LargeRead);
        await app.RunUntilQuietAsync();

        var result = Result(app);
        ((int?)result["status"]).ShouldBe(503);
        ((string?)result["error"]!["errorCode"]).ShouldBe("STORAGE_UNAVAILABLE");
        ((int?)result["attempts"]).ShouldNotBeNull().ShouldBeInRange(90, 130);
        app.Queues.On(Poison).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_message_that_meets_the_daily_limit_is_tried_until_after_the_24_hours_for_which_Salesforce_counts_a_request()
    {
        await using var orgs = await OrgFixture.StartAsync();
        await using var app = orgs.App();
        var before = orgs.Accounts;
        orgs.Org.SetDailyLimit(0);
        app.Steps.Refuses = (_, _) =>
        {
            if (app.Time.GetUtcNow() > app.Time.Start.AddHours(24.5))
            {
                orgs.Org.SetDailyLimit(int.MaxValue);
            }

            return false;
        };

        app.Queues.Put(CreateQueue, Create);
        await app.RunUntilQuietAsync();

        ((int?)Result(app)["status"]).ShouldBe(201);
        orgs.Accounts.ShouldBe(before + 1);
        app.Queues.On(Poison).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_result_that_does_not_fit_in_its_message_waits_in_a_blob_until_it_can_be_sent()
    {
        await using var orgs = await OrgFixture.StartAsync();
        await using var app = orgs.App();
        orgs.Org.Fill("Account", 1, descriptionLength: 40_000);
        var until = app.Time.GetUtcNow().AddHours(1);
        app.Steps.Refuses = (_, name) => name == "send to salesforce-results" && app.Time.GetUtcNow() < until;

        app.Queues.Put(QueryQueue, LargeRead.Replace("'FILL-%'", $"'FILL-%' AND Name != '{new string('x', 30_000)}'", StringComparison.Ordinal));
        await app.RunUntilQuietAsync();

        var result = Result(app);
        ((int?)result["status"]).ShouldBe(200);
        ((string?)result["bodyUrl"]).ShouldNotBeNull();
        app.Queues.On(Poison).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_result_that_cannot_be_sent_for_longer_than_the_time_for_retries_is_kept_by_the_host_and_sent_in_the_end()
    {
        await using var orgs = await OrgFixture.StartAsync();
        await using var app = orgs.App();
        var until = app.Time.GetUtcNow().AddHours(30);
        var wasPoisoned = false;
        app.Steps.Refuses = (_, name) =>
        {
            wasPoisoned |= app.Queues.On($"{QueryQueue}-poison").Count > 0;
            return name == "send to salesforce-results" && app.Time.GetUtcNow() < until;
        };

        app.Queues.Put(QueryQueue, Read);
        await app.RunUntilQuietAsync();

        wasPoisoned.ShouldBeTrue();
        ((int?)Result(app)["status"]).ShouldBe(200);
        app.Steps.All.Count(step => step.Service == Service.Salesforce && step.Name.Contains("/query", StringComparison.Ordinal)).ShouldBe(1);
        app.Queues.On(Poison).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_upsert_whose_every_attempt_kills_the_process_is_given_up()
    {
        await using var orgs = await OrgFixture.StartAsync();
        await using var app = orgs.App();
        app.Steps.Kills = (service, name) => service == Service.Salesforce && name.StartsWith("PATCH", StringComparison.Ordinal);

        app.Queues.Put(UpsertQueue, Upsert);
        await app.RunUntilQuietAsync();

        var result = Result(app);
        ((string?)result["error"]!["errorCode"]).ShouldBe("MESSAGE_POISONED");
        ((bool?)result["error"]!["outcomeUnknown"]).ShouldBe(true);
        app.Steps.All.Count(step => step.Name.StartsWith("PATCH", StringComparison.Ordinal)).ShouldBeLessThanOrEqualTo(5);
        app.Queues.On(Poison).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_table_that_never_answers_ends_in_a_failure_too()
    {
        await using var orgs = await OrgFixture.StartAsync();
        await using var app = orgs.App();
        app.Steps.Refuses = (service, _) => service == Service.Table;

        app.Queues.Put(CreateQueue, Create);
        await app.RunUntilQuietAsync();

        var result = Result(app);
        ((string?)result["error"]!["errorCode"]).ShouldBe("STORAGE_UNAVAILABLE");
        result["error"]!["outcomeUnknown"].ShouldBeNull();
        app.Steps.All.ShouldNotContain(step => step.Service == Service.Salesforce);
        app.Queues.On(Poison).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task An_attempt_without_an_end_is_remembered_after_its_claim_has_expired()
    {
        await using var orgs = await OrgFixture.StartAsync();
        await using var app = orgs.App(("Queues__ClaimLifetime", "01:00:00"), ("Queues__ResultLifetime", "01:00:00"));
        var before = orgs.Accounts;
        var kill = true;
        app.Steps.Kills = (service, name) => kill && service == Service.Salesforce && name.StartsWith("POST /services/data", StringComparison.Ordinal);
        (string, string)[] headers = [("Idempotency-Key", "order-1"), ("Prefer", "respond-async")];
        (await app.CallAsync("CreateRecord", CreatePayload, headers)).ShouldNotBeNull().Status.ShouldBe(202);
        await app.DeliverAsync(CreateQueue, app.Queues.On(CreateQueue).ShouldHaveSingleItem());
        kill = false;

        // Nothing runs for two hours; then the caller asks again.
        app.Time.Advance(TimeSpan.FromHours(2));
        (await app.CallAsync("CreateRecord", CreatePayload, headers)).ShouldNotBeNull().Status.ShouldBe(202);
        await app.RunUntilQuietAsync();

        orgs.Accounts.ShouldBe(before + 1);
        var fetched = (await app.FetchAsync("order-1")).ShouldNotBeNull();
        fetched.Status.ShouldBe(502);
        ((string?)JsonNode.Parse(fetched.Body)!["errorCode"]).ShouldBe("ATTEMPT_ABANDONED");
    }

    [Fact]
    public async Task A_create_under_a_key_that_was_left_without_an_end_is_not_done_again()
    {
        await using var orgs = await OrgFixture.StartAsync();
        await using var app = orgs.App();
        var before = orgs.Accounts;
        app.Steps.Kills = (service, name) => service == Service.Salesforce && name.StartsWith("POST /services/data", StringComparison.Ordinal);
        (await app.CallAsync("CreateRecord", CreatePayload, ("Idempotency-Key", "order-1"))).ShouldBeNull();
        app.Steps.Kills = (_, _) => false;

        (await app.CallAsync("CreateRecord", CreatePayload, ("Idempotency-Key", "order-1"))).ShouldNotBeNull().Status.ShouldBe(409);
        app.Time.Advance(TimeSpan.FromMinutes(7));
        var repeated = (await app.CallAsync("CreateRecord", CreatePayload, ("Idempotency-Key", "order-1"))).ShouldNotBeNull();

        repeated.Status.ShouldBe(502);
        ((string?)JsonNode.Parse(repeated.Body)!["errorCode"]).ShouldBe("ATTEMPT_ABANDONED");
        orgs.Accounts.ShouldBe(before + 1);
    }

    [Fact]
    public async Task An_accepted_request_whose_message_was_never_sent_gets_its_end_by_housekeeping()
    {
        await using var orgs = await OrgFixture.StartAsync();
        await using var app = orgs.App(("Queues__ClaimLifetime", "1.00:00:00"));
        app.Steps.Kills = (service, _) => service == Service.Table;
        (await app.CallAsync("CreateRecord", CreatePayload, ("Idempotency-Key", "order-1"), ("Prefer", "respond-async"))).ShouldBeNull();
        app.Steps.Kills = (_, _) => false;
        (await app.FetchAsync("order-1")).ShouldNotBeNull().Status.ShouldBe(202);

        app.Time.Advance(TimeSpan.FromHours(25));
        await app.HousekeepAsync();

        var fetched = (await app.FetchAsync("order-1")).ShouldNotBeNull();
        fetched.Status.ShouldBe(500);
        JsonNode.Parse(fetched.Body)!["outcomeUnknown"].ShouldBeNull();
        app.Time.Advance(TimeSpan.FromHours(25));
        await app.HousekeepAsync();
        app.Table.Entries.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_waits_on_a_poison_queue_does_not_expire_while_the_storage_fails()
    {
        await using var orgs = await OrgFixture.StartAsync();
        await using var app = orgs.App();
        app.Steps.Refuses = (service, _) => service == Service.Table;
        app.Queues.Put($"{CreateQueue}-poison", Create, lifetime: TimeSpan.FromDays(7));
        await app.HousekeepAsync();
        app.Queues.On($"{CreateQueue}-poison").ShouldHaveSingleItem().ExpiresOn.ShouldNotBeNull();

        app.Time.Advance(TimeSpan.FromDays(1.1));
        await app.HousekeepAsync();
        app.Queues.On($"{CreateQueue}-poison").ShouldHaveSingleItem().ExpiresOn.ShouldBeNull();
        app.Results.ShouldBeEmpty();

        app.Steps.Refuses = (_, _) => false;
        await app.RunUntilQuietAsync();
        ((string?)Result(app)["error"]!["errorCode"]).ShouldBe("MESSAGE_POISONED");
    }

    [Fact]
    public async Task A_known_result_waits_for_the_table_and_is_fetched_then()
    {
        await using var orgs = await OrgFixture.StartAsync();
        await using var app = orgs.App();
        var before = orgs.Accounts;
        var created = false;
        app.Steps.Kills = (service, name) =>
        {
            created |= service == Service.Salesforce && name.StartsWith("POST /services/data", StringComparison.Ordinal);
            return false;
        };
        app.Steps.Refuses = (service, _) => service == Service.Table && created && app.Time.GetUtcNow() < app.Time.Start.AddHours(10);
        (await app.CallAsync("CreateRecord", CreatePayload, ("Idempotency-Key", "order-1"), ("Prefer", "respond-async")))
            .ShouldNotBeNull().Status.ShouldBe(202);

        await app.RunUntilQuietAsync();

        (await app.FetchAsync("order-1")).ShouldNotBeNull().Status.ShouldBe(201);
        orgs.Accounts.ShouldBe(before + 1);
    }

    [Fact]
    public async Task A_message_delivered_again_after_its_process_died_has_the_attempts_and_the_beginning_of_the_first_delivery()
    {
        await using var orgs = await OrgFixture.StartAsync();
        await using var app = orgs.App(("Queues__RetryFor", "00:05:00"));
        app.Steps.Kills = (service, name) => service == Service.Salesforce && name.StartsWith("PATCH", StringComparison.Ordinal);
        await app.DeliverAsync(UpsertQueue, app.Queues.Put(UpsertQueue, Upsert));
        app.Steps.Kills = (_, _) => false;

        app.Steps.Refuses = (service, _) => service == Service.Salesforce;
        await app.RunUntilQuietAsync();

        ((int?)Result(app)["attempts"]).ShouldBe(2);
        app.Queues.On(Poison).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task An_upsert_that_producers_send_anew_each_time_it_kills_the_process_is_given_up_with_an_unknown_outcome()
    {
        await using var orgs = await OrgFixture.StartAsync();
        await using var app = orgs.App();
        app.Steps.Kills = (service, name) => service == Service.Salesforce && name.StartsWith("PATCH", StringComparison.Ordinal);

        for (var i = 0; i < 20 && app.Results.Count == 0; i++)
        {
            var message = app.Queues.Put(UpsertQueue, Upsert);
            await app.DeliverAsync(UpsertQueue, message);
            app.Queues.Remove(UpsertQueue, message.Id);
            app.Time.Advance(TimeSpan.FromMinutes(15));
        }

        var error = Result(app)["error"]!;
        ((string?)error["errorCode"]).ShouldBe("MESSAGE_POISONED");
        ((bool?)error["outcomeUnknown"]).ShouldBe(true);
        app.Steps.All.Count(step => step.Name.StartsWith("PATCH", StringComparison.Ordinal)).ShouldBe(5);
    }

    [Fact]
    public async Task All_messages_of_a_poison_queue_have_their_ends_at_once()
    {
        await using var orgs = await OrgFixture.StartAsync();
        await using var app = orgs.App();
        for (var i = 0; i < 40; i++)
        {
            app.Queues.Put($"{QueryQueue}-poison", Read);
        }

        await app.HousekeepAsync();

        app.Results.Count.ShouldBe(40);
        app.Queues.On($"{QueryQueue}-poison").ShouldBeEmpty();
    }

    private static JsonNode Result(StepApp app) => JsonNode.Parse(app.Results.ShouldHaveSingleItem())!;
}
