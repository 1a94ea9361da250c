using SalesforceSimulator;

namespace Connector.Tests;

/// <summary>Programs that none of us wrote, run against the local system.</summary>
public sealed class ProcessEngineTests
{
    [Fact]
    public async Task Jsforce_takes_the_simulator_for_Salesforce()
    {
        Assert.SkipWhen(Node.Unavailable is not null, Node.Unavailable ?? "");
        await using var simulator = await Simulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

        var (exitCode, output) = await Node.RunTestsAsync(
            "jsforce.test.mjs",
            new Dictionary<string, string> { ["SALESFORCE_SIMULATOR_URL"] = simulator.BaseUrl.GetLeftPart(UriPartial.Authority) },
            TestContext.Current.CancellationToken);

        exitCode.ShouldBe(0, output);
        simulator.UnexpectedRequests.ShouldBeEmpty();
    }
}
