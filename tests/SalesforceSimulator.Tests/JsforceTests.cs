using LocalHost;

namespace SalesforceSimulator.Tests;

/// <summary>A client of Salesforce that none of us wrote.</summary>
public sealed class JsforceTests
{
    private static readonly NodePackage Package = new("ProcessEngine");

    [Fact]
    public async Task Jsforce_takes_the_simulator_for_Salesforce()
    {
        Assert.SkipWhen(NodePackage.Unavailable is not null, NodePackage.Unavailable ?? "");
        await Package.InstallAsync(TestContext.Current.CancellationToken);
        await using var simulator = await Simulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

        var (exitCode, output) = await Package.RunAsync(
            ["--test", "jsforce.test.mjs"],
            new Dictionary<string, string> { ["SALESFORCE_SIMULATOR_URL"] = simulator.BaseUrl.GetLeftPart(UriPartial.Authority) },
            TestContext.Current.CancellationToken);

        exitCode.ShouldBe(0, output);
        simulator.UnexpectedRequests.ShouldBeEmpty();
    }
}
