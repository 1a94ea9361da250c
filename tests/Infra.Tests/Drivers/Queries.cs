using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TestDrivers;

namespace Infra.Tests.Drivers;

/// <summary>The KQL that is deployed with the infrastructure, and the KQL that its pages show.</summary>
internal static partial class Queries
{
    /// <summary>Of the alerts, by the rule's name.</summary>
    public static Dictionary<string, string> OfAlerts(Deployment deployment) =>
        deployment.Of("Microsoft.Insights/scheduledQueryRules").ToDictionary(
            Deployment.NameOf, rule => (string)rule["properties"]!["criteria"]!["allOf"]!.AsArray().ShouldHaveSingleItem()!["query"]!);

    /// <summary>Of the workbook's pictures, by title.</summary>
    public static Dictionary<string, string> OfWorkbook(Deployment deployment) =>
        Pictures(deployment).ToDictionary(picture => (string)picture["content"]!["title"]!, picture => (string)picture["content"]!["query"]!);

    /// <summary>Of the pages, by page and place.</summary>
    public static Dictionary<string, string> OfPages() =>
        Pages.All
            .SelectMany(page => Block().Matches(Repository.Read(page)).Select((block, i) =>
                KeyValuePair.Create($"{page}, query {i + 1}", block.Groups["query"].Value)))
            .ToDictionary();

    /// <summary>As the portal sends it, with the workbook's parameters filled in.</summary>
    public static string Filled(string query) =>
        query.Replace("{TimeRange:grain}", "5m", StringComparison.Ordinal).Replace("{CorrelationId}", "order-4711", StringComparison.Ordinal);

    public static IEnumerable<JsonNode> Pictures(Deployment deployment) =>
        Workbook(deployment)["items"]!.AsArray().Where(item => (int)item!["type"]! == 3).Select(item => item!);

    public static JsonNode Workbook(Deployment deployment) =>
        JsonNode.Parse((string)deployment.Single("Microsoft.Insights/workbooks")["properties"]!["serializedData"]!)!;

    /// <summary>Names of metrics that the query asks for.</summary>
    public static IEnumerable<string> MetricsIn(string query) => Metric().Matches(query).Select(name => name.Groups["name"].Value).Distinct();

    /// <summary>Names of custom dimensions that the query reads.</summary>
    public static IEnumerable<string> DimensionsIn(string query) => Dimension().Matches(query).Select(name => name.Groups["name"].Value).Distinct();

    /// <summary>Columns of a metric's numbers that the query reads.</summary>
    public static IEnumerable<string> NumbersIn(string query) => Number().Matches(query).Select(name => name.Value).Distinct();

    [GeneratedRegex(@"\bvalue(?:Count|Sum|Min|Max)\b")]
    private static partial Regex Number();

    [GeneratedRegex(@"^```kusto\n(?<query>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"(?<!customDimensions\[)'(?<name>salesforce\.[a-z_.]+)'")]
    private static partial Regex Metric();

    [GeneratedRegex(@"customDimensions\['(?<name>[^']+)'\]")]
    private static partial Regex Dimension();
}
