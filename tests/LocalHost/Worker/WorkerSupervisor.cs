using Microsoft.Extensions.Logging;

namespace LocalHost;

/// <summary>Keeps one worker running: starts it, restarts it after a crash, and stops it.</summary>
/// <param name="maxErrors">The tolerated number of crashes within half an hour. After one more, the host gives up.</param>
internal sealed partial class WorkerSupervisor(
    WorkerGateway gateway,
    StartWorker startAsync,
    string appFolder,
    IReadOnlyDictionary<string, string?> settings,
    int maxErrors,
    TimeProvider time,
    ILoggerFactory loggers) : IAsyncDisposable
{
    private static readonly TimeSpan ErrorsCount = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan CancelledGrace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private readonly ILogger _logger = loggers.CreateLogger<WorkerSupervisor>();
    private readonly WorkerLog _log = new(loggers);
    private readonly Queue<long> _errors = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource<RunningWorker> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _watching = Task.CompletedTask;

    /// <summary>Completes when the worker has crashed too often.</summary>
    public Task Failed => _failed.Task;

    /// <summary>Starts the first worker.</summary>
    /// <exception cref="FunctionsHostException">The worker cannot be started.</exception>
    public async Task<RunningWorker> StartAsync(CancellationToken cancellationToken)
    {
        var worker = await StartOneAsync(cancellationToken);
        _ready.TrySetResult(worker);
        _watching = WatchAsync(worker);
        return worker;
    }

    /// <summary>Gets the worker, once it has loaded all functions.</summary>
    public Task<RunningWorker> CurrentAsync(CancellationToken cancellationToken) => Volatile.Read(ref _ready).Task.WaitAsync(cancellationToken);

    /// <summary>Waits for running invocations, cancels them after the grace period, then ends the worker.</summary>
    public async Task StopAsync(TimeSpan grace)
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        await _stopping.CancelAsync();
        await _watching;
        if (_ready.Task is not { IsCompletedSuccessfully: true, Result: var worker })
        {
            return;
        }

        await DrainAsync(worker.Channel, grace);
        worker.Channel.CancelAll();
        await DrainAsync(worker.Channel, CancelledGrace);
        worker.Channel.Terminate();
        await Task.WhenAny(worker.Process.Ended, Task.Delay(Patience, time));
        worker.Channel.Close();
        await worker.Process.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.Zero);
        _stopping.Dispose();
    }

    private async Task DrainAsync(WorkerChannel channel, TimeSpan grace)
    {
        var started = time.GetTimestamp();
        while (channel.Running > 0 && !channel.Closed.IsCompleted && time.GetElapsedTime(started) < grace)
        {
            await Task.Delay(Look, time);
        }
    }

    private async Task<RunningWorker> StartOneAsync(CancellationToken cancellationToken)
    {
        var channel = gateway.Expect(Guid.NewGuid().ToString());
        channel.OnLog = _log.Write;
        IWorker worker;
        try
        {
            worker = await startAsync(gateway.Address, channel.WorkerId, settings, cancellationToken);
        }
        catch
        {
            channel.Close();
            throw;
        }

        // If a worker exits before it connects, only its process shows that.
        _ = worker.Ended.ContinueWith(_ => channel.Close(), TaskScheduler.Default);
        try
        {
            var (httpUri, functions) = await channel.InitializeAsync(appFolder, cancellationToken);
            return new RunningWorker(worker, channel, worker.HttpUri ?? httpUri, functions);
        }
        catch (WorkerLostException)
        {
            await Task.WhenAny(worker.Ended, Task.Delay(Patience, time, cancellationToken));
            var lastWords = worker.LastWords;
            await worker.DisposeAsync();
            throw new FunctionsHostException(WorkerEnd.Explain(lastWords));
        }
        catch
        {
            channel.Close();
            await worker.DisposeAsync();
            throw;
        }
    }

    private async Task WatchAsync(RunningWorker worker)
    {
        var stopped = new TaskCompletionSource();
        await using var registration = _stopping.Token.Register(stopped.SetResult);
        for (RunningWorker? running = worker; running is not null;)
        {
            await Task.WhenAny(running.Channel.Closed, stopped.Task);
            if (_stopping.IsCancellationRequested)
            {
                return;
            }

            Volatile.Write(ref _ready, new TaskCompletionSource<RunningWorker>(TaskCreationOptions.RunContinuationsAsynchronously));
            await running.Process.DisposeAsync();
            running = await StartAnotherAsync();
        }
    }

    /// <returns><see langword="null"/> if the host gives up or is stopping.</returns>
    private async Task<RunningWorker?> StartAnotherAsync()
    {
        while (CountError() is var errors && errors <= maxErrors)
        {
            Log.Died(_logger, errors);
            try
            {
                var worker = await StartOneAsync(_stopping.Token);
                _ready.TrySetResult(worker);
                return worker;
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return null;
            }
            catch (FunctionsHostException exception)
            {
                Log.NotStarted(_logger, exception);
            }
        }

        Log.GivenUp(_logger, _errors.Count);
        _failed.TrySetResult();
        return null;
    }

    private int CountError()
    {
        while (_errors.TryPeek(out var first) && time.GetElapsedTime(first) > ErrorsCount)
        {
            _errors.Dequeue();
        }

        _errors.Enqueue(time.GetTimestamp());
        return _errors.Count;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The worker has ended (error {Errors} within 30 minutes); it is restarted")]
        public static partial void Died(ILogger logger, int errors);

        [LoggerMessage(2, LogLevel.Error, "The worker has ended {Errors} times within 30 minutes; it is not restarted")]
        public static partial void GivenUp(ILogger logger, int errors);

        [LoggerMessage(3, LogLevel.Error, "The worker exited at startup")]
        public static partial void NotStarted(ILogger logger, Exception exception);
    }
}

/// <summary>A worker that has loaded its functions.</summary>
/// <param name="HttpUri">The URL of its web server; <see langword="null"/> if it has none.</param>
internal sealed record RunningWorker(IWorker Process, WorkerChannel Channel, Uri? HttpUri, IReadOnlyList<Rpc.RpcFunctionMetadata> Functions);
