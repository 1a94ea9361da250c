using Cronos;
using Microsoft.Extensions.Logging;

namespace LocalHost;

/// <summary>Runs the timer functions of an app on schedule and on demand.</summary>
internal sealed partial class Timers : IAsyncDisposable
{
    private readonly List<FunctionBinding> _triggers;
    private readonly WorkerSupervisor _workers;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;

    /// <param name="bySchedule">Whether they run on schedule, and not only on demand.</param>
    /// <exception cref="FunctionsHostException">A schedule is not valid.</exception>
    public Timers(IEnumerable<FunctionBinding> triggers, bool bySchedule, WorkerSupervisor workers, TimeProvider time, ILogger<Timers> logger)
    {
        _triggers = [.. triggers];
        (_workers, _time, _logger) = (workers, time, logger);
        var schedules = _triggers.ConvertAll(trigger => (trigger, ScheduleOf(trigger)));
        _running = !bySchedule ? Task.CompletedTask : Task.WhenAll(schedules.Select(timer => RunByScheduleAsync(timer.trigger, timer.Item2)));
    }

    /// <summary>Starts a function immediately, without waiting for its end.</summary>
    /// <returns>Whether the function exists.</returns>
    public bool Run(string name)
    {
        var trigger = _triggers.Find(trigger => trigger.Function.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (trigger is not null)
        {
            _ = RunAsync(trigger, _time.GetUtcNow());
        }

        return trigger is not null;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        _stopping.Dispose();
    }

    private static CronExpression ScheduleOf(FunctionBinding trigger)
    {
        try
        {
            return CronExpression.Parse(trigger.Text("schedule") ?? "", CronFormat.IncludeSeconds);
        }
        catch (CronFormatException exception)
        {
            throw trigger.Refused($"its schedule '{trigger.Text("schedule")}' is not valid: {exception.Message.TrimEnd('.')}", exception);
        }
    }

    private async Task RunByScheduleAsync(FunctionBinding trigger, CronExpression schedule)
    {
        while (!_stopping.IsCancellationRequested)
        {
            var now = _time.GetUtcNow();
            if (schedule.GetNextOccurrence(now, TimeZoneInfo.Utc) is not { } next)
            {
                return;
            }

            await Task.Delay(next - now, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!_stopping.IsCancellationRequested)
            {
                // One at a time, as on Azure: the next occurrence is computed after this one has ended.
                await RunAsync(trigger, schedule.GetNextOccurrence(next, TimeZoneInfo.Utc) ?? next);
            }
        }
    }

    private async Task RunAsync(FunctionBinding trigger, DateTimeOffset next)
    {
        try
        {
            var worker = await _workers.CurrentAsync(_stopping.Token);
            if (await worker.Channel.InvokeAsync(InvocationRequests.ForTimer(trigger, _time.GetUtcNow(), next), _stopping.Token) is { } failure)
            {
                Log.Failed(_logger, trigger.Function.Name, failure);
            }
        }
        catch (OperationCanceledException exception)
        {
            Log.Failed(_logger, trigger.Function.Name, exception.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Function {Function} failed: {Failure}")]
        public static partial void Failed(ILogger logger, string function, string failure);
    }
}
