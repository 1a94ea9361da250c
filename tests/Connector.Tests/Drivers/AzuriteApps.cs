using SalesforceSimulator;

namespace Connector.Tests.Drivers;

/// <summary>The connector over the Azurite of this run.</summary>
internal static class AzuriteApps
{
    /// <summary>Starts the connector with its queue functions, over an account of its own.</summary>
    /// <param name="listensTo">The operations, and DeliverEvent, that run from queues; <see langword="null"/> for all.</param>
    public static async Task<ConnectorApp> StartAppAsync(
        this AzuriteFixture azurite,
        IReadOnlyDictionary<string, string?>? settings = null,
        TimeProvider? time = null,
        SimulatorOptions? org = null,
        string[]? listensTo = null) =>
        await ConnectorApp.StartAsync(settings, time, org, storage: await azurite.TakeAccountAsync(), listensTo: listensTo);
}
