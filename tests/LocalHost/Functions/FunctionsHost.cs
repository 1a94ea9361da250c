using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LocalHost;

/// <summary>A small Azure Functions host: starts the app as its worker, and invokes it for HTTP requests, queue messages and timers.</summary>
/// <remarks>
/// The worker, its gRPC protocol and the storage queues extension are the real ones. Routes, keys, statuses and limits are
/// this host's own, modelled on the Azure Functions host 4.
/// </remarks>
public sealed class FunctionsHost : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> _parts = new();
    private readonly FunctionsHostOptions _options;
    private readonly TaskCompletionSource<IReadOnlyList<HttpFunction>> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WorkerSupervisor? _workers;
    private WebApplication? _app;
    private QueueListeners? _queues;
    private Timers? _timers;
    private int _stopped;

    private FunctionsHost(FunctionsHostOptions options) => _options = options;

    /// <summary>The host's root, without the route prefix: <c>http://localhost:7071/</c>.</summary>
    public Uri BaseUrl { get; private set; } = null!;

    /// <summary>The HTTP functions, in matching order.</summary>
    public IReadOnlyList<HttpFunctionInfo> Functions { get; private set; } = [];

    /// <summary>The queue functions whose queues are being polled.</summary>
    public IReadOnlyList<QueueFunctionInfo> QueueFunctions { get; private set; } = [];

    /// <summary>The timer functions, with their schedules.</summary>
    public IReadOnlyList<TimerFunctionInfo> TimerFunctions { get; private set; } = [];

    /// <summary>Completes when the worker has crashed too often. The host then replies with 503.</summary>
    public Task Failed => _workers!.Failed;

    /// <summary>Starts listening, starts the worker and loads its functions.</summary>
    /// <exception cref="FunctionsHostException">The functions or host.json are not valid, or the app exited at startup.</exception>
    /// <exception cref="IOException">The port is in use.</exception>
    public static async Task<FunctionsHost> StartAsync(FunctionsHostOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var host = new FunctionsHost(options);
        try
        {
            await host.StartAsync(cancellationToken);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Stops accepting work and cancels running queue messages. Running requests are cancelled after
    /// <see cref="FunctionsHostOptions.StopGrace"/>. Then ends the worker.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _stopped, 1) != 0)
        {
            return;
        }

        var requests = _app?.StopAsync() ?? Task.CompletedTask;
        var messages = _queues?.StopAsync() ?? Task.CompletedTask;
        if (_workers is not null)
        {
            await _workers.StopAsync(_options.StopGrace);
        }

        await Task.WhenAll(requests, messages);
        while (_parts.TryPop(out var part))
        {
            await part.DisposeAsync();
        }
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        var hostJson = HostJson.Read(Path.Combine(_options.AppFolder, "host.json"), _options.Settings);
        if (_options.Gateway is not { } gateway)
        {
            _parts.Push(gateway = await WorkerGateway.StartAsync(cancellationToken));
        }

        var app = _app = CreateApp(gateway, hostJson);
        _parts.Push(app);
        var workers = _workers = app.Services.GetRequiredService<WorkerSupervisor>();
        var keys = new FunctionKeys(_options.Key, _options.MasterKey);
        app.Run(new HttpDispatcher(
            keys,
            app.Services.GetRequiredService<HttpForwarding>(),
            new AdminDoor(keys, RunOnDemand),
            cancellation => _ready.Task.WaitAsync(cancellation),
            TimeProvider.System,
            app.Services.GetRequiredService<ILogger<HttpDispatcher>>()).DispatchAsync);
        await app.StartAsync(cancellationToken);
        BaseUrl = new Uri(_options.Port == 0 ? app.Urls.Single() : $"http://localhost:{_options.Port}/");

        var worker = await workers.StartAsync(cancellationToken);
        await LoadAsync(FunctionBinding.TriggersOf(worker.Functions), hostJson, workers, app.Services.GetRequiredService<ILoggerFactory>(), cancellationToken);
    }

    private async Task LoadAsync(
        IReadOnlyList<FunctionBinding> triggers, HostJson hostJson, WorkerSupervisor workers, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var functions = HttpFunctionTable.Create(triggers, hostJson.RoutePrefix);
        Functions = [.. functions.Select(function => function.Info)];

        FunctionBinding[] queues = [.. triggers.Where(trigger => trigger.Type == FunctionBinding.Queue && _options.ListensTo(trigger.Function.Name))];
        QueueFunctions = [.. queues.Select(trigger => new QueueFunctionInfo(trigger.Function.Name, trigger.Text("queueName")!))];

        FunctionBinding[] timers = [.. triggers.Where(trigger => trigger.Type == FunctionBinding.Timer)];
        TimerFunctions = [.. timers.Select(trigger => new TimerFunctionInfo(trigger.Function.Name, trigger.Text("schedule")!))];
        _timers = new Timers(timers, bySchedule: _options.Timers, workers, TimeProvider.System, loggers.CreateLogger<Timers>());
        _parts.Push(_timers);
        _ready.SetResult(functions);
        if (queues.Length > 0)
        {
            _queues = await QueueListeners.StartAsync(queues, hostJson.Configuration, _options.QueueLease, workers, loggers, cancellationToken);
            _parts.Push(_queues);
        }
    }

    private bool RunOnDemand(string name) => _timers?.Run(name) ?? false;

    private WebApplication CreateApp(WorkerGateway gateway, HostJson hostJson)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = HttpForwarding.MaxBodyBytes;
            Listen(kestrel, _options.Port);
        });
        builder.Services.AddSingleton<IHostLifetime, OwnersLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = _options.StopGrace + TimeSpan.FromSeconds(6));
        builder.Services.AddHttpForwarder();
        builder.Services.AddSingleton<HttpForwarding>();
        builder.Services.AddSingleton(services => new WorkerSupervisor(
            gateway,
            _options.StartWorker ?? WorkerProcess.In(_options.AppFolder, new WorkerOutput(services.GetRequiredService<ILoggerFactory>()).Write),
            _options.AppFolder,
            _options.Settings,
            _options.MaxWorkerErrors,
            TimeProvider.System,
            services.GetRequiredService<ILoggerFactory>()));
        builder.Logging.AddConfiguration(hostJson.Configuration.GetSection($"{HostJson.Section}:logging"));
        _options.ConfigureLogging?.Invoke(builder.Logging);
        return builder.Build();
    }

    private static void Listen(KestrelServerOptions kestrel, int port)
    {
        if (port == 0)
        {
            // Kestrel cannot assign the same free port on both loopback addresses.
            kestrel.Listen(IPAddress.Loopback, 0);
        }
        else
        {
            kestrel.ListenLocalhost(port);
        }
    }
}
