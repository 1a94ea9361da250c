using System.Net;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Connector.Tests.Drivers;
using LocalHost;
using SalesforceSimulator;

namespace Connector.Tests.Queues;

/// <summary>Storage that refuses, over a real Azurite; every step of it in memory is enumerated elsewhere.</summary>
public sealed class StorageFailureTests(AzuriteFixture azurite)
{
    private const string Create = "salesforce-create-record";
    private const string Poison = "salesforce-poison";
    private const string Message = """{"correlationId":"c","payload":{"objectType":"Account","fields":{"Name":"Acme"}}}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_container_that_is_not_there_makes_failures_that_are_counted_and_end()
    {
        var account = await azurite.TakeAccountAsync();
        await using var app = await StartAsync(account, ("Queues__RetryFor", "00:00:08"));
        app.Org.Fill("Account", 2, descriptionLength: 50_000);
        await new BlobContainerClient(account.ConnectionString, "salesforce-results").DeleteAsync(cancellationToken: Cancellation);

        await app.Queues.SendAsync(
            "salesforce-query", """{"correlationId":"q","payload":{"soqlQuery":"SELECT Id, Description FROM Account WHERE External_Id__c LIKE 'FILL-%'"}}""");

        var result = await app.Queues.ReceiveResultAsync("q");
        ((string?)result["error"]!["errorCode"]).ShouldBe("STORAGE_UNAVAILABLE");
        ((int?)result["attempts"]).ShouldBe(2);
        (await app.Queues.CountAsync(Poison)).ShouldBe(1);
    }

    [Fact]
    public async Task A_table_that_is_not_there_for_a_while_costs_nothing_but_time()
    {
        var account = await azurite.TakeAccountAsync();
        await using var app = await StartAsync(account, ("Queues__LongestRetryDelay", "00:00:02"));
        var before = app.Org.Stats.Records["Account"];
        var table = new TableClient(account.ConnectionString, "salesforceoperations");
        await table.DeleteAsync(Cancellation);

        await app.Queues.SendAsync(Create, Message);
        await Task.Delay(TimeSpan.FromSeconds(10), TimeProvider.System, Cancellation);
        app.Calls.ShouldBeEmpty();
        await table.CreateAsync(Cancellation);

        var result = await app.Queues.ReceiveResultAsync("c");
        ((int?)result["status"]).ShouldBe(201, result.ToJsonString());
        app.Org.Stats.Records["Account"].ShouldBe(before + 1);
        (await app.Queues.CountAsync(Poison)).ShouldBe(0);
        (await app.Queues.CountAsync($"{Create}-poison")).ShouldBe(0);
    }

    [Fact]
    public async Task A_create_that_was_given_up_is_carried_out_when_it_is_put_back()
    {
        await using var app = await StartAsync(await azurite.TakeAccountAsync(), ("Queues__RetryFor", "00:00:00"));
        app.Org.AddFaults(new FaultRule { Path = "/services/data/*", Status = 503, ErrorCode = "SERVER_UNAVAILABLE", Message = "m", Times = 1 });

        await app.Queues.SendAsync(Create, Message);
        ((int?)(await app.Queues.ReceiveResultAsync("c"))["status"]).ShouldBe(503);
        await app.Queues.SendAsync(Create, (await app.Queues.TakeAllAsync(Poison)).ShouldHaveSingleItem());

        ((int?)(await app.Queues.ReceiveResultAsync("c"))["status"]).ShouldBe(201);
    }

    [Fact]
    public async Task Without_an_answer_of_the_storage_a_write_with_a_key_is_not_sent()
    {
        var account = await azurite.TakeAccountAsync();
        await using var app = await StartAsync(account);
        await new TableClient(account.ConnectionString, "salesforceoperations").DeleteAsync(Cancellation);
        var create = new { objectType = "Account", fields = new { Name = "Acme" } };

        var keyed = await app.PostAsync("records/create", create, ("Idempotency-Key", "order-1"));
        keyed.ShouldBeProblem(503, "STORAGE_UNAVAILABLE", retryable: true);
        app.Calls.ShouldBeEmpty();
        (await app.PostAsync("records/create", create)).Status.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_request_that_may_not_be_queued_can_be_sent_again_with_its_key_and_is_of_unknown_outcome_without()
    {
        var account = await azurite.TakeAccountAsync();
        await new TableClient(account.ConnectionString, "salesforceoperations").CreateAsync(Cancellation);
        // The account has no queues.
        await using var app = await ConnectorApp.StartAsync(new Dictionary<string, string?> { ["Storage"] = account.ConnectionString });
        var create = new { objectType = "Account", fields = new { Name = "Acme" } };
        (string, string) async = ("Prefer", "respond-async");

        (await app.PostAsync("records/create", create, async, ("Idempotency-Key", "order-1"))).ShouldBeProblem(503, "STORAGE_UNAVAILABLE", retryable: true);
        var unknown = (await app.PostAsync("records/create", create, async)).ShouldBeProblem(502, "STORAGE_UNAVAILABLE", retryable: true, outcomeUnknown: true);
        ((string?)unknown["detail"]).ShouldNotBeNull().ShouldContain("sent again, it would be carried out twice");
        app.Calls.ShouldBeEmpty();
    }

    private static Task<ConnectorApp> StartAsync(AzuriteAccount account, params (string Name, string Value)[] settings) =>
        ConnectorApp.StartAsync(
            new Dictionary<string, string?>(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)))
            {
                ["Queues__FirstRetryDelay"] = "00:00:01",
                ["Salesforce__MaxRetries"] = "0",
            },
            storage: account,
            listensTo: ["CreateRecord", "Query"]);
}
