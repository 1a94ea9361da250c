using System.Collections.Concurrent;
using System.Net;
using Grpc.Core;
using LocalHost.Rpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LocalHost;

/// <summary>The gRPC server that workers connect to. One server can serve many workers, which it identifies by their ids.</summary>
public sealed class WorkerGateway : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, WorkerChannel> _expected = new();
    private readonly WebApplication _app;

    private WorkerGateway(WebApplication app) => _app = app;

    /// <summary>The server's address: HTTP/2 without TLS, on loopback.</summary>
    public Uri Address { get; private init; } = null!;

    public static async Task<WorkerGateway> StartAsync(CancellationToken cancellationToken = default)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddSingleton<IHostLifetime, OwnersLifetime>();
        // Workers' streams never end by themselves, so there is nothing to wait for.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMilliseconds(100));
        builder.Services.AddRoutingCore();
        builder.Services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = null);
        builder.Services.AddSingleton<Service>();
        var app = builder.Build();
        app.UseRouting();
        app.MapGrpcService<Service>();
        await app.StartAsync(cancellationToken);
        var gateway = new WorkerGateway(app) { Address = new Uri(app.Urls.Single()) };
        app.Services.GetRequiredService<Service>().Gateway = gateway;
        return gateway;
    }

    /// <summary>Creates the channel for a worker that will connect with this id.</summary>
    internal WorkerChannel Expect(string workerId)
    {
        var channel = new WorkerChannel(workerId);
        _expected[workerId] = channel;
        _ = channel.Closed.ContinueWith(_ => _expected.TryRemove(workerId, out var _), TaskScheduler.Default);
        return channel;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in _expected.Values)
        {
            channel.Close();
        }

        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private sealed class Service : FunctionRpc.FunctionRpcBase
    {
        public WorkerGateway Gateway { get; set; } = null!;

        public override async Task EventStream(
            IAsyncStreamReader<StreamingMessage> requestStream, IServerStreamWriter<StreamingMessage> responseStream, ServerCallContext context)
        {
            if (await requestStream.MoveNext(context.CancellationToken)
                && requestStream.Current is { ContentCase: StreamingMessage.ContentOneofCase.StartStream, StartStream.WorkerId: var workerId }
                && Gateway._expected.TryGetValue(workerId, out var channel))
            {
                await channel.ServeAsync(requestStream, responseStream, context.CancellationToken);
                return;
            }

            throw new Grpc.Core.RpcException(new Status(StatusCode.NotFound, "No worker of this id is expected."));
        }
    }
}
