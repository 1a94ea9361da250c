using System.Reflection;
using Azure.Core;
using Azure.Core.Pipeline;
using LocalHost.Rpc;
using Microsoft.Azure.WebJobs;
using Microsoft.Azure.WebJobs.Host;
using Microsoft.Azure.WebJobs.Host.Executors;
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

/// <summary>Listens to the queues of an app by the storage-queue extension of the WebJobs SDK, as the Functions host does.</summary>
/// <remarks>Polling, batches, leases, retries and the move to poison queues are the extension's own.</remarks>
internal sealed class QueueListeners : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly List<IListener> _listeners = [];

    private QueueListeners(ServiceProvider services) => _services = services;

    /// <param name="configuration">The app settings, with host.json in the section <see cref="HostJson.Section"/>.</param>
    /// <param name="lease">For how long a message is hidden when it is taken; the host has ten minutes.</param>
    /// <exception cref="FunctionsHostException">A function or host.json is not what the extension accepts.</exception>
    public static async Task<QueueListeners> StartAsync(
        IReadOnlyList<FunctionBinding> triggers,
        IConfiguration configuration,
        TimeSpan lease,
        WorkerSupervisor workers,
        ILoggerFactory loggers,
        CancellationToken cancellationToken)
    {
        var listeners = new QueueListeners(CreateServices(configuration, lease, loggers));
        try
        {
            foreach (var trigger in triggers)
            {
                await listeners.ListenAsync(trigger, workers, loggers, cancellationToken);
            }

            return listeners;
        }
        catch
        {
            await listeners.DisposeAsync();
            throw;
        }
    }

    /// <summary>Takes no more messages, and waits for those that run.</summary>
    public Task StopAsync() => Task.WhenAll(_listeners.Select(listener => listener.StopAsync(CancellationToken.None)));

    public async ValueTask DisposeAsync()
    {
        foreach (var listener in _listeners)
        {
            listener.Dispose();
        }

        await _services.DisposeAsync();
    }

    private async Task ListenAsync(
        FunctionBinding trigger, WorkerSupervisor workers, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var attribute = new QueueTriggerAttribute(trigger.Text("queueName")) { Connection = trigger.Text("connection") };
        try
        {
            var binding = await _services.GetRequiredService<ITriggerBindingProvider>().TryCreateAsync(
                new TriggerBindingProviderContext(new TriggerParameter(trigger.Name, attribute), cancellationToken));
            var listener = await binding.CreateListenerAsync(new ListenerFactoryContext(
                new FunctionDescriptor { Id = trigger.Function.Name, ShortName = trigger.Function.Name, FullName = trigger.Function.Name, LogName = trigger.Function.Name },
                new QueueExecutor(trigger, workers, loggers.CreateLogger<QueueExecutor>()),
                cancellationToken));
            await listener.StartAsync(cancellationToken);
            _listeners.Add(listener);
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException or FormatException)
        {
            throw trigger.Refused(exception.Message.TrimEnd('.'), exception);
        }
    }

    private static ServiceProvider CreateServices(IConfiguration configuration, TimeSpan lease, ILoggerFactory loggers)
    {
        var services = new ServiceCollection();
        services.AddSingleton(configuration);
        services.AddSingleton<IHostEnvironment>(new DevelopmentEnvironment());
        services.AddLogging();
        services.AddSingleton(loggers);
        services.AddWebJobs(_ => { }).AddAzureStorageQueues();
        // The default ends the process for an exception on one of the extension's own threads.
        services.AddSingleton<IWebJobsExceptionHandler>(new LoggingExceptionHandler(loggers.CreateLogger<QueueListeners>()));
        services.AddAzureClients(clients => clients.ConfigureDefaults(options =>
        {
            // Storage on this machine answers soon or is not there; the clients' own patience is half a minute.
            options.Retry.MaxRetries = 3;
            options.Retry.MaxDelay = TimeSpan.FromSeconds(1);
            if (lease < FunctionsHostOptions.HostsQueueLease)
            {
                options.AddPolicy(new ShorterLease(lease), HttpPipelinePosition.PerCall);
            }
        }));
        return services.BuildServiceProvider();
    }

    /// <summary>A parameter in name only: the extension looks for its attribute, its type and its name.</summary>
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
}

/// <summary>Runs a function for a message that the extension has taken.</summary>
internal sealed partial class QueueExecutor(FunctionBinding trigger, WorkerSupervisor workers, ILogger<QueueExecutor> logger) : ITriggeredFunctionExecutor
{
    public async Task<FunctionResult> TryExecuteAsync(TriggeredFunctionData input, CancellationToken cancellationToken)
    {
        try
        {
            var worker = await workers.CurrentAsync(cancellationToken);
            var response = await worker.Channel.InvokeAsync(
                InvocationRequests.ForQueue(trigger, (Azure.Storage.Queues.Models.QueueMessage)input.TriggerValue), cancellationToken);
            if (response.Result.Status == StatusResult.Types.Status.Success)
            {
                return new FunctionResult(true);
            }

            Log.Failed(logger, trigger.Function.Name, $"{response.Result.Exception?.Message}\n{response.Result.Exception?.StackTrace}");
            return new FunctionResult(false, new FunctionInvocationException(response.Result.Exception?.Message ?? "The function failed."));
        }
        catch (Exception exception) when (exception is WorkerLostException or OperationCanceledException)
        {
            Log.Failed(logger, trigger.Function.Name, exception.Message);
            return new FunctionResult(false, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Function {Function} failed: {Failure}")]
        public static partial void Failed(ILogger logger, string function, string failure);
    }
}

/// <summary>Hides messages for less than the ten minutes that the extension has built in, so that those of a killed host come back soon.</summary>
/// <remarks>The extension renews at five minutes: a function that runs longer than the lease may run twice.</remarks>
internal sealed class ShorterLease(TimeSpan lease) : HttpPipelineSynchronousPolicy
{
    private const string TenMinutes = "visibilitytimeout=600";

    public override void OnSendingRequest(HttpMessage message)
    {
        var uri = message.Request.Uri;
        if (uri.Query.Contains(TenMinutes, StringComparison.Ordinal))
        {
            uri.Query = uri.Query.Replace(
                TenMinutes, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"visibilitytimeout={Math.Ceiling(lease.TotalSeconds)}"), StringComparison.Ordinal);
        }
    }
}

/// <summary>Logs what fails on the extension's own threads.</summary>
internal sealed partial class LoggingExceptionHandler(ILogger logger) : IWebJobsExceptionHandler
{
    public Task OnTimeoutExceptionAsync(System.Runtime.ExceptionServices.ExceptionDispatchInfo exceptionInfo, TimeSpan timeoutGracePeriod) =>
        OnUnhandledExceptionAsync(exceptionInfo);

    public Task OnUnhandledExceptionAsync(System.Runtime.ExceptionServices.ExceptionDispatchInfo exceptionInfo)
    {
        Log.Unhandled(logger, exceptionInfo.SourceException);
        return Task.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "A queue listener failed")]
        public static partial void Unhandled(ILogger logger, Exception exception);
    }
}
