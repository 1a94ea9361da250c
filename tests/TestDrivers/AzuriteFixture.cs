using LocalHost;

namespace TestDrivers;

/// <summary>One Azurite for the whole run, started when a test first asks, with a storage account for each that does.</summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    private const int Accounts = 400;

    private readonly Lazy<Task<Azurite>> _azurite = new(() => Azurite.StartAsync(new AzuriteOptions { Accounts = Accounts }));
    private int _taken;

    /// <returns>An account that no other test has. Without Node.js the test is skipped.</returns>
    public async Task<AzuriteAccount> TakeAccountAsync()
    {
        Assert.SkipWhen(Azurite.Unavailable is not null, $"Azurite cannot be started: {Azurite.Unavailable}");
        var azurite = await _azurite.Value.WaitAsync(TestContext.Current.CancellationToken);
        return azurite.Accounts[Interlocked.Increment(ref _taken) - 1];
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_azurite.IsValueCreated)
        {
            await (await _azurite.Value).DisposeAsync();
        }
    }
}
