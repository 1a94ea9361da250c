using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Connector.Tests.Drivers;
using LocalHost;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using SalesforceConnector;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce.Authentication;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Salesforce.Events;
using SalesforceConnector.Triggers.Events;
using SalesforceConnector.Triggers.Events.Deliveries;
using SalesforceConnector.Triggers.Http;
using SalesforceConnector.Triggers.Queues;
using SalesforceConnector.Triggers.Timers;
using SalesforceSimulator;

namespace Connector.Tests.Queues.Steps;

/// <summary>
/// The connector over storage in memory, an org on loopback and a clock that stands still, with what the Functions host does
/// with messages: it delivers them again, gives them up, and runs the timer.
/// </summary>
internal sealed class StepApp : IAsyncDisposable
{
    private const int MaxDequeueCount = 5;

    // Nothing in these runs takes longer: a day of attempts, the longest outage, and the leases between.
    private static readonly TimeSpan Horizon = TimeSpan.FromDays(3);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Released = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan HiddenAfterDeath = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Housekeeping = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan PoisonLifetime = TimeSpan.FromDays(7);

    private static readonly string[] Listened = [.. AppStorage.Triggers.Values];

    private readonly Simulator _org;
    private readonly LocalKeyVault _vault;
    private readonly IReadOnlyDictionary<string, string?> _settings;
    private ServiceProvider? _process;
    private DateTimeOffset _nextHousekeeping;

    /// <param name="time">A clock that the org goes by too; its own, if the org's matters not.</param>
    public StepApp(Simulator org, LocalKeyVault vault, IReadOnlyDictionary<string, string?> settings, FakeTimeProvider? time)
    {
        Time = time ?? new FakeTimeProvider();
        (_org, _vault, _settings) = (org, vault, settings);
        Steps = new StepRecorder(Time);
        Table = new StepTable(Steps);
        Queues = new StepQueues(Steps, Time);
        Blobs = new StepBlobs(Steps);
        BulkBlobs = new StepBlobs(Steps);
        _nextHousekeeping = Time.GetUtcNow() + Housekeeping;
    }

    public FakeTimeProvider Time { get; }

    public StepRecorder Steps { get; }

    public StepTable Table { get; }

    public StepQueues Queues { get; }

    public StepBlobs Blobs { get; }

    /// <summary>The container of bulk jobs.</summary>
    public StepBlobs BulkBlobs { get; }

    /// <summary>Results on the queue of results.</summary>
    public IReadOnlyList<string> Results => [.. Queues.On("salesforce-results").Select(message => message.Text)];

    public IServiceProvider Process => _process ??= Start();

    /// <summary>Lets the host deliver what there is, and run its timer, until no operation waits any more.</summary>
    public async Task RunUntilQuietAsync()
    {
        var end = Time.GetUtcNow() + Horizon;
        while (true)
        {
            var waiting = Listened.SelectMany(queue => Queues.On(queue).Select(message => (queue, message))).ToArray();
            var poisoned = Listened.Sum(queue => Queues.On($"{queue}-poison").Count);
            if (waiting.Length + poisoned == 0)
            {
                return;
            }

            if (Steps.OutageOf(Service.Queue) is { } back)
            {
                // The host gets no message either, and releases none.
                Time.Advance(back - Time.GetUtcNow());
            }

            Time.GetUtcNow().ShouldBeLessThan(end, "a message circulates without end");
            var now = Time.GetUtcNow();
            if (waiting.OrderBy(pair => pair.message.VisibleAt).FirstOrDefault() is { message: { } next } pair && next.VisibleAt <= now)
            {
                await DeliverAsync(pair.queue, next);
                continue;
            }

            var due = waiting.Select(other => other.message.VisibleAt).Append(_nextHousekeeping).Min();
            Time.Advance(due > now ? due - now : TimeSpan.Zero);
            if (_nextHousekeeping <= Time.GetUtcNow())
            {
                await HousekeepAsync();
            }
        }
    }

    public async Task HousekeepAsync()
    {
        _nextHousekeeping = Time.GetUtcNow() + Housekeeping;
        try
        {
            await PassTimeAsync(Process.GetRequiredService<HousekeepingRun>().RunAsync(CancellationToken.None));
        }
        catch (ProcessDiedException)
        {
            // The next tick goes on.
        }

        await RestartIfDeadAsync();
    }

    /// <summary>Delivers a message as the host does: it is deleted, released or given up.</summary>
    public async Task DeliverAsync(string queue, StepMessage message)
    {
        var taken = Queues.Hide(queue, message, HiddenAfterDeath, message.Dequeued + 1);
        var succeeded = true;
        try
        {
            await PassTimeAsync(InvokeAsync(queue, taken.Text));
        }
        catch (Exception e) when (e is not Shouldly.ShouldAssertException)
        {
            succeeded = false;
        }

        if (Steps.IsDead)
        {
            await RestartIfDeadAsync();
        }
        else if (Steps.OutageOf(Service.Queue) is not null)
        {
            return;
        }
        else if (succeeded)
        {
            Queues.Remove(queue, taken.Id);
        }
        else if (taken.Dequeued < MaxDequeueCount)
        {
            Queues.Hide(queue, taken, Released, taken.Dequeued);
            return;
        }

        // A message that has been taken five times is given up, however its last attempt ended.
        if (!succeeded && taken.Dequeued >= MaxDequeueCount)
        {
            Queues.Remove(queue, taken.Id);
            Queues.Put($"{queue}-poison", taken.Text, lifetime: PoisonLifetime);
        }
    }

