using Connector.Tests.Drivers;
using Microsoft.Extensions.DependencyInjection;
using SalesforceConnector.Contracts.Telemetry;
using SalesforceConnector.Triggers.Queues;
using SalesforceConnector.Triggers.Timers;
using SalesforceSimulator;

namespace Connector.Tests.Telemetry;

/// <summary>The metrics, by what callers and queues make happen.</summary>
public sealed class MetricTests(AzuriteFixture azurite)
{
    private const string Calls = "/services/data/*";

    private static readonly object Query = new { soqlQuery = "SELECT Id FROM Account LIMIT 1" };

    [Fact]
    public async Task Operations_are_counted_and_timed_by_operation_trigger_status_and_error_code()
    {
        await using var app = await ConnectorApp.StartAsync();
        using var recording = Recording.Of(app);

        await app.PostAsync("query", Query);
        await app.PostAsync("query", new { soqlQuery = "SELECT Nothing FROM Account" });
        await app.PostAsync("records/create", new { objectType = "Account", fields = new { Name = "Acme" } });
        await app.PostAsync("records/get", "{");

        recording.Of("salesforce.operation.duration").Select(measurement => measurement.ToString()).ShouldBe(
            [
                "operation=Query status=200 trigger=http",
                "error_code=INVALID_FIELD operation=Query status=400 trigger=http",
                "operation=CreateRecord status=201 trigger=http",
                "error_code=INVALID_JSON operation=GetRecord status=400 trigger=http",
            ]);
        recording.Of("salesforce.operation.duration").ShouldAllBe(measurement => measurement.Value > 0 && measurement.Value < 60);
    }

    [Fact]
    public async Task Requests_to_Salesforce_are_counted_with_those_that_are_sent_again()
    {
        await using var app = await ConnectorApp.StartAsync();
        using var recording = Recording.Of(app);
        app.Org.AddFaults(new FaultRule { Path = Calls, Status = 503, ErrorCode = "SERVER_UNAVAILABLE", Message = "m", Times = 2 });

        await app.PostAsync("query", Query);

        recording.Of("salesforce.requests").Select(measurement => measurement.ToString()).ShouldBe(
            ["error_code=SERVER_UNAVAILABLE status=503", "error_code=SERVER_UNAVAILABLE status=503", "status=200"]);
        recording.Of("salesforce.operation.duration").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Logins_are_counted_by_their_outcome()
    {
        await using var app = await ConnectorApp.StartAsync(new Dictionary<string, string?> { ["Salesforce__RefusedLoginPause"] = "00:00:00" });
        using var recording = Recording.Of(app);

        await app.PostAsync("query", Query);
        app.Org.ExpireTokens();
        app.Vault.Set("salesforce-client-secret", app.Secret("another-secret-of-nobody"));
        await app.PostAsync("query", Query);

        recording.Of("salesforce.logins").Select(measurement => measurement.ToString()).ShouldBe(["outcome=granted", "outcome=refused"]);
    }

    [Fact]
    public async Task The_orgs_quota_is_what_its_last_reply_said()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.SetDailyLimit(1_000);
        using var recording = Recording.Of(app);

        await app.PostAsync("query", Query);
        await app.PostAsync("query", Query);

        recording.Of("salesforce.api.limit").Select(measurement => measurement.Value).ShouldBe([1_000, 1_000]);
        recording.Of("salesforce.api.remaining").Select(measurement => measurement.Value).ShouldBe([999, 998]);
        recording.Of("salesforce.api.remaining").ShouldAllBe(measurement => measurement.Tags["org"] == app.Org.BaseUrl.Authority);
    }

    [Theory]
    [InlineData("api-usage=18/5000", 18, 4_982)]
    [InlineData("per-app-api-usage=17/250(appName=x); api-usage=18/5000", 18, 4_982)]
    [InlineData("api-usage=5001/5000; api-bursts=1/750", 5_001, 0)]
    [InlineData("per-app-api-usage=17/250(appName=x)", null, null)]
    [InlineData("api-usage=18", null, null)]
    [InlineData("api-usage=99999999999999999999/5000", null, null)]
    [InlineData("", null, null)]
    public void The_orgs_usage_is_read_and_not_that_of_an_app(string header, int? used, int? remaining)
    {
        var usage = ApiUsage.Parse(header);

        (usage?.Used, usage?.Remaining).ShouldBe((used, remaining));
    }

