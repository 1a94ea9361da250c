using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Telemetry;
using SalesforceConnector.Triggers.Events;
using SalesforceConnector.Triggers.Events.Deliveries;
using SalesforceConnector.Triggers.Queues;

namespace Infra.Tests;

/// <summary>Workbook and alerts ask for what the app tells, by the names that it has.</summary>
public sealed class ObservabilityTests(Bicep bicep)
{
    private static readonly string[] Tags =
    [
        ConnectorTelemetry.Tag.Operation, ConnectorTelemetry.Tag.Trigger, ConnectorTelemetry.Tag.Status, ConnectorTelemetry.Tag.ErrorCode,
        ConnectorTelemetry.Tag.Outcome, ConnectorTelemetry.Tag.Org, ConnectorTelemetry.Tag.Queue, ConnectorTelemetry.Tag.Span.Operation,
        EventTelemetry.Tag.Subscription,
    ];

    // Of the spans and the lines of the log of one operation, by which it is followed.
    private static readonly string[] TagsOfOneCall =
        ["CorrelationId", "Operation", "Status", "ErrorCode", ConnectorTelemetry.Tag.Span.CorrelationId, ConnectorTelemetry.Tag.Span.Trigger, ConnectorTelemetry.Tag.Span.Status, "error.type"];

    // What is to be told is decided by the queries, which the tests hold.
    [Fact]
    public async Task An_alert_is_raised_by_one_row_of_its_query()
    {
        var criteria = (await bicep.DeployAsync("operated")).Of("Microsoft.Insights/scheduledQueryRules")
            .Select(rule => rule["properties"]!["criteria"]!["allOf"]!.AsArray().Single()!).ToArray();

        criteria.Length.ShouldBeGreaterThan(5);
        criteria.ShouldAllBe(one => (string?)one["operator"] == "GreaterThan" && (int?)one["threshold"] == 0);
    }

    [Fact]
    public async Task The_workbook_shows_every_metric_and_no_other()
    {
        var queries = Queries.OfWorkbook(await bicep.DeployAsync()).Values;

        queries.SelectMany(Queries.MetricsIn).Distinct().ShouldBe(Metrics(), ignoreOrder: true);
        queries.SelectMany(Queries.DimensionsIn).Distinct().ShouldBe([.. Tags, .. TagsOfOneCall], ignoreOrder: true);
    }

    [Fact]
    public async Task The_workbook_follows_one_correlation_id()
    {
        var deployment = await bicep.DeployAsync();

        var picture = Queries.Pictures(deployment).Single(picture => ((string)picture["content"]!["title"]!).StartsWith("What happened to one call", StringComparison.Ordinal));
        var query = (string)picture["content"]!["query"]!;
        query.ShouldContain("tostring(customDimensions['salesforce.correlation_id']) == '{CorrelationId}'");
        query.ShouldContain("message has '{CorrelationId}'");
        // Without an id it finds nothing, in place of everything.
        query.Split("isnotempty('{CorrelationId}')").Length.ShouldBe(3);
        // A line with an exception is in the table exceptions.
        query.ShouldContain("union traces, exceptions");
        Queries.Workbook(deployment)["items"]!.AsArray().Single(item => (int)item!["type"]! == 9)!["content"]!["parameters"]!.AsArray()
            .ShouldContain(parameter => (string?)parameter!["name"] == "CorrelationId");
    }

    [Fact]
    public async Task The_workbook_is_one_that_the_portal_takes()
    {
        var deployment = await bicep.DeployAsync();
        var workbook = deployment.Single("Microsoft.Insights/workbooks");
        var component = (string)deployment.Single("Microsoft.Insights/components")["id"]!;

        ((string?)workbook["properties"]!["sourceId"]).ShouldBe(component);
        Guid.TryParse((string?)workbook["name"], out _).ShouldBeTrue();
        Queries.Pictures(deployment).Select(picture => (string?)picture["content"]!["title"]).ShouldBeUnique();
        Queries.Pictures(deployment).ShouldAllBe(picture => !((string)picture["content"]!["query"]!).Contains("{queue}"));
        ((string?)Queries.Workbook(deployment)["fallbackResourceIds"]![0]).ShouldBe(component);
    }

    [Fact]
    public async Task Alerts_are_raised_on_metrics_that_the_app_emits()
    {
        var queries = Queries.OfAlerts(await bicep.DeployAsync());

        queries.Keys.ShouldBe(
            ["poison-messages", "failures", "salesforce-authentication", "salesforce-limit", "result-age", "silence", "daily-cap", "daily-cap-near"], ignoreOrder: true);
        queries.Values.SelectMany(Queries.MetricsIn).ShouldBeSubsetOf(Metrics());
        queries.Values.SelectMany(Queries.DimensionsIn).ShouldBeSubsetOf(Tags);
        queries["salesforce-authentication"].ShouldContain($"== '{ErrorCodes.AuthenticationFailed}'");
        queries["result-age"].ShouldContain($"'{new QueueOptions().Results}'");
        queries["result-age"].ShouldContain("> 15 * 60");
        queries["poison-messages"].ShouldContain($"endswith '{QueueOptions.PoisonSuffix}'");
        new QueueOptions().Poison.ShouldEndWith(QueueOptions.PoisonSuffix);
    }

