using System.Collections.Concurrent;
using System.Net;
using Benchmarks.Peers;
using LocalHost;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Yarp.ReverseProxy.Forwarder;

namespace Benchmarks.Cost;

/// <summary>A proxy before a storage account that counts the requests, by service and by queue, container or table.</summary>
internal sealed class StorageCounter : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<StorageResource, int> _counts = new();
    private readonly Dictionary<int, (StorageService Service, Uri Endpoint)> _services = [];
    private readonly HttpMessageInvoker _invoker = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false });

    private StorageCounter(WebApplication app) => _app = app;

    /// <summary>For an app whose requests are to be counted.</summary>
    public string ConnectionString { get; private set; } = "";

    /// <summary>The requests so far.</summary>
    public IReadOnlyDictionary<StorageResource, int> Counts => _counts.ToDictionary();

    public static async Task<StorageCounter> StartAsync(Azurite azurite, CancellationToken cancellationToken)
    {
        (StorageService Service, Uri Endpoint)[] services =
        [
            (StorageService.Blob, azurite.Endpoints.Blob),
            (StorageService.Queue, azurite.Endpoints.Queue),
            (StorageService.Table, azurite.Endpoints.Table),
        ];
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Array.ForEach(services, _ => kestrel.Listen(IPAddress.Loopback, 0)));
        builder.Services.AddHttpForwarder();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        var app = builder.Build();
        var counter = new StorageCounter(app);
        var forwarder = app.Services.GetRequiredService<IHttpForwarder>();
        app.Run(context => counter.ForwardAsync(context, forwarder));
        await app.StartAsync(cancellationToken);

        // Kestrel names its addresses in the order in which they were given.
        counter.ConnectionString = azurite.Accounts[0].ConnectionString;
        foreach (var (address, service) in app.Urls.Select(url => new Uri(url)).Zip(services))
        {
            counter._services[address.Port] = service;
            counter.ConnectionString = counter.ConnectionString.Replace(service.Endpoint.Authority, address.Authority, StringComparison.Ordinal);
        }

        return counter;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _invoker.Dispose();
    }

    private async Task ForwardAsync(HttpContext context, IHttpForwarder forwarder)
    {
        var (service, endpoint) = _services[context.Connection.LocalPort];
        _counts.AddOrUpdate(new StorageResource(service, NameIn(context.Request.Path)), 1, (_, count) => count + 1);
        await forwarder.SendAsync(context, endpoint.GetLeftPart(UriPartial.Authority), _invoker);
    }

    // "/account/queue/messages", "/account/table(PartitionKey='…',RowKey='…')"
    private static string NameIn(PathString path) => path.Value!.Split('/').ElementAtOrDefault(2)?.Split('(')[0] ?? "";
}

internal enum StorageService
{
    Blob,
    Queue,
    Table,
}

/// <param name="Name">Of the queue, container or table.</param>
internal readonly record struct StorageResource(StorageService Service, string Name);
