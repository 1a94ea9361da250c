namespace SalesforceSimulator.Events;

/// <summary>Counts delivered events against the limit of 24 hours.</summary>
internal sealed class Deliveries(TimeProvider time, int? limit)
{
    private static readonly TimeSpan Window = TimeSpan.FromHours(24);

    private readonly Lock _lock = new();
    private int? _limit = limit;
    private DateTimeOffset _begin = time.GetUtcNow();
    private long _inWindow;

    /// <summary>All deliveries.</summary>
    public long Total { get; private set; }

    /// <summary>Whether the limit is used up.</summary>
    public bool IsUsedUp
    {
        get
        {
            lock (_lock)
            {
                return Room == 0;
            }
        }
    }

    private long Room
    {
        get
        {
            // That the count begins anew each 24 hours is an assumption.
            if (time.GetUtcNow() - _begin >= Window)
            {
                _begin = time.GetUtcNow();
                _inWindow = 0;
            }

            return Math.Max((_limit ?? long.MaxValue) - _inWindow, 0);
        }
    }

    /// <returns>How many of these events can be delivered. They are counted.</returns>
    public int Take(int count)
    {
        lock (_lock)
        {
            var granted = (int)Math.Min(count, Room);
            _inWindow += granted;
            Total += granted;
            return granted;
        }
    }

    public void Reset(int? limit)
    {
        lock (_lock)
        {
            _limit = limit;
            _inWindow = 0;
        }
    }
}