    [Fact]
    public async Task Alerts_on_events_are_there_with_the_events()
    {
        var queries = Queries.OfAlerts(await bicep.DeployAsync("events"));

        queries.Keys.ShouldContain("events-behind");
        queries["events-undelivered"].ShouldContain($"outcome == '{DeliveryOutcome.Delivered}'");
        queries["events-undelivered"].ShouldContain($"outcome == '{DeliveryOutcome.Failed}'");
        queries["events-undelivered"].ShouldContain($"outcome == '{DeliveryOutcome.Refused}'");
        queries["events-missing"].ShouldContain($"'{EventTypes.Lost}', '{EventTypes.Overflow}', '{EventTypes.Unreadable}'");
        queries.Values.SelectMany(Queries.MetricsIn).ShouldBeSubsetOf(Metrics());
        queries.Values.SelectMany(Queries.DimensionsIn).ShouldBeSubsetOf(Tags);
    }

    [Fact]
    public async Task Alerts_go_to_whom_they_are_to_go_and_nowhere_by_default()
    {
        (await bicep.DeployAsync()).Of("Microsoft.Insights/actionGroups").ShouldBeEmpty();

        var operated = await bicep.DeployAsync("operated");

        var group = operated.Single("Microsoft.Insights/actionGroups");
        ((string?)group["properties"]!["emailReceivers"]!.AsArray().ShouldHaveSingleItem()!["emailAddress"]).ShouldBe("operators@example.com");
        ((string)group["properties"]!["groupShortName"]!).Length.ShouldBeLessThanOrEqualTo(12);
        operated.Of("Microsoft.Insights/scheduledQueryRules").ShouldAllBe(
            rule => (string?)rule["properties"]!["actions"]!["actionGroups"]![0] == (string?)group["id"]);
    }

    [Fact]
    public async Task That_a_secret_expires_is_told_by_the_vault_and_cut_off_by_no_cap()
    {
        var deployment = await bicep.DeployAsync("operated");

        var topic = deployment.Single("Microsoft.EventGrid/systemTopics")["properties"]!;
        ((string)topic["source"]!).ShouldBe((string)deployment.Of("Microsoft.KeyVault/vaults")
            .Single(vault => !Deployment.NameOf(vault).StartsWith("kv-keys-", StringComparison.Ordinal))["id"]!);
        ((string?)topic["topicType"]).ShouldBe("Microsoft.KeyVault.vaults");
        var subscription = deployment.Single("Microsoft.EventGrid/systemTopics/eventSubscriptions")["properties"]!;
        ((string?)subscription["eventDeliverySchema"]).ShouldBe("CloudEventSchemaV1_0", "the only one that alerts take");
        subscription["filter"]!["includedEventTypes"]!.AsArray().Select(type => (string?)type)
            .ShouldBe(
            [
                "Microsoft.KeyVault.SecretNearExpiry", "Microsoft.KeyVault.SecretExpired",
                "Microsoft.KeyVault.CertificateNewVersionCreated", "Microsoft.KeyVault.CertificateNearExpiry", "Microsoft.KeyVault.CertificateExpired",
            ]);
        ((string?)subscription["destination"]!["endpointType"]).ShouldBe("MonitorAlert");
        ((string?)subscription["destination"]!["properties"]!["actionGroups"]![0])
            .ShouldBe((string?)deployment.Single("Microsoft.Insights/actionGroups")["id"]);
    }

    [Fact]
    public async Task Before_the_daily_cap_cuts_the_alerts_off_one_says_so_and_another_when_it_has()
    {
        var deployment = await bicep.DeployAsync();

        Queries.OfAlerts(deployment)["daily-cap-near"].ShouldContain("> 0.8 * 1\n");
        Rule(deployment, "daily-cap-near").ShouldBe("PT1H over P1D");
        Queries.OfAlerts(await bicep.DeployAsync("uncapped")).Keys.ShouldNotContain("daily-cap-near");
    }

    /// <summary>A query that yields no row where there is no telemetry would resolve the alert then, or never raise it.</summary>
    [Fact]
    public async Task Silence_is_told_as_long_as_it_lasts()
    {
        var deployment = await bicep.DeployAsync();

        // Counted every five minutes, also when nothing else runs.
        Rule(deployment, "silence").ShouldBe("PT15M over PT30M");
        // Without "by", summarize yields its one row of no input too.
        Queries.OfAlerts(deployment)["silence"].ShouldEndWith("""
            | where name == 'salesforce.queue.messages'
            | summarize counts = count()
            | where counts == 0

            """);
    }

    private static string Rule(Deployment deployment, string name)
    {
        var properties = deployment.Named("Microsoft.Insights/scheduledQueryRules", name)["properties"]!;
        return $"{properties["evaluationFrequency"]} over {properties["windowSize"]}";
    }

    private static List<string> Metrics()
    {
        var names = new List<string>();
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Scope == meters)
                {
                    names.Add(instrument.Name);
                }
            },
        };
        listener.Start();
        using var telemetry = new ConnectorTelemetry(meters, TimeProvider.System);
        _ = new EventTelemetry(meters);
        return names;
    }
}