    public Task InvokeAsync(string queue, string message)
    {
        var (function, method) = queue == DeliverEvent.Queue
            ? (nameof(DeliverEvent), nameof(DeliverEvent.FromEvents))
            : (OperationQueues.All.Single(pair => pair.Value == queue).Key, "FromQueue");
        return (Task)FunctionOf(function, method, message, CancellationToken.None)!;
    }

    /// <summary>Calls an operation over HTTP.</summary>
    /// <returns>Status and body; <see langword="null"/> if the process died first.</returns>
    public async Task<(int Status, string Body)?> CallAsync(string operation, string payload, params (string Name, string Value)[] headers)
    {
        var context = Context(headers);
        context.Request.Method = "POST";
        context.Request.Body = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(payload));
        return await AnswerAsync(context, () => (Task<IResult>)FunctionOf(operation, "FromHttp", context.Request, CancellationToken.None)!);
    }

    public async Task<(int Status, string Body)?> FetchAsync(string key)
    {
        var context = Context([]);
        return await AnswerAsync(context, () => ActivatorUtilities.CreateInstance<GetResult>(Process).FromHttp(context.Request, key, CancellationToken.None));
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }
    }

    private async Task<(int Status, string Body)?> AnswerAsync(DefaultHttpContext context, Func<Task<IResult>> callAsync)
    {
        var body = new MemoryStream();
        context.Response.Body = body;
        try
        {
            var call = callAsync();
            await PassTimeAsync(call);
            await (await call).ExecuteAsync(context);
        }
        catch (ProcessDiedException)
        {
            // Nobody answers.
        }

        if (Steps.IsDead)
        {
            await RestartIfDeadAsync();
            return null;
        }

        return (context.Response.StatusCode, System.Text.Encoding.UTF8.GetString(body.ToArray()));
    }

    private DefaultHttpContext Context(IEnumerable<(string Name, string Value)> headers)
    {
        var context = new DefaultHttpContext { RequestServices = Process };
        foreach (var (name, value) in headers)
        {
            context.Request.Headers[name] = value;
        }

        return context;
    }

    private object? FunctionOf(string operation, string method, params object[] arguments)
    {
        var type = typeof(OperationQueues).Assembly.GetExportedTypes().Single(type => type.Name == operation);
        return type.GetMethod(method)!.Invoke(ActivatorUtilities.CreateInstance(Process, type), System.Reflection.BindingFlags.DoNotWrapExceptions, null, arguments, null);
    }

    /// <summary>Lets the clock go on for as long as nothing else does: the connector pauses between attempts at a login.</summary>
    private async Task PassTimeAsync(Task pending)
    {
        while (await Task.WhenAny(pending, Task.Delay(Look, TimeProvider.System)) != pending)
        {
            if (!Steps.IsActive && !pending.IsCompleted)
            {
                Time.Advance(Pause);
            }
        }

        await pending;
    }

    private async Task RestartIfDeadAsync()
    {
        if (Steps.IsDead)
        {
            Steps.Restart();
            await DisposeAsync();
            _process = null;
        }
    }

    private ServiceProvider Start()
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddAppSettings(new Dictionary<string, string?>
        {
            ["Salesforce__BaseUrl"] = _org.BaseUrl.ToString(),
            ["Salesforce__AllowLoopback"] = "true",
            ["Salesforce__ShareTokens"] = "false",
            ["Salesforce__MaxRetries"] = "0",
            ["Salesforce__RetryDelay"] = "00:00:00.001",
            ["KeyVault__Uri"] = LocalKeyVault.VaultUri,
            ["Storage"] = "UseDevelopmentStorage=true",
        }.Concat(_settings)).Build());
        services.AddLogging();
        services.AddSingleton<TimeProvider>(Time);
        _vault.AddTo(services);
        services.AddSalesforceConnector();
        services.AddSingleton<TableClient>(Table).AddSingleton<QueueServiceClient>(Queues).AddSingleton<BlobContainerClient>(Blobs);
        services.AddSingleton(new BulkContainer(new Lazy<BlobContainerClient>(BulkBlobs)));
        // Housekeeping looks at it while any test of this process listens to metrics.
        services.AddSingleton(provider => new PositionTable(
            new Lazy<TableClient>(new MemoryTable()), provider.GetRequiredService<IOptions<EventOptions>>(), Time));
        foreach (var client in new[] { nameof(SalesforceClient), nameof(LoginClient), nameof(ReceiverClient) })
        {
            var service = client == nameof(ReceiverClient) ? Service.Receiver : Service.Salesforce;
            services.AddHttpClient(client).AddHttpMessageHandler(() => new StepHandler(Steps, service));
        }

        return services.BuildServiceProvider();
    }
}
