using System.Text.Json.Nodes;
using Azure.Data.Tables;
using Connector.Tests.Drivers;
using LocalHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Triggers.Queues;
using SalesforceConnector.Triggers.Queues.Ledger;
using SalesforceSimulator;

namespace Connector.Tests.Queues;

/// <summary>Queues deliver at least once; nothing is done twice all the same.</summary>
public sealed class RepetitionTests(AzuriteFixture azurite)
{
    private const string Create = "salesforce-create-record";
    private const string Delete = "salesforce-delete-record";
    private const string Calls = "/services/data/*";
    private const string PlainPayload = """{"objectType":"Account","fields":{"Name":"Acme"}}""";
    private const string UpsertPayload = """{"objectType":"Account","externalIdField":"External_Id__c","fields":{"Name":"Acme"}}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_create_that_is_delivered_again_gets_the_result_that_was_kept()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["CreateRecord"]);
        var before = app.Org.Stats.Records["Account"];

        await app.Queues.SendAsync(Create, Envelope(PlainPayload));
        var first = await app.Queues.ReceiveResultAsync("c");
        await app.Queues.SendAsync(Create, Envelope(PlainPayload));
        var second = await app.Queues.ReceiveResultAsync("c");

        JsonNode.DeepEquals(first, second).ShouldBeTrue();
        app.Org.Stats.Records["Account"].ShouldBe(before + 1);
        app.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_same_correlation_id_with_another_payload_is_refused()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["CreateRecord"]);

        await app.Queues.SendAsync(Create, Envelope(PlainPayload));
        await app.Queues.ReceiveResultAsync("c");
        await app.Queues.SendAsync(Create, Envelope(PlainPayload.Replace("Acme", "Other", StringComparison.Ordinal)));
        var result = await app.Queues.ReceiveResultAsync("c");

        ((int?)result["status"]).ShouldBe(422);
        ((string?)result["error"]!["errorCode"]).ShouldBe("CORRELATION_ID_REUSED");
        app.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_create_whose_attempt_was_abandoned_is_not_repeated()
    {
        var account = await azurite.TakeAccountAsync();
        await using var app = await StartAfterCrashAsync(account, PlainPayload);

        await app.Queues.SendAsync(Create, Envelope(PlainPayload));

        var result = await app.Queues.ReceiveResultAsync("c");
        ((string?)result["error"]!["errorCode"]).ShouldBe("ATTEMPT_ABANDONED");
        ((bool?)result["error"]!["outcomeUnknown"]).ShouldBe(true);
        app.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task With_an_external_id_it_is_repeated_as_an_upsert()
    {
        var account = await azurite.TakeAccountAsync();
        await using var app = await StartAfterCrashAsync(account, UpsertPayload);

        await app.Queues.SendAsync(Create, Envelope(UpsertPayload));

        ((int?)(await app.Queues.ReceiveResultAsync("c"))["status"]).ShouldBe(201);
        app.LastCall.Path.ShouldEndWith("/External_Id__c/c");
    }

    [Fact]
    public async Task A_create_that_is_running_elsewhere_is_waited_for()
    {
        var account = await azurite.TakeAccountAsync();
        await using var app = await ConnectorApp.StartAsync(
            new Dictionary<string, string?>
            {
                ["Salesforce__Timeout"] = "00:00:01",
                ["Salesforce__InvocationTimeout"] = "00:00:01.2",
                ["AzureFunctionsJobHost__functionTimeout"] = "00:00:01.5",
                ["Queues__AttemptLease"] = "00:00:02",
            },
            storage: account,
            listensTo: ["CreateRecord"]);
        await ClaimAsync(account, PlainPayload, TimeProvider.System);

        await app.Queues.SendAsync(Create, Envelope(PlainPayload));

        // It is taken once, and again when the claim has run out.
        var result = await app.Queues.ReceiveResultAsync("c");
        ((string?)result["error"]!["errorCode"]).ShouldBe("ATTEMPT_ABANDONED");
        app.Queues.OtherResults.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_create_whose_outcome_is_unknown_is_a_failure_that_says_so(bool afterHeaders)
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["CreateRecord"]);
        var before = app.Org.Stats.Records["Account"];
        app.Org.AddFaults(new FaultRule { Path = Calls, Reset = !afterHeaders, Truncate = afterHeaders, AfterExecution = true });

        await app.Queues.SendAsync(Create, Envelope(PlainPayload));

        var result = await app.Queues.ReceiveResultAsync("c");
        ((int?)result["status"]).ShouldBe(502);
        ((bool?)result["error"]!["outcomeUnknown"]).ShouldBe(true);
        ((bool?)result["error"]!["retryable"]).ShouldBe(false);
        ((int?)result["attempts"]).ShouldBe(1);
        app.Org.Stats.Records["Account"].ShouldBe(before + 1);
    }

    [Fact]
    public async Task With_an_external_id_it_is_tried_again_and_done_once()
    {
        await using var app = await azurite.StartAppAsync(new Dictionary<string, string?>
        {
            ["Queues__FirstRetryDelay"] = "00:00:01",
            ["Salesforce__MaxRetries"] = "0",
        }, listensTo: ["CreateRecord"]);
        var before = app.Org.Stats.Records["Account"];
        app.Org.AddFaults(new FaultRule { Path = Calls, Reset = true, AfterExecution = true, Times = 1 });

        await app.Queues.SendAsync(Create, Envelope(UpsertPayload));

        var result = await app.Queues.ReceiveResultAsync("c");
        ((int?)result["status"]).ShouldBe(200, result.ToJsonString());
        ((int?)result["attempts"]).ShouldBe(2);
        app.Org.Stats.Records["Account"].ShouldBe(before + 1);
    }

    [Fact]
    public async Task A_delete_that_finds_nothing_after_an_earlier_attempt_counts_as_done()
    {
        await using var app = await azurite.StartAppAsync(new Dictionary<string, string?> { ["Queues__FirstRetryDelay"] = "00:00:01" }, listensTo: ["DeleteRecord"]);
        var id = await CreateAsync(app);
        app.Org.AddFaults(new FaultRule { Method = "DELETE", Path = Calls, Reset = true, AfterExecution = true, Times = 1 });

        await app.Queues.SendAsync(Delete, Envelope($$"""{"objectType":"Account","objectId":"{{id}}"}"""));

        var result = await app.Queues.ReceiveResultAsync("c");
        ((int?)result["status"]).ShouldBe(204, result.ToJsonString());
        ((int?)result["attempts"]).ShouldBe(2);
    }

    [Fact]
    public async Task A_delete_that_finds_nothing_at_its_first_attempt_does_not()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["DeleteRecord"]);
        var id = await CreateAsync(app);
        await app.PostAsync("records/delete", new { objectType = "Account", objectId = id });

        await app.Queues.SendAsync(Delete, Envelope($$"""{"objectType":"Account","objectId":"{{id}}"}"""));

        ((int?)(await app.Queues.ReceiveResultAsync("c"))["status"]).ShouldBe(404);
    }

    [Fact]
    public async Task What_has_expired_is_purged_and_means_nothing()
    {
        var account = await azurite.TakeAccountAsync();
        await using var app = await ConnectorApp.StartAsync(storage: account, listensTo: ["CreateRecord"]);
        var longAgo = new FixedTime(DateTimeOffset.UnixEpoch);
        var claim = (Claim.Granted)await ClaimAsync(account, PlainPayload, longAgo);
        await LedgerOf(account, longAgo).FinishAsync(claim.Entry, [.. "{}"u8], givenUp: false);

        await app.Queues.SendAsync(Create, Envelope(PlainPayload));
        ((int?)(await app.Queues.ReceiveResultAsync("c"))["status"]).ShouldBe(201);

        (await CleanAsync(TimeProvider.System)).ShouldBe((0, 0));
        (await CleanAsync(new FixedTime(TimeProvider.System.GetUtcNow().AddDays(8)))).ShouldBe((0, 1));
        (await LedgerOf(account, TimeProvider.System).FindAsync("c", Cancellation)).ShouldBeNull();

        Task<(int Ended, int Deleted)> CleanAsync(TimeProvider time) =>
            new UnfinishedOperations(LedgerOf(account, time), TableOf(account, time), app.Services.GetRequiredService<ResultStore>()).CleanUpAsync(Cancellation);
    }

    private static string Envelope(string payload) => $$"""{"correlationId":"c","payload":{{payload}}}""";

    private static async Task<string> CreateAsync(ConnectorApp app) =>
        (string)(await app.PostAsync("records/create", new { objectType = "Account", fields = new { Name = "Acme" } })).Json["id"]!;

    /// <summary>An app that finds the claim of one that has ended in the middle of its call.</summary>
    private static async Task<ConnectorApp> StartAfterCrashAsync(AzuriteAccount account, string payload)
    {
        var app = await ConnectorApp.StartAsync(storage: account, listensTo: ["CreateRecord"]);
        await ClaimAsync(account, payload, new FixedTime(TimeProvider.System.GetUtcNow().AddHours(-1)));
        return app;
    }

    private static Task<Claim> ClaimAsync(AzuriteAccount account, string payload, TimeProvider time) =>
        LedgerOf(account, time).ClaimAsync(
            new ClaimRequest(
                "c",
                "CreateRecord",
                SalesforceConnector.Triggers.Queues.Envelope.Parse(Envelope(payload)).Fingerprint("CreateRecord"),
                Repetition.NotIdempotent),
            Cancellation);

    private static OperationLedger LedgerOf(AzuriteAccount account, TimeProvider time) => new(
        TableOf(account, time), Options.Create(new QueueOptions { AttemptLease = TimeSpan.FromSeconds(2) }), time);

    private static LedgerTable TableOf(AzuriteAccount account, TimeProvider time) =>
        new(new Lazy<TableClient>(new TableClient(account.ConnectionString, "salesforceoperations")), time);

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
