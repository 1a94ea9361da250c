using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace Connector.Tests.Drivers;

/// <summary>A clock that stands still, and remembers which short pauses were made.</summary>
internal sealed class NotedTimers(TimeSpan shorterThan) : FakeTimeProvider
{
    private readonly ConcurrentQueue<TimeSpan> _pauses = new();

    public IReadOnlyList<TimeSpan> Pauses => [.. _pauses];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime > TimeSpan.Zero && dueTime < shorterThan)
        {
            _pauses.Enqueue(dueTime);
        }

        return timer;
    }
}