    [Theory]
    [InlineData("api-usage=18/15")]
    [InlineData("per-app-api-usage=17/250(appName=x); api-usage=18/15")]
    public async Task A_quota_that_is_used_up_has_nothing_left(string usage)
    {
        await using var app = await ConnectorApp.StartAsync();
        using var recording = Recording.Of(app);
        app.Org.AddFaults(new FaultRule { Path = Calls, Status = 200, Body = "{}", Headers = new Dictionary<string, string> { ["Sforce-Limit-Info"] = usage } });

        await app.PostAsync("limits", new { });

        recording.Of("salesforce.api.limit").Select(measurement => measurement.Value).ShouldBe([15]);
        recording.Of("salesforce.api.remaining").Select(measurement => measurement.Value).ShouldBe([0]);
    }

    [Fact]
    public async Task Attempts_at_a_message_are_counted_until_it_has_its_result()
    {
        await using var app = await azurite.StartAppAsync(new Dictionary<string, string?>
        {
            ["Queues__FirstRetryDelay"] = "00:00:01",
            ["Salesforce__MaxRetries"] = "0",
        }, listensTo: ["Query"]);
        using var recording = Recording.Of(app);
        app.Org.AddFaults(new FaultRule
        {
            Path = Calls,
            Status = 503,
            ErrorCode = "SERVER_UNAVAILABLE",
            Message = "m",
            Times = 1,
            Headers = new Dictionary<string, string> { ["Retry-After"] = "1" },
        });

        await app.Queues.SendAsync("salesforce-query", """{"correlationId":"q","payload":{"soqlQuery":"SELECT Id FROM Account LIMIT 1"}}""");
        await app.Queues.ReceiveResultAsync("q");
        await app.Queues.SendAsync("salesforce-query", """{"correlationId":"r","payload":{}}""");
        await app.Queues.ReceiveResultAsync("r");

        await ManualTime.UntilAsync(() => recording.Of("salesforce.operation.attempts").Count() == 2);
        recording.Of("salesforce.operation.attempts").Select(measurement => $"{measurement.Value} {measurement}").ShouldBe(
            ["2 operation=Query status=200", "1 error_code=MISSING_MEMBER operation=Query status=400"]);
        recording.Of("salesforce.operation.duration").Select(measurement => measurement.ToString()).ShouldBe(
            [
                "error_code=SERVER_UNAVAILABLE operation=Query status=503 trigger=queue",
                "operation=Query status=200 trigger=queue",
                "error_code=MISSING_MEMBER operation=Query status=400 trigger=queue",
            ]);
    }

    [Fact]
    public async Task What_waits_on_the_queues_is_counted_with_the_age_of_the_first()
    {
        await using var app = await azurite.StartAppAsync(new Dictionary<string, string?> { ["Queues__ReplyTo"] = "orders" });
        await app.Queues.Queue("orders").DeleteAsync(TestContext.Current.CancellationToken);
        await app.Queues.SendAsync("salesforce-results", "one");
        await app.Queues.SendAsync("salesforce-results", "two");
        using var recording = Recording.Of(app);

        await app.Services.GetRequiredService<QueueGauge>().MeasureAsync(TestContext.Current.CancellationToken);

        // Without the one that is not there.
        string[] operations = [.. QueueOptions.Operations.Values];
        operations.ShouldContain("salesforce-query");
        recording.Of("salesforce.queue.messages").Select(measurement => measurement.Tags["queue"]).ShouldBe(
            [.. operations, .. operations.Select(queue => $"{queue}-poison"), "salesforce-results", "salesforce-poison"]);
        recording.Of("salesforce.queue.messages").Where(measurement => measurement.Value > 0).ShouldHaveSingleItem()
            .ShouldSatisfyAllConditions(
                results => results.Tags["queue"].ShouldBe("salesforce-results"),
                results => results.Value.ShouldBe(2));
        recording.Of("salesforce.queue.age").Single(measurement => measurement.Tags["queue"] == "salesforce-query").Value.ShouldBe(0);
        recording.Of("salesforce.queue.age").Count().ShouldBe((2 * operations.Length) + 2);
    }

    [Fact]
    public async Task Nobody_listening_the_queues_are_left_alone()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Services.GetRequiredService<ConnectorTelemetry>().WatchesQueues.ShouldBeFalse();

        using var recording = Recording.Of(app);

        app.Services.GetRequiredService<ConnectorTelemetry>().WatchesQueues.ShouldBeTrue();
    }
}
