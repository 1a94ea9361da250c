namespace Connector.Tests.Drivers;

/// <summary>The connector over the Azurite of this run.</summary>
internal static class AzuriteApps
{
    /// <summary>Starts the connector with its queue functions, over an account of its own.</summary>
    public static async Task<ConnectorApp> StartAppAsync(
        this AzuriteFixture azurite, IReadOnlyDictionary<string, string?>? settings = null, TimeProvider? time = null) =>
        await ConnectorApp.StartAsync(settings, time, storage: await azurite.TakeAccountAsync());
}
