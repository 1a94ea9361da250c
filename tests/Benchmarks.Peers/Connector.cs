using LocalHost;
using SalesforceConnector.Queues;

namespace Benchmarks.Peers;

/// <summary>The connector, run by the local host: its functions alone, with org and storage in other processes.</summary>
internal static class Connector
{
    /// <summary>Serves HTTP.</summary>
    public static async Task ServeAsync(Uri org)
    {
        await using var host = await FunctionsHost.StartAsync(Options(org, storage: "UseDevelopmentStorage=true"));
        await Conversation.HoldAsync(host.BaseUrl);
    }

    /// <summary>Works off a queue that was filled before, each time it is asked to.</summary>
    public static Task ListenAsync(Uri org, string storage) => QueueRun.AnswerAsync(storage, async workedOffAsync =>
    {
        await using var host = await FunctionsHost.StartAsync(Options(org, storage) with { Queues = true });
        await workedOffAsync();
    });

    private static FunctionsHostOptions Options(Uri org, string storage) => new()
    {
        Settings = new Dictionary<string, string?>(AppStorage.Settings(new QueueOptions()))
        {
            ["Salesforce__BaseUrl"] = org.AbsoluteUri,
            ["Salesforce__AllowLoopback"] = "true",
            ["KeyVault__Uri"] = Vault.Uri,
            ["Storage"] = storage,
        },
        ConfigureServices = Vault.AddTo,
    };
}
