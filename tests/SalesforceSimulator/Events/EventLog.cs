namespace SalesforceSimulator.Events;

/// <summary>The events that the org retains, in order. Each has a position, which its replay id stands for.</summary>
/// <param name="most">How many are retained; the oldest are removed first.</param>
internal sealed class EventLog(TimeProvider time, int most)
{
    /// <summary>How long events are retained.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromHours(72);

    private const long FirstPosition = 2_861_867;
    private const int SmallestRing = 1024;

    private readonly Lock _lock = new();

    // Ids of events derive from it and from their positions.
    private readonly byte[] _id = Guid.NewGuid().ToByteArray();
    private BusEvent?[] _ring = new BusEvent?[Math.Min(SmallestRing, most)];
    private long _first = FirstPosition;
    private long _next = FirstPosition;
    private TaskCompletionSource? _added;

    /// <summary>The position of the newest event.</summary>
    public long Newest
    {
        get
        {
            lock (_lock)
            {
                return _next - 1;
            }
        }
    }

    /// <summary>The position before the oldest event.</summary>
    public long BeforeOldest
    {
        get
        {
            lock (_lock)
            {
                RemoveExpired();
                return _first - 1;
            }
        }
    }

    /// <summary>The number of retained events.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                RemoveExpired();
                return (int)(_next - _first);
            }
        }
    }

    /// <summary>The id of the event at a position, a UUID.</summary>
    public string IdOf(long position)
    {
        var bytes = (byte[])_id.Clone();
        for (var i = 0; i < sizeof(long); i++)
        {
            bytes[^(i + 1)] ^= (byte)(position >> (8 * i));
        }

        return new Guid(bytes).ToString();
    }

    /// <returns>The position of the last of them.</returns>
    public long Add(IReadOnlyList<BusEvent> events)
    {
        lock (_lock)
        {
            foreach (var added in events)
            {
                if (_next - _first == _ring.Length)
                {
                    MakeRoom();
                }

                _ring[_next++ % _ring.Length] = added;
            }

            // Continues its waiters elsewhere.
            _added?.SetResult();
            _added = null;
            return _next - 1;
        }
    }

    /// <summary>Whether a subscription can begin after a position: that of a retained event, or the newest one.</summary>
    public bool CanBeginAfter(long position)
    {
        lock (_lock)
        {
            RemoveExpired();
            return position >= _first - (_first == FirstPosition ? 1 : 0) && position < _next || position == _next - 1;
        }
    }

    /// <summary>Reads the next events that have one of the given schemas.</summary>
    /// <param name="position">The position to read after. It becomes that of the last event looked at.</param>
    /// <returns>Whether nothing was lost: <see langword="false"/> if events after the position were removed.</returns>
    public bool TryRead(ref long position, Predicate<BusEvent> isWanted, int count, List<(long Position, BusEvent Event)> into)
    {
        lock (_lock)
        {
            if (position < _first - 1)
            {
                return false;
            }

            while (position < _next - 1 && into.Count < count)
            {
                position++;
                if (_ring[position % _ring.Length] is { } found && isWanted(found))
                {
                    into.Add((position, found));
                }
            }

            return true;
        }
    }

    /// <summary>Completes when there is an event after a position.</summary>
    public Task WaitAsync(long position)
    {
        lock (_lock)
        {
            return position < _next - 1
                ? Task.CompletedTask
                : (_added ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Removes all events, as if the time that they are retained were over.</summary>
    public void Expire()
    {
        lock (_lock)
        {
            Array.Clear(_ring);
            _first = _next;
        }
    }

    private void MakeRoom()
    {
        RemoveExpired();
        var count = (int)(_next - _first);
        if (count < _ring.Length)
        {
            return;
        }

        if (count == most)
        {
            _ring[_first++ % _ring.Length] = null;
            return;
        }

        var larger = new BusEvent?[Math.Min((long)count * 2, most)];
        for (var position = _first; position < _next; position++)
        {
            larger[position % larger.Length] = _ring[position % _ring.Length];
        }

        _ring = larger;
    }

    private void RemoveExpired()
    {
        var oldest = time.GetUtcNow() - Retention;
        while (_first < _next && _ring[_first % _ring.Length]!.PublishedAt <= oldest)
        {
            _ring[_first++ % _ring.Length] = null;
        }
    }
}
