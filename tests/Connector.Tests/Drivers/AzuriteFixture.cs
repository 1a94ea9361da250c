using Connector.Tests.Drivers;
using LocalHost;

[assembly: AssemblyFixture(typeof(AzuriteFixture))]

namespace Connector.Tests.Drivers;

/// <summary>One Azurite for the whole run, started when a test first asks, with a storage account for each that does.</summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    private const int Accounts = 200;

    private readonly Lazy<Task<Azurite>> _azurite = new(() => Azurite.StartAsync(new AzuriteOptions { Accounts = Accounts }));
    private int _taken;

    /// <returns>An account that no other test has. Without Node.js the test is skipped.</returns>
    public async Task<AzuriteAccount> TakeAccountAsync()
    {
        Assert.SkipWhen(Azurite.Unavailable is not null, $"Azurite cannot be started: {Azurite.Unavailable}");
        var azurite = await _azurite.Value.WaitAsync(TestContext.Current.CancellationToken);
        return azurite.Accounts[Interlocked.Increment(ref _taken) - 1];
    }

    /// <summary>Starts the connector with its queue functions, over an account of its own.</summary>
    internal async Task<ConnectorApp> StartAppAsync(IReadOnlyDictionary<string, string?>? settings = null, TimeProvider? time = null) =>
        await ConnectorApp.StartAsync(settings, time, storage: await TakeAccountAsync());

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_azurite.IsValueCreated)
        {
            await (await _azurite.Value).DisposeAsync();
        }
    }
}
