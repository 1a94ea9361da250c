using LocalHost;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace TestDrivers;

/// <summary>
/// The genuine Functions worker in the test's own process, where its time can be moved, its services replaced and its log
/// collected. It speaks to the host over gRPC and HTTP as the process does.
/// </summary>
internal sealed class InProcessWorker : IWorker
{
    private static readonly Lazy<Task<WorkerGateway>> Shared = new(() => WorkerGateway.StartAsync());

    private readonly IHost _host;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    static InProcessWorker() => Environment.SetEnvironmentVariable("FUNCTIONS_APPLICATION_DIRECTORY", AppContext.BaseDirectory);

    private InProcessWorker(IHost host)
    {
        _host = host;
        var lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
        // What the host asks for by WorkerTerminate.
        lifetime.ApplicationStopping.Register(() => Task.Run(DisposeAsync));
    }

    /// <summary>One gRPC server serves the workers of all tests; it ends with the process.</summary>
    public static Task<WorkerGateway> Gateway => Shared.Value;

    public IServiceProvider Services => _host.Services;

    public Uri? HttpUri { get; private set; }

    public Task Ended => _ended.Task;

    public string LastWords => "";

    /// <summary>Makes the way to start one.</summary>
    /// <param name="configure">Makes the app, as a Program.cs does.</param>
    /// <param name="onStarted">Is told each worker that is started.</param>
    public static StartWorker For(
        Action<FunctionsApplicationBuilder> configure, Action<ILoggingBuilder>? configureLogging, Action<InProcessWorker>? onStarted) =>
        async (gateway, workerId, settings, cancellationToken) =>
        {
            var worker = Create(gateway, workerId, settings, configure, configureLogging);
            try
            {
                await worker._host.StartAsync(cancellationToken);
            }
            catch
            {
                worker._host.Dispose();
                throw;
            }

            var addresses = worker.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
            worker.HttpUri = new Uri(addresses.Addresses.Single());
            onStarted?.Invoke(worker);
            return worker;
        };

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _host.StopAsync();
        }
        finally
        {
            _ended.TrySetResult();
        }

        _host.Dispose();
    }

    private static InProcessWorker Create(
        Uri gateway,
        string workerId,
        IReadOnlyDictionary<string, string?> settings,
        Action<FunctionsApplicationBuilder> configure,
        Action<ILoggingBuilder>? configureLogging)
    {
        var builder = FunctionsApplication.CreateBuilder([]);
        KeyValuePair<string, string?>[] own =
        [
            new("Functions:Worker:HostEndpoint", gateway.AbsoluteUri),
            new("Functions:Worker:WorkerId", workerId),
            new("Functions:Worker:RequestId", workerId),
            new("Functions:Worker:GrpcMaxMessageLength", $"{int.MaxValue}"),
        ];
        builder.Configuration.AddAppSettings(settings);
        configure(builder);
        // Again, as the worker has added the environment once more, which must not rule over them.
        builder.Configuration.AddAppSettings(settings).AddInMemoryCollection(own);
        configureLogging?.Invoke(builder.Logging);
        builder.Services.AddSingleton<IHostLifetime, OwnersLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        // The worker's own choice of a port is one for the whole process.
        builder.Services.Configure<KestrelServerOptions>(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        builder.ConfigureContainer(new DefaultServiceProviderFactory(new ServiceProviderOptions { ValidateScopes = true, ValidateOnBuild = true }));
        return new InProcessWorker(builder.Build());
    }
}
