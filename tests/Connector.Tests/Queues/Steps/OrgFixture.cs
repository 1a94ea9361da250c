using Connector.Tests.Drivers;
using LocalHost;
using Microsoft.Extensions.Time.Testing;
using SalesforceSimulator;

namespace Connector.Tests.Queues.Steps;

/// <summary>An org and its vault for the apps of one test.</summary>
internal sealed class OrgFixture : IAsyncDisposable
{
    private readonly FakeTimeProvider? _time;

    private OrgFixture(Simulator org, LocalKeyVault vault, FakeTimeProvider? time) => (Org, Vault, _time) = (org, vault, time);

    public Simulator Org { get; }

    public LocalKeyVault Vault { get; }

    public int Accounts => Org.Stats.Records["Account"];

    /// <param name="bulk">How bulk jobs run, by a clock that the org shares with its app.</param>
    public static async Task<OrgFixture> StartAsync(BulkSettings? bulk = null)
    {
        var time = bulk is null ? null : new FakeTimeProvider();
        var org = await Simulator.StartAsync(bulk is null ? null : new SimulatorOptions { Time = time!, Bulk = bulk }, TestContext.Current.CancellationToken);
        var secrets = new Dictionary<string, string>
        {
            ["salesforce-client-id"] = ConnectorApp.ClientId,
            ["salesforce-client-secret"] = ConnectorApp.ClientSecret,
        };
        return new OrgFixture(org, await LocalKeyVault.StartAsync(secrets, TestContext.Current.CancellationToken), time);
    }

    /// <summary>An app with storage of its own.</summary>
    public StepApp App(params (string Name, string Value)[] settings) =>
        App(settings.ToDictionary(setting => setting.Name, setting => (string?)setting.Value));

    /// <summary>An app with storage and settings of its own.</summary>
    public StepApp App(IReadOnlyDictionary<string, string?> settings) => new(Org, Vault, settings, _time);

    public async ValueTask DisposeAsync()
    {
        await Vault.DisposeAsync();
        await Org.DisposeAsync();
    }
}
