using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Faults;

/// <summary>Stands before the table service, so that it alone can be cut off while queues and blobs go on.</summary>
internal sealed class TableGate : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<TcpClient, byte> _open = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Uri _tables;
    private readonly Task _accepting;
    private volatile bool _isCut;

    /// <param name="tables">Where the table service is.</param>
    public TableGate(Uri tables)
    {
        _tables = tables;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>A connection string that leads to the tables through here, and to all else as before.</summary>
    public string Before(string connectionString) => connectionString.Replace(
        $"TableEndpoint={_tables.GetLeftPart(UriPartial.Authority)}",
        $"TableEndpoint=http://{_listener.LocalEndpoint}",
        StringComparison.Ordinal);

    /// <summary>Breaks all connections and refuses new ones for a time.</summary>
    public async Task CutAsync(TimeSpan outage, CancellationToken cancellationToken)
    {
        _isCut = true;
        foreach (var client in _open.Keys)
        {
            client.Close();
        }

        await Task.Delay(outage, TimeProvider.System, cancellationToken);
        _isCut = false;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        foreach (var client in _open.Keys)
        {
            client.Close();
        }

        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptTcpClientAsync(_stopping.Token);
                if (_isCut)
                {
                    client.Close();
                }
                else
                {
                    _ = ForwardAsync(client);
                }
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException)
            {
                // It is being stopped, or a caller went before it was let in.
            }
        }
    }

    private async Task ForwardAsync(TcpClient client)
    {
        using var service = new TcpClient();
        _open.TryAdd(client, 0);
        _open.TryAdd(service, 0);
        try
        {
            await service.ConnectAsync(_tables.Host, _tables.Port, _stopping.Token);
            await Task.WhenAny(
                client.GetStream().CopyToAsync(service.GetStream(), _stopping.Token),
                service.GetStream().CopyToAsync(client.GetStream(), _stopping.Token));
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // Cut off, or one of the two sides has ended.
        }
        finally
        {
            _open.TryRemove(client, out _);
            _open.TryRemove(service, out _);
            client.Close();
        }
    }
}
