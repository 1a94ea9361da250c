using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using ArchUnitNET.xUnitV3;
using SalesforceConnector;
using static ArchUnitNET.Fluent.ArchRuleDefinition;

namespace Connector.Tests.House;

/// <summary>The floors of functions/, from the top down: what is above uses what is below, never the other way round.</summary>
public class FloorTests
{
    private const string Root = nameof(SalesforceConnector);

    private static readonly Architecture App = new ArchLoader().LoadAssemblies(typeof(ConnectorServices).Assembly).Build();

    private static readonly string[] Floors = ["Operations", "Triggers", "Salesforce", "Contracts"];

    public static TheoryData<string, string> Upwards =>
    [
        .. from upper in Enumerable.Range(0, Floors.Length)
           from lower in Enumerable.Range(upper + 1, Floors.Length - upper - 1)
           select (Floors[lower], Floors[upper]),
        // Within a floor: the queues know nothing of HTTP, which puts requests on them and keeps results with them.
        ("Triggers.Queues", "Triggers.Http"),
        ("Triggers.Queues", "Triggers.Timers"),
        ("Triggers.Http", "Triggers.Timers"),
        ("Salesforce.Bodies", "Salesforce.Authentication"),
        ("Salesforce.Bodies", "Salesforce.Client"),
        ("Salesforce.Authentication", "Salesforce.Client"),
        ("Salesforce.Soql", "Salesforce.Client"),
        ("Salesforce.Soql", "Salesforce.Authentication"),
        ("Contracts.Problems", "Contracts.Payloads"),
        ("Contracts.Problems", "Contracts.Telemetry"),
        ("Contracts.Payloads", "Contracts.Telemetry"),
    ];

    [Theory]
    [MemberData(nameof(Upwards))]
    public void A_floor_uses_nothing_above_it(string lower, string upper) =>
        Types().That().ResideInNamespaceMatching(Within(lower)).Should()
            .NotDependOnAny(Types().That().ResideInNamespaceMatching(Within(upper)))
            .Check(App);

    [Fact]
    public void Kinds_of_operations_know_nothing_of_one_another()
    {
        var kinds = App.Namespaces.Select(space => space.FullName).Where(name => name.StartsWith($"{Root}.Operations.", StringComparison.Ordinal)).ToArray();

        kinds.Length.ShouldBeGreaterThan(4);
        foreach (var (kind, other) in from kind in kinds from other in kinds where kind != other select (kind, other))
        {
            Types().That().ResideInNamespace(kind).Should().NotDependOnAny(Types().That().ResideInNamespace(other)).Check(App);
        }
    }

    [Fact]
    public void Nothing_lives_outside_the_floors_but_the_start_of_the_app()
    {
        var outside = App.Types
            .Where(type => type.Namespace?.FullName is { } space
                && (space == Root || space.StartsWith($"{Root}.", StringComparison.Ordinal))
                && !Floors.Any(floor => space == $"{Root}.{floor}" || space.StartsWith($"{Root}.{floor}.", StringComparison.Ordinal)))
            .Select(type => type.Name)
            .Where(name => !name.Contains('<', StringComparison.Ordinal));

        outside.ShouldBe(
            ["ConnectorApplication", "ConnectorServices", "TelemetryExport", "DirectFunctionExecutor", "FunctionExecutorHostBuilderExtensions", "FunctionExecutorAutoStartup", "GeneratedFunctionMetadataProvider", "WorkerHostBuilderFunctionMetadataProviderExtension", "FunctionMetadataProviderAutoStartup"],
            ignoreOrder: true);
    }

    private static string Within(string space) => $@"^{Root}\.{space.Replace(".", @"\.", StringComparison.Ordinal)}(\.|$)";
}
