using System.Reflection;
using Azure.Core;
using Microsoft.Azure.WebJobs;
using Microsoft.Azure.WebJobs.Host.Listeners;
using Microsoft.Azure.WebJobs.Host.Protocols;
using Microsoft.Azure.WebJobs.Host.Timers;
using Microsoft.Azure.WebJobs.Host.Triggers;
using Microsoft.Extensions.Azure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LocalHost;

/// <summary>Listens to an app's queues with the WebJobs SDK's storage queues extension, as the Functions host does.</summary>
/// <remarks>The extension does polling, batching, leases, retries and the move to poison queues.</remarks>
internal sealed partial class QueueListeners : IAsyncDisposable
{
    private static readonly TimeSpan RestartDelay = TimeSpan.FromSeconds(1);

    private readonly IReadOnlyList<FunctionBinding> _triggers;
    private readonly WorkerSupervisor _workers;
    private readonly ILoggerFactory _loggers;
    private readonly ServiceProvider _services;
    private readonly ListenerFailure _failure = new();
    private readonly CancellationTokenSource _stopping = new();
    private List<IListener> _listeners = [];
    private Task _watching = Task.CompletedTask;

    private QueueListeners(
        IReadOnlyList<FunctionBinding> triggers, IConfiguration configuration, TimeSpan lease, WorkerSupervisor workers, ILoggerFactory loggers)
    {
        (_triggers, _workers, _loggers) = (triggers, workers, loggers);
        _services = CreateServices(configuration, lease, loggers, _failure);
    }

    /// <param name="configuration">The app settings, with host.json in the section <see cref="HostJson.Section"/>.</param>
    /// <param name="lease">How long a received message is hidden; ten minutes on the Functions host.</param>
    /// <exception cref="FunctionsHostException">The extension rejects a function or host.json.</exception>
    public static async Task<QueueListeners> StartAsync(
        IReadOnlyList<FunctionBinding> triggers,
        IConfiguration configuration,
        TimeSpan lease,
        WorkerSupervisor workers,
        ILoggerFactory loggers,
        CancellationToken cancellationToken)
    {
        var queues = new QueueListeners(triggers, configuration, lease, workers, loggers);
        try
        {
            await queues.ListenAsync(cancellationToken);
            queues._watching = queues.WatchAsync();
            return queues;
        }
        catch
        {
            await queues.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops receiving, cancels running messages and waits for them, as the SDK's host does.</summary>
    public async Task StopAsync()
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        await _stopping.CancelAsync();
        await _watching;
        await Task.WhenAll(_listeners.Select(listener => listener.StopAsync(CancellationToken.None)));
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _listeners.ForEach(listener => listener.Dispose());
        _listeners.Clear();
        await _services.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        foreach (var trigger in _triggers)
        {
            var listener = await CreateListenerAsync(trigger, cancellationToken);
            await listener.StartAsync(cancellationToken);
            _listeners.Add(listener);
        }
    }

    /// <summary>Restarts all listeners when one fails, for example because the storage does not respond. Azure restarts the whole host.</summary>
    private async Task WatchAsync()
    {
        var logger = _loggers.CreateLogger<QueueListeners>();
        try
        {
            while (true)
            {
                Log.Failed(logger, await _failure.NextAsync(_stopping.Token));
                var failed = Interlocked.Exchange(ref _listeners, []);
                failed.ForEach(listener => listener.Cancel());
                await Task.Delay(RestartDelay, TimeProvider.System, _stopping.Token);
                failed.ForEach(listener => listener.Dispose());
                await ListenAsync(_stopping.Token);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The host is stopping.
        }
    }

    private async Task<IListener> CreateListenerAsync(FunctionBinding trigger, CancellationToken cancellationToken)
    {
        var attribute = new QueueTriggerAttribute(trigger.Text("queueName")) { Connection = trigger.Text("connection") };
        var name = trigger.Function.Name;
        try
        {
            var binding = await _services.GetRequiredService<ITriggerBindingProvider>().TryCreateAsync(
                new TriggerBindingProviderContext(new TriggerParameter(trigger.Name, attribute), cancellationToken));
            return await binding.CreateListenerAsync(new ListenerFactoryContext(
                new FunctionDescriptor { Id = name, ShortName = name, FullName = name, LogName = name },
                new QueueExecutor(trigger, _workers, _loggers.CreateLogger<QueueExecutor>(), _stopping.Token),
                cancellationToken));
        }
        catch (Exception exception) when ((exception is TargetInvocationException ? exception.InnerException : exception)
            is InvalidOperationException or ArgumentException or FormatException)
        {
            throw trigger.Refused((exception.InnerException ?? exception).Message.TrimEnd('.'), exception);
        }
    }

    private static ServiceProvider CreateServices(
        IConfiguration configuration, TimeSpan lease, ILoggerFactory loggers, ListenerFailure failure)
    {
        var services = new ServiceCollection();
        services.AddSingleton(configuration);
        services.AddSingleton<IHostEnvironment>(new DevelopmentEnvironment());
        services.AddLogging();
        services.AddSingleton(loggers);
        services.AddWebJobs(_ => { }).AddAzureStorageQueues();
        // The default handler ends the process on an exception in one of the extension's own threads.
        services.AddSingleton<IWebJobsExceptionHandler>(failure);
        services.AddAzureClients(clients => clients.ConfigureDefaults(options =>
        {
            // Local storage responds quickly or not at all. The clients' default timeout is half a minute.
            options.Retry.MaxRetries = 3;
            options.Retry.MaxDelay = TimeSpan.FromSeconds(1);
            if (lease < FunctionsHostOptions.HostsQueueLease)
            {
                options.AddPolicy(new ShorterLease(lease), HttpPipelinePosition.PerCall);
            }
        }));
        return services.BuildServiceProvider();
    }

    /// <summary>A parameter that provides only what the extension reads: attribute, type and name.</summary>
    private sealed class TriggerParameter(string name, QueueTriggerAttribute attribute) : ParameterInfo
    {
        public override string Name => name;

        public override Type ParameterType => typeof(string);

        public override MemberInfo Member { get; } = typeof(TriggerParameter).GetMethod(nameof(GetCustomAttributes), [typeof(bool)])!;

        public override object[] GetCustomAttributes(bool inherit) => [attribute];

        public override object[] GetCustomAttributes(Type attributeType, bool inherit) =>
            attributeType.IsInstanceOfType(attribute) ? new Attribute[] { attribute } : (Attribute[])Array.CreateInstance(attributeType, 0);

        public override bool IsDefined(Type attributeType, bool inherit) => attributeType.IsInstanceOfType(attribute);
    }

    private sealed class DevelopmentEnvironment : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = Environments.Development;

        public string ApplicationName { get; set; } = nameof(LocalHost);

        public string ContentRootPath { get; set; } = AppContext.BaseDirectory;

        public Microsoft.Extensions.FileProviders.IFileProvider ContentRootFileProvider { get; set; } = new Microsoft.Extensions.FileProviders.NullFileProvider();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "A queue listener has failed; all listeners are restarted")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
