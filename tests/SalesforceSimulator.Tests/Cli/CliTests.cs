using LocalHost;

namespace SalesforceSimulator.Tests.Cli;

/// <summary>Salesforce's own command line: a client that none of us wrote.</summary>
public sealed class CliTests
{
    private static readonly NodePackage Package = new("SalesforceSimulator.Tests", "Cli");

    [Fact]
    public async Task The_Salesforce_CLI_imports_and_exports_by_bulk_jobs()
    {
        Assert.SkipWhen(NodePackage.Unavailable is not null, NodePackage.Unavailable ?? "");
        await Package.InstallAsync(TestContext.Current.CancellationToken);
        await using var simulator = await Simulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

        var (exitCode, output) = await Package.RunAsync(
            ["--test", "salesforce-cli.test.mjs"],
            new Dictionary<string, string> { ["SALESFORCE_SIMULATOR_URL"] = $"http://localhost:{simulator.BaseUrl.Port}" },
            TestContext.Current.CancellationToken);

        exitCode.ShouldBe(0, output);
        // At its login, it asks for the org's sandboxes by the Tooling API, which is not simulated.
        simulator.UnexpectedRequests.Select(request => request.Path.TrimStart('/')).ShouldAllBe(path => path == "services/data/v67.0/tooling/query");
    }
}
