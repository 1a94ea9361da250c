using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LocalHost;

/// <summary>Listens to the queues of all queue functions for as long as the host runs.</summary>
/// <remarks>Stopping cancels what runs and waits for it to end, for no longer than the host's shutdown may take.</remarks>
internal sealed class QueueListeners(IEnumerable<QueueListener> listeners) : BackgroundService
{
    /// <exception cref="FunctionsHostException">A function is not what the host accepts, or a setting that it names is missing.</exception>
    public static IReadOnlyList<QueueFunction> FindFunctions(IEnumerable<FunctionMethod> methods, IConfiguration configuration) =>
    [
        .. from method in methods
           let trigger = method.Trigger as QueueTriggerAttribute
           where trigger is not null
           select new QueueFunction(method, trigger, configuration),
    ];

    public static QueueListeners Create(
        IServiceProvider services, IReadOnlyList<QueueFunction> functions, QueueSettings settings, TimeSpan lease) =>
        new(functions.Select(function => new QueueListener(
            function, settings, lease, services, TimeProvider.System, services.GetRequiredService<ILogger<QueueListener>>())));

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(listeners.Select(listener => listener.ListenAsync(stoppingToken)));
}
