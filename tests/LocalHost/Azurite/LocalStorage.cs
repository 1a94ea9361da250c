using Azure;
using Azure.Storage.Queues;
using SalesforceConnector.Triggers.Queues;

namespace LocalHost;

/// <summary>The local system's storage: its own Azurite, a running storage, or none if Node.js is missing.</summary>
internal sealed class LocalStorage : IAsyncDisposable
{
    // The app requires a connection string, even if no storage listens there.
    private const string Nowhere = "UseDevelopmentStorage=true";

    private readonly Azurite? _azurite;

    private LocalStorage(QueueOptions queues, string connectionString, Azurite? azurite = null, string? unavailable = null)
    {
        Queues = queues;
        ConnectionString = connectionString;
        _azurite = azurite;
        Unavailable = unavailable;
    }

    /// <summary>The names of the queues.</summary>
    public QueueOptions Queues { get; }

    /// <summary>The value of the app setting <c>Storage</c>.</summary>
    public string ConnectionString { get; }

    /// <summary>Why there is no storage and there are no queues; <see langword="null"/> if there is storage.</summary>
    public string? Unavailable { get; }

    /// <summary>Creates the local system without storage.</summary>
    public static LocalStorage None(string reason) => new(new QueueOptions(), Nowhere, unavailable: reason);

    /// <summary>Uses a running storage.</summary>
    /// <exception cref="StorageException">The storage does not respond, or the connection string is not valid.</exception>
    public static async Task<LocalStorage> UseAsync(string connectionString, QueueOptions queues, CancellationToken cancellationToken)
    {
        try
        {
            await AppStorage.CreateAsync(connectionString, queues, cancellationToken);
            return new LocalStorage(queues, connectionString);
        }
        catch (Exception exception) when (exception is FormatException or RequestFailedException or AggregateException)
        {
            throw new StorageException(exception);
        }
    }

    /// <summary>Starts Azurite, if it can run on this machine.</summary>
    /// <exception cref="AzuriteException">Azurite did not start.</exception>
    public static async Task<LocalStorage> StartAsync(
        AzuriteOptions options, QueueOptions queues, StartSteps steps, CancellationToken cancellationToken)
    {
        if (Azurite.Unavailable is { } reason)
        {
            return None(reason);
        }

        var title = Azurite.IsInstalled ? "the storage, in Azurite" : "the storage, in Azurite, which npm installs once";
        return await steps.RunAsync(title, () => StartAsync(options, queues, cancellationToken));
    }

    private static async Task<LocalStorage> StartAsync(AzuriteOptions options, QueueOptions queues, CancellationToken cancellationToken)
    {
        Azurite? azurite = null;
        try
        {
            azurite = await Azurite.StartAsync(options, cancellationToken);
            var connectionString = azurite.Accounts[0].ConnectionString;
            await AppStorage.CreateAsync(connectionString, queues, cancellationToken);
            return new LocalStorage(queues, connectionString, azurite);
        }
        catch (NodeException exception)
        {
            return None(exception.Message);
        }
        catch when (azurite is not null)
        {
            await azurite.DisposeAsync();
            throw;
        }
    }

    /// <summary>Where the queues are; empty if there are none.</summary>
    public string Place => Unavailable is null ? new QueueServiceClient(ConnectionString).Uri.AbsoluteUri : "";

    /// <summary>What the storage is, or why there is none.</summary>
    public string Description => Unavailable is { } reason ? $"no queues, because Azurite cannot be started: {reason}; HTTP works without them"
        : _azurite is null ? "the storage that --storage names"
        : "in Azurite";

    public ValueTask DisposeAsync() => _azurite?.DisposeAsync() ?? ValueTask.CompletedTask;
}
