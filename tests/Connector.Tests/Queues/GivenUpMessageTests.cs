using Connector.Tests.Drivers;
using Microsoft.Extensions.DependencyInjection;
using SalesforceConnector.Triggers.Timers;
using SalesforceSimulator;

namespace Connector.Tests.Queues;

/// <summary>Messages that the host gave up, and orgs that are out of service for long.</summary>
public sealed class GivenUpMessageTests(AzuriteFixture azurite)
{
    private const string Create = "salesforce-create-record";
    private const string Query = "salesforce-query";
    private const string Update = "salesforce-update-record";
    private const string Poison = "salesforce-poison";
    private const string Calls = "/services/data/*";
    private const string Account = "001Dn0000070000IAA";

    private static readonly FaultRule Unavailable = new()
    {
        Path = Calls,
        Status = 503,
        ErrorCode = "SERVER_UNAVAILABLE",
        Message = "m",
        Headers = new Dictionary<string, string> { ["Retry-After"] = "1" },
    };

    [Fact]
    public async Task A_message_that_the_host_gave_up_gets_its_failure_and_is_kept()
    {
        await using var app = await StartAsync();

        await app.Queues.SendAsync($"{Create}-poison", """{"correlationId":"c","payload":{"objectType":"Account","fields":{"Name":"Acme"}}}""");
        await app.Queues.SendAsync($"{Query}-poison", """{"correlationId":"q","payload":{"soqlQuery":"SELECT Id FROM Account"},"retry":{"made":3,"since":"2026-11-24T10:00:00Z"}}""");
        await app.Queues.SendAsync($"{Update}-poison", $$$"""{"correlationId":"u","payload":{"objectType":"Account","objectId":"{{{Account}}}","fields":{} }}""");
        await app.Queues.SendAsync($"{Create}-poison", "not an envelope");
        await HousekeepAsync(app);

        // A create is in the ledger before it is sent, and this one is not; an update is in none; a read changes nothing.
        (await Outcome("c")).ShouldBe("MESSAGE_POISONED after 1");
        (await Outcome("q")).ShouldBe("MESSAGE_POISONED after 3");
        (await Outcome("u")).ShouldBe("MESSAGE_POISONED after 1, unknown");
        ((int?)(await app.Queues.ReceiveResultAsync(null))["status"]).ShouldBe(400);
        var kept = await app.Queues.TakeAllAsync(Poison);
        kept.ShouldContain("not an envelope");
        kept.ShouldContain("""{"correlationId":"c","payload":{"objectType":"Account","fields":{"Name":"Acme"}},"kept":{"operation":"CreateRecord","errorCode":"MESSAGE_POISONED"},"redrive":1}""");
        kept.Count.ShouldBe(4);
        (await app.Queues.CountAsync($"{Create}-poison")).ShouldBe(0);
        app.Calls.ShouldBeEmpty();

        async Task<string> Outcome(string correlationId)
        {
            var result = await app.Queues.ReceiveResultAsync(correlationId);
            var error = result["error"]!;
            return $"{error["errorCode"]} after {result["attempts"]}{((bool?)error["outcomeUnknown"] == true ? ", unknown" : "")}";
        }
    }

    [Fact]
    public async Task An_org_that_is_out_of_service_for_long_costs_nothing_but_time()
    {
        // The pauses of an hour, shrunk to seconds.
        await using var app = await StartAsync(new Dictionary<string, string?>
        {
            ["Queues__FirstRetryDelay"] = "00:00:01",
            ["Queues__LongestRetryDelay"] = "00:00:02",
            ["Salesforce__MaxRetries"] = "0",
        });
        app.Org.AddFaults(Unavailable);
        var before = app.Org.Stats.Records["Account"];

        for (var i = 0; i < 40; i++)
        {
            await app.Queues.SendAsync(Create, $$$"""{"correlationId":"c{{{i}}}","payload":{"objectType":"Account","fields":{"Name":"Acme {{{i}}}"} }}""");
        }

        await QueueDriver.WaitAsync(() => Task.FromResult(app.Calls.Count >= 120), () => "three attempts at each");
        app.Org.ClearFaults();

        for (var i = 0; i < 40; i++)
        {
            ((int?)(await app.Queues.ReceiveResultAsync($"c{i}"))["status"]).ShouldBe(201);
        }

        app.Org.Stats.Records["Account"].ShouldBe(before + 40);
        app.Queues.OtherResults.ShouldBeEmpty();
        (await app.Queues.CountAsync(Poison)).ShouldBe(0);
        (await app.Queues.CountAsync($"{Create}-poison")).ShouldBe(0);
    }

    private static Task HousekeepAsync(ConnectorApp app) =>
        app.Services.GetRequiredService<HousekeepingRun>().RunAsync(TestContext.Current.CancellationToken);

    private Task<ConnectorApp> StartAsync(IReadOnlyDictionary<string, string?>? settings = null) =>
        azurite.StartAppAsync(settings, listensTo: ["CreateRecord", "Query", "UpdateRecord"]);
}
