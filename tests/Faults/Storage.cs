using LocalHost;

namespace Faults;

/// <summary>
/// An Azurite that can be stopped and started again, at the same place with the same data. It is stopped in order: what
/// it had not written to the disk when killed would be lost, as Azure Storage never loses what it has acknowledged.
/// </summary>
internal sealed class Storage : IAsyncDisposable
{
    private readonly string _folder;
    private readonly TableGate _tables;
    private Azurite _azurite;

    private Storage(string folder, Azurite azurite)
    {
        (_folder, _azurite) = (folder, azurite);
        _tables = new TableGate(azurite.Endpoints.Table);
    }

    /// <summary>The app's: its way to the tables can be cut off.</summary>
    public string ConnectionString => _tables.Before(_azurite.Accounts[0].ConnectionString);

    /// <summary>Cuts the tables off for a time; queues and blobs go on.</summary>
    public Task CutTablesAsync(TimeSpan outage, CancellationToken cancellationToken) => _tables.CutAsync(outage, cancellationToken);

    public static async Task<Storage> StartAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("faults-").FullName;
        return new Storage(folder, await Azurite.StartAsync(new AzuriteOptions { DataFolder = folder }, cancellationToken));
    }

    /// <summary>Stops it, waits, and starts it again.</summary>
    public async Task RestartAsync(TimeSpan outage, CancellationToken cancellationToken)
    {
        var endpoints = _azurite.Endpoints;
        await _azurite.DisposeAsync();
        await Task.Delay(outage, TimeProvider.System, cancellationToken);
        _azurite = await Azurite.StartAsync(
            new AzuriteOptions
            {
                DataFolder = _folder,
                BlobPort = endpoints.Blob.Port,
                QueuePort = endpoints.Queue.Port,
                TablePort = endpoints.Table.Port,
            },
            cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _tables.DisposeAsync();
        await _azurite.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
