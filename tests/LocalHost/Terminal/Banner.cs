using Azure.Storage.Queues;
using Azure.Storage.Sas;

namespace LocalHost;

/// <summary>Prints what is running, and its URLs.</summary>
internal sealed class Banner(LocalSystem system, LocalSystemOptions options, TextWriter output)
{
    private static readonly TimeSpan SignatureLifetime = TimeSpan.FromDays(1);

    /// <summary>Prints what fits on a screen.</summary>
    public async Task PrintAsync()
    {
        var functions = system.Functions;
        await output.WriteLineAsync();
        await LineAsync("Functions", $"{functions.BaseUrl}api", options.Key is null ? "no key required" : $"key {options.Key}");
        await LineAsync("Docs page", $"{functions.BaseUrl}api/docs", "all operations, to try");
        await LineAsync("Salesforce", system.SalesforceUrl.AbsoluteUri, options.RealOrg is null ? "simulated, with sample data" : "a real org: what you write stays there");
        if (options.Events)
        {
            await LineAsync("Events", system.Salesforce!.Events.Url.AbsoluteUri, "of the simulated org, on the queue salesforce-events");
        }

        await LineAsync("Key Vault", LocalKeyVault.VaultUri, string.Join(", ", system.SecretNames));
        await LineAsync("Queues", system.Storage.Place, system.Storage.Description);
        await output.WriteLineAsync();
    }

    /// <summary>Prints all functions and queues, and how to connect to the storage.</summary>
    public async Task ListAsync()
    {
        foreach (var function in system.Functions.Functions)
        {
            var methods = function.Methods.Count == 0 ? "any" : string.Join(',', function.Methods);
            await output.WriteLineAsync(
                $"  {function.Name,-16} {methods,-4} {new Uri(system.Functions.BaseUrl, function.Route)} ({function.Level})");
        }

        foreach (var function in system.Functions.QueueFunctions)
        {
            await output.WriteLineAsync($"  {function.Name,-24} queue {function.Queue}");
        }

        if (system.Storage.Unavailable is null)
        {
            await output.WriteLineAsync($"  Connection string of the storage: {system.Storage.ConnectionString}");
            foreach (var queue in (string[])["salesforce-results", "salesforce-poison", .. options.Events ? ["salesforce-events"] : Array.Empty<string>()])
            {
                await output.WriteLineAsync($"  What is on {queue}: curl '{PeekUrl(queue)}'");
            }
        }

        await output.WriteLineAsync();
    }

    private Uri PeekUrl(string queue)
    {
        var signed = new QueueClient(system.Storage.ConnectionString, queue)
            .GenerateSasUri(QueueSasPermissions.Read, TimeProvider.System.GetUtcNow() + SignatureLifetime);
        return new UriBuilder(signed) { Path = $"{signed.AbsolutePath}/messages", Query = $"?peekonly=true&numofmessages=32&{signed.Query.TrimStart('?')}" }.Uri;
    }

    private Task LineAsync(string what, string where, string more) => output.WriteLineAsync($"  {what,-11} {where,-40} {more}");
}
