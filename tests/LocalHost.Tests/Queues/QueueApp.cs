using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LocalHost.Tests;

/// <summary>A functions app that listens to a queue named <c>work</c>, on a storage account of its own.</summary>
internal sealed class QueueApp : IAsyncDisposable
{
    /// <summary>The queue, by the app setting that the trigger names.</summary>
    public const string Queue = "work";

    private const string HostSetting = "AzureFunctionsJobHost__extensions__queues__";

    private readonly TestApp _app;

    private QueueApp(TestApp app, QueueDriver queues, Deliveries deliveries, CollectedLog log)
    {
        _app = app;
        Queues = queues;
        Deliveries = deliveries;
        Log = log;
    }

    public QueueDriver Queues { get; }

    public Deliveries Deliveries { get; }

    public CollectedLog Log { get; }

    /// <param name="deliveries">What the function is to do.</param>
    /// <param name="hostSettings">Settings of host.json's <c>extensions.queues</c>, in place of those in the file.</param>
    public static async Task<QueueApp> StartAsync(
        AzuriteAccount account,
        Deliveries deliveries,
        TimeSpan? lease = null,
        string queue = Queue,
        params (string Name, string Value)[] hostSettings)
    {
        var log = new CollectedLog();
        var settings = new Dictionary<string, string?>
        {
            ["Storage"] = account.ConnectionString,
            ["Tests__Queue"] = queue,
            [$"{HostSetting}maxPollingInterval"] = "00:00:00.2",
            [$"{HostSetting}visibilityTimeout"] = "00:00:00",
        };
        foreach (var (name, value) in hostSettings)
        {
            settings[HostSetting + name] = value;
        }

        var app = await TestApp.StartAsync(
            new FunctionsHostOptions
            {
                ListensTo = _ => true,
                QueueLease = lease ?? FunctionsHostOptions.HostsQueueLease,
                Settings = settings,
                ConfigureLogging = logging => logging.AddProvider(log),
            },
            services => services.AddSingleton(deliveries).AddScoped<Scope>(),
            typeof(QueueFunctions));
        return new QueueApp(app, new QueueDriver(account.ConnectionString), deliveries, log);
    }

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        // Whatever still waits ends with the host, in good order.
        await _app.DisposeAsync();
        Log.Dispose();
    }

    internal sealed class Scope;

    internal sealed class QueueFunctions(Deliveries deliveries, Scope scope)
    {
        [Function("Works")]
        public Task Work([QueueTrigger("%Tests:Queue%", Connection = "Storage")] string message, CancellationToken cancellationToken) =>
            deliveries.TakeAsync(message, scope, cancellationToken);
    }
}
