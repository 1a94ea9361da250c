using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using SalesforceConnector.Contracts.Telemetry;
using TestDrivers;

namespace Infra.Tests;

/// <summary>The pages of infra/ say of parameters, alerts and scale groups what is so.</summary>
public sealed partial class PageTests(Bicep bicep)
{
    [Fact]
    public async Task Every_parameter_is_described_with_its_variable_default_and_limits()
    {
        var parameters = (await bicep.CompileAsync())["parameters"]!.AsObject();
        var values = JsonNode.Parse(Repository.Read("infra/main.parameters.json"))!["parameters"]!.AsObject();

        var rows = values.Select(value =>
        {
            var variable = ((string)value.Value!["value"]!).Trim('$', '{', '}').Split('=', 2);
            var parameter = parameters[value.Key]!;
            var description = (string)(parameter["metadata"]?["description"] ?? throw new InvalidOperationException($"{value.Key} has no description"))!;
            return new[] { $"`{variable[0]}`", variable is [_, { Length: > 0 } fallback] ? $"`{fallback}`" : "", description + Limits(parameter) };
        });

        Generated.ShouldBeOnPage("infra/README.md", "parameters", Generated.Table(["variable", "default", "meaning"], rows));
    }

    [Fact]
    public async Task Every_alert_is_described_with_its_remedy()
    {
        var rules = (await bicep.DeployAsync("operated")).Of("Microsoft.Insights/scheduledQueryRules")
            .Concat((await bicep.DeployAsync("events")).Of("Microsoft.Insights/scheduledQueryRules"))
            .DistinctBy(Deployment.NameOf);
        var rows = rules.Select(rule =>
        {
            var properties = rule["properties"]!;
            return new[]
            {
                (string)properties["displayName"]!,
                $"{properties["severity"]}",
                (string)properties["evaluationFrequency"]! == "PT1H" ? "hour" : $"{((string)properties["evaluationFrequency"]!)[2..^1]} minutes",
                (string)properties["description"]!,
            };
        });

        Generated.ShouldBeOnPage("infra/OPERATE.md", "alerts", Generated.Table(["alert", "severity", "looked at every", "what it means, and what to do"], rows));
    }

    [Fact]
    public async Task Every_picture_of_the_workbook_is_listed_in_its_order()
    {
        var rows = Queries.Pictures(await bicep.DeployAsync()).Select(picture => new[]
        {
            (string)picture["content"]!["title"]!,
            (string)picture["content"]!["visualization"]! switch
            {
                "timechart" => "lines over time",
                "barchart" => "bars over time",
                "tiles" => "tiles",
                "table" => "table",
                var chart => throw new InvalidOperationException($"There are no words for a picture of the kind {chart}."),
            },
        });

        Generated.ShouldBeOnPage("infra/OPERATE.md", "workbook", Generated.Table(["picture, from the top", "as"], rows));
    }

    [Fact]
    public void Every_event_of_the_log_is_listed()
    {
        var events =
            from type in typeof(ConnectorTelemetry).Assembly.GetTypes()
            from method in type.GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly)
            let log = method.GetCustomAttribute<LoggerMessageAttribute>()
            where log is not null
            let category = type.DeclaringType!.FullName!.Replace("SalesforceConnector.", "", StringComparison.Ordinal)
            orderby category, log.EventId
            select new[] { $"`{category}`", $"{log.EventId}", log.Level == LogLevel.None ? "Information; from status 500 on Warning" : $"{log.Level}", $"`{log.Message}`" };

        Generated.ShouldBeOnPage(
            "infra/OPERATE.md", "log-events", Generated.Table(["category, below `SalesforceConnector`", "event", "level", "line"], events));
    }

    [Fact]
    public async Task Every_scale_group_is_listed_with_what_it_can_come_to()
    {
        var instances = (int)(await bicep.DeployAsync()).Site["properties"]!["functionAppConfig"]!["scaleAndConcurrency"]!["maximumInstanceCount"]!;
        var queues = JsonNode.Parse(Repository.Read("host.json"))!["extensions"]!["queues"]!;
        var perInstance = (int)queues["batchSize"]! + (int)queues["newBatchThreshold"]!;
        var queueFunctions = Functions.Of("queueTrigger");

        string[][] rows =
        [
            ["`http`", $"all {Functions.Of("httpTrigger").Count} HTTP functions", "`HTTP_CONCURRENCY`; by default the platform's, 16 with 2,048 MB", $"{instances} instances, {instances * 16:N0} calls"],
            .. queueFunctions.Select(name => new[] { $"`function:{name}`", name, $"{perInstance} messages", $"{instances} instances, {instances * perInstance:N0} messages" }),
            .. Functions.Of("timerTrigger").Select(name => new[] { $"`function:{name}`", name, "one, whatever the instances", "1 instance" }),
        ];
        // Microsoft Learn, "Azure Functions Flex Consumption plan hosting", regional subscription memory quotas: an instance of 2,048 MB has one core.
        const int Cores = 250;
        var most = $"""

            By these limits alone all groups together could come to {((queueFunctions.Count + 1) * instances) + Functions.Of("timerTrigger").Count:N0} instances. Azure's quota bounds them: all
            Flex Consumption apps of a subscription in a region share {Cores} cores unless you have more granted, which are {Cores} instances of 2,048 MB
            ({Cores * 4:N0} of 512, {Cores / 2} of 4,096), always-ready ones included. So at worst {Cores * perInstance:N0} messages are under way at a time, or {instances * 16:N0} calls
            and {(Cores - instances) * perInstance:N0} messages. `ReceiveEvents` is off unless `SALESFORCE_EVENTS` is set, and `DeliverEvent` unless events are delivered.

            """;

        Generated.ShouldBeOnPage(
            "infra/README.md", "scale", Generated.Table(["always-ready name", "functions", "at a time on an instance", $"with `MAXIMUM_INSTANCE_COUNT={instances}`"], rows) + most);
    }

    [Fact]
    public void Always_ready_names_that_are_shown_are_those_of_functions()
    {
        var known = Functions.Of("queueTrigger").Concat(Functions.Of("timerTrigger")).ToHashSet();
        var pages = Directory.EnumerateFiles(Repository.PathOf("infra"), "*.*", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Repository.PathOf("tests/Infra.Tests/Parameters"))).Concat(Pages.All.Select(Repository.PathOf));

        var shown = pages.SelectMany(path => AlwaysReadyName().Matches(File.ReadAllText(path)))
            .Select(name => name.Groups[1].Value).Distinct().ToArray();

        shown.ShouldContain("QueryFromQueue");
        shown.ShouldBeSubsetOf(known);
    }

    private static string Limits(JsonNode parameter) => parameter switch
    {
        _ when parameter["allowedValues"] is JsonArray allowed => $" {string.Join(", ", allowed.Select(value => $"`{value}`"))}.",
        _ when parameter["minValue"] is { } least && parameter["maxValue"] is { } most => $" {least} to {most}.",
        _ when parameter["minValue"] is { } least => $" {least} at least.",
        _ => "",
    };

    [GeneratedRegex(@"function:(\w+)")]
    private static partial Regex AlwaysReadyName();
}
