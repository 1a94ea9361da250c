using Azure;
using SalesforceConnector.Triggers.Queues;

namespace LocalHost;

/// <summary>The local system's storage: an Azurite of its own, or one that runs already; or none, without Node.js.</summary>
internal sealed class LocalStorage : IAsyncDisposable
{
    // The app must have one, though nobody may listen there.
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

    /// <summary>For the app setting <c>Storage</c>.</summary>
    public string ConnectionString { get; }

    /// <summary>Why there is no storage, and hence no queues; <see langword="null"/> when there is.</summary>
    public string? Unavailable { get; }

    /// <summary>No storage.</summary>
    public static LocalStorage None(string reason) => new(new QueueOptions(), Nowhere, unavailable: reason);

    /// <summary>Uses a storage that runs already.</summary>
    /// <exception cref="StorageException">It does not answer, or the connection string is none.</exception>
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

    /// <summary>Starts Azurite, if that is possible here.</summary>
    /// <param name="output">Is told what takes long.</param>
    /// <exception cref="AzuriteException">Azurite did not start.</exception>
    public static async Task<LocalStorage> StartAsync(
        AzuriteOptions options, QueueOptions queues, TextWriter output, CancellationToken cancellationToken)
    {
        if (Azurite.Unavailable is { } reason)
        {
            return None(reason);
        }

        if (!Azurite.IsInstalled)
        {
            await output.WriteLineAsync("Installing Azurite with npm, this once: about a minute.");
        }

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

    /// <summary>Prints where it is.</summary>
    public async Task DescribeAsync(TextWriter output)
    {
        if (Unavailable is not null)
        {
            await output.WriteLineAsync($"No queues, as Azurite cannot be started: {Unavailable}. HTTP is served without them.");
            return;
        }

        await output.WriteLineAsync(_azurite is null ? "Storage, as given:" : "Storage, in Azurite:");
        await output.WriteLineAsync($"  {ConnectionString}");
    }

    public ValueTask DisposeAsync() => _azurite?.DisposeAsync() ?? ValueTask.CompletedTask;
}
