using System.Runtime.ExceptionServices;

namespace Benchmarks.Scale;

/// <summary>
/// A clock that jumps from one timer to the next. All that waits for it runs on the one thread that lets it run, so that a
/// simulation is a plain sequence of events.
/// </summary>
internal sealed class VirtualClock : TimeProvider
{
    private static readonly DateTimeOffset Beginning = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);

    private readonly PriorityQueue<(VirtualTimer Timer, int Version), (long Due, long Number)> _timers = new();
    private long _now;
    private long _numbers;
    private int _stopped;
    private int? _thread;
    private ExceptionDispatchInfo? _failure;

    /// <summary>The time since the clock began.</summary>
    public TimeSpan Elapsed => new(_now);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Beginning.AddTicks(_now);

    public override long GetTimestamp() => _now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (_thread is { } thread && thread != Environment.CurrentManagedThreadId)
        {
            // From then on the order of events would be left to the thread pool.
            Fail(new InvalidOperationException("Something waits on another thread than the clock's."));
        }

        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Starts work that nobody waits for. Its failure ends the simulation.</summary>
    public void Start(Func<Task> work) => _ = WatchAsync(work);

    public Task Delay(TimeSpan time) => Task.Delay(time, this);

    /// <summary>Lets the clock run up to a time since it began.</summary>
    public void RunUntil(TimeSpan end)
    {
        _thread = Environment.CurrentManagedThreadId;
        while (_failure is null && _timers.TryPeek(out var next, out var priority) && priority.Due <= end.Ticks)
        {
            _timers.Dequeue();
            if (next.Timer.Version != next.Version)
            {
                _stopped--;
                continue;
            }

            _now = priority.Due;
            next.Timer.Fire();
        }

        _failure?.Throw();
        _now = end.Ticks;
        _thread = null;
    }

    private async Task WatchAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }

    private void Fail(Exception exception) => _failure ??= ExceptionDispatchInfo.Capture(exception);

    private void Add(VirtualTimer timer, TimeSpan dueTime) =>
        _timers.Enqueue((timer, timer.Version), (_now + Math.Max(dueTime.Ticks, 0), _numbers++));

    /// <summary>Drops the timers that were stopped, most of them time limits, once they are more than the others.</summary>
    private void CountStopped()
    {
        const int Few = 10_000;
        if (++_stopped > Few && _stopped > _timers.Count / 2)
        {
            var running = _timers.UnorderedItems.Where(item => item.Element.Timer.Version == item.Element.Version).ToArray();
            _timers.Clear();
            _timers.EnqueueRange(running);
            _stopped = 0;
        }
    }

    private sealed class VirtualTimer(VirtualClock clock, TimerCallback callback, object? state) : ITimer
    {
        private bool _runs;
        private TimeSpan _period;

        /// <summary>Tells the timer's present end from those that it had before.</summary>
        public int Version { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Version++;
            if (_runs)
            {
                clock.CountStopped();
            }

            _period = period;
            _runs = dueTime != Timeout.InfiniteTimeSpan;
            if (_runs)
            {
                clock.Add(this, dueTime);
            }

            return true;
        }

        public void Fire()
        {
            _runs = false;
            if (_period > TimeSpan.Zero)
            {
                Change(_period, _period);
            }

            callback(state);
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
