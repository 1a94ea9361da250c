using Connector.Tests.Drivers;
using LocalHost;
using SalesforceSimulator;

namespace Connector.Tests.Queues.Steps;

/// <summary>An org and its vault for the apps of one test.</summary>
internal sealed class OrgFixture : IAsyncDisposable
{
    private OrgFixture(Simulator org, LocalKeyVault vault) => (Org, Vault) = (org, vault);

    public Simulator Org { get; }

    private LocalKeyVault Vault { get; }

    public int Accounts => Org.Stats.Records["Account"];

    public static async Task<OrgFixture> StartAsync()
    {
        var org = await Simulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        var secrets = new Dictionary<string, string>
        {
            ["salesforce-client-id"] = ConnectorApp.ClientId,
            ["salesforce-client-secret"] = ConnectorApp.ClientSecret,
        };
        return new OrgFixture(org, await LocalKeyVault.StartAsync(secrets, TestContext.Current.CancellationToken));
    }

    /// <summary>An app with storage of its own.</summary>
    public StepApp App(params (string Name, string Value)[] settings) =>
        new(Org, Vault, settings.ToDictionary(setting => setting.Name, setting => (string?)setting.Value));

    public async ValueTask DisposeAsync()
    {
        await Vault.DisposeAsync();
        await Org.DisposeAsync();
    }
}
