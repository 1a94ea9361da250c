using System.Globalization;

namespace LocalHost;

/// <summary>Azure Storage on loopback: a running Azurite, from the npm package in package.json.</summary>
public sealed class Azurite : IAsyncDisposable
{
    private static readonly NodePackage Package = new("LocalHost", "Azurite");

    private readonly AzuriteProcess _process;

    private Azurite(AzuriteProcess process, AzuriteEndpoints endpoints, IReadOnlyList<AzuriteAccount> accounts)
    {
        _process = process;
        Endpoints = endpoints;
        Accounts = accounts;
    }

    /// <summary>Why Azurite cannot run on this machine; <see langword="null"/> if it can.</summary>
    public static string? Unavailable => NodePackage.Unavailable;

    /// <summary>Whether Azurite is installed. Installing it with npm takes about a minute.</summary>
    public static bool IsInstalled => Package.IsInstalled;

    public AzuriteEndpoints Endpoints { get; }

    /// <summary>The storage accounts, at least one.</summary>
    public IReadOnlyList<AzuriteAccount> Accounts { get; }

    /// <summary>Installs Azurite if necessary, starts it, and waits until it listens.</summary>
    /// <exception cref="NodeException">Node.js is missing, or npm could not install Azurite.</exception>
    /// <exception cref="AzuriteException">Azurite did not start.</exception>
    public static async Task<Azurite> StartAsync(AzuriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new AzuriteOptions();
        await Package.InstallAsync(cancellationToken);
        var keys = AzuriteAccount.NewKeys(options.Accounts);
        var process = new AzuriteProcess(Package.Start(
            Arguments(options),
            new Dictionary<string, string> { ["AZURITE_ACCOUNTS"] = string.Join(';', keys.Select(key => $"{key.Key}:{key.Value}")) }));
        try
        {
            var endpoints = await process.ListenAsync(cancellationToken);
            return new Azurite(process, endpoints, [.. keys.Select(key => AzuriteAccount.Create(key.Key, key.Value, endpoints))]);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops Azurite. Data in a folder is kept.</summary>
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static string[] Arguments(AzuriteOptions options) =>
    [
        "--no-deprecation", "azurite.mjs",
        "--silent", "--disableTelemetry", "--skipApiVersionCheck",
        "--blobPort", Text(options.BlobPort), "--queuePort", Text(options.QueuePort), "--tablePort", Text(options.TablePort),
        .. options.DataFolder is { } folder ? new[] { "--location", Path.GetFullPath(folder) } : ["--inMemoryPersistence"],
    ];

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
