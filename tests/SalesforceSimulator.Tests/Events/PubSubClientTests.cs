using LocalHost;
using SalesforceSimulator.Events;

namespace SalesforceSimulator.Tests.Events;

/// <summary>A client of the Pub/Sub API that none of us wrote.</summary>
public sealed class PubSubClientTests
{
    private static readonly NodePackage Package = new("SalesforceSimulator.Tests", "Events", "Client");

    [Fact]
    public async Task A_client_takes_the_simulator_for_Salesforce()
    {
        Assert.SkipWhen(NodePackage.Unavailable is not null, NodePackage.Unavailable ?? "");
        await Package.InstallAsync(TestContext.Current.CancellationToken);

        // The client accepts no other instances.
        var options = new SimulatorOptions { Events = new EventOptions(), InstanceUrl = "https://simulated.my.salesforce.com" };
        await using var simulator = await Simulator.StartAsync(options, TestContext.Current.CancellationToken);

        var (exitCode, output) = await Package.RunAsync(
            ["--test", "--test-force-exit", "--test-timeout=60000", "client.test.mjs"],
            new Dictionary<string, string>
            {
                ["SALESFORCE_SIMULATOR_URL"] = simulator.BaseUrl.GetLeftPart(UriPartial.Authority),
                ["SALESFORCE_PUBSUB_ENDPOINT"] = simulator.Events.Url.Authority,
            },
            TestContext.Current.CancellationToken);

        exitCode.ShouldBe(0, output);
        simulator.UnexpectedRequests.ShouldBeEmpty();
    }
}
