using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using SalesforceConnector.Contracts.Telemetry;
using SalesforceConnector.Triggers.Queues;

namespace Connector.Tests.Infra;

/// <summary>Workbook and alerts ask for what the app tells, by the names that it has.</summary>
public sealed partial class ObservabilityTests(Bicep bicep)
{
    private static readonly string[] Tags =
    [
        ConnectorTelemetry.Tag.Operation, ConnectorTelemetry.Tag.Trigger, ConnectorTelemetry.Tag.Status, ConnectorTelemetry.Tag.ErrorCode,
        ConnectorTelemetry.Tag.Outcome, ConnectorTelemetry.Tag.Org, ConnectorTelemetry.Tag.Queue, ConnectorTelemetry.Tag.Span.Operation,
    ];

    // Of the spans of one operation, by which it is followed.
    private static readonly string[] TagsOfOneCall =
        [ConnectorTelemetry.Tag.Span.CorrelationId, ConnectorTelemetry.Tag.Span.Trigger, ConnectorTelemetry.Tag.Span.Status, "error.type"];

    [Fact]
    public async Task The_workbook_shows_every_metric_and_no_other()
    {
        var queries = Pictures(await bicep.DeployAsync()).Select(picture => (string)picture["content"]!["query"]!).ToArray();

        MetricsIn(queries).ShouldBe(Metrics(), ignoreOrder: true);
        TagsIn(queries).ShouldBe([.. Tags, .. TagsOfOneCall], ignoreOrder: true);
    }

    [Fact]
    public async Task The_workbook_follows_one_correlation_id()
    {
        var deployment = await bicep.DeployAsync();

        var picture = Pictures(deployment).Single(picture => ((string)picture["content"]!["title"]!).StartsWith("What happened to one call", StringComparison.Ordinal));
        var query = (string)picture["content"]!["query"]!;
        query.ShouldContain("tostring(customDimensions['salesforce.correlation_id']) == '{CorrelationId}'");
        query.ShouldContain("message has '{CorrelationId}'");
        // Without an id it finds nothing, in place of everything.
        query.Split("isnotempty('{CorrelationId}')").Length.ShouldBe(3);
        Data(deployment)["items"]!.AsArray().Single(item => (int)item!["type"]! == 9)!["content"]!["parameters"]!.AsArray()
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
        Pictures(deployment).Select(picture => (string?)picture["content"]!["title"]).ShouldBeUnique();
        Pictures(deployment).ShouldAllBe(picture => !((string)picture["content"]!["query"]!).Contains("{queue}"));
        ((string?)Data(deployment)["fallbackResourceIds"]![0]).ShouldBe(component);
    }

    [Fact]
    public async Task Alerts_are_raised_on_metrics_that_the_app_emits()
    {
        var queries = Queries(await bicep.DeployAsync());

        queries.Keys.ShouldBe(
            ["poison-messages", "failures", "salesforce-authentication", "salesforce-limit", "result-age", "secret-expiry", "daily-cap"], ignoreOrder: true);
        MetricsIn(queries.Values).ShouldBeSubsetOf(Metrics());
        TagsIn(queries.Values).ShouldBeSubsetOf(Tags);
        queries["result-age"].ShouldContain($"'{new QueueOptions().Results}'");
        queries["result-age"].ShouldContain("> 15 * 60");
        queries["poison-messages"].ShouldContain($"endswith '{QueueOptions.PoisonSuffix}'");
        new QueueOptions().Poison.ShouldEndWith(QueueOptions.PoisonSuffix);
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

    private static JsonNode Data(Deployment deployment) =>
        JsonNode.Parse((string)deployment.Single("Microsoft.Insights/workbooks")["properties"]!["serializedData"]!)!;

    private static IEnumerable<JsonNode> Pictures(Deployment deployment) =>
        Data(deployment)["items"]!.AsArray().Where(item => (int)item!["type"]! == 3).Select(item => item!);

    private static Dictionary<string, string> Queries(Deployment deployment) =>
        deployment.Of("Microsoft.Insights/scheduledQueryRules").ToDictionary(
            Deployment.NameOf, rule => (string)rule["properties"]!["criteria"]!["allOf"]!.AsArray().ShouldHaveSingleItem()!["query"]!);

    private static IEnumerable<string> MetricsIn(IEnumerable<string> queries) =>
        queries.SelectMany(query => Metric().Matches(query)).Select(name => name.Groups["name"].Value).Distinct();

    private static IEnumerable<string> TagsIn(IEnumerable<string> queries) =>
        queries.SelectMany(query => Dimension().Matches(query)).Select(name => name.Groups["name"].Value).Distinct();

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
        return names;
    }

    [GeneratedRegex(@"(?<!customDimensions\[)'(?<name>salesforce\.[a-z_.]+)'")]
    private static partial Regex Metric();

    [GeneratedRegex(@"customDimensions\['(?<name>[^']+)'\]")]
    private static partial Regex Dimension();
}
