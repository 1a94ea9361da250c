using System.Globalization;

namespace LocalHost;

/// <summary>Azure Storage on loopback: a running Azurite, of the npm package that package.json beside this file names.</summary>
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

    /// <summary>Why it cannot be started on this machine; <see langword="null"/> when it can.</summary>
    public static string? Unavailable => NodePackage.Unavailable;

    /// <summary>Whether it can start without npm installing it first, which takes about a minute.</summary>
    public static bool IsInstalled => Package.IsInstalled;

    public AzuriteEndpoints Endpoints { get; }

    /// <summary>The storage accounts, at least one.</summary>
    public IReadOnlyList<AzuriteAccount> Accounts { get; }

    /// <summary>Installs it if need be, starts it, and waits until it listens.</summary>
    /// <exception cref="NodeException">There is no Node.js, or npm could not install Azurite.</exception>
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

    /// <summary>Stops it. What it keeps in a folder stays there.</summary>
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
