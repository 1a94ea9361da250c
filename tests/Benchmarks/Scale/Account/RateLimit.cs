namespace Benchmarks.Scale.Account;

/// <summary>What a service lets through: so much a second, and after a quiet time a second's worth at once.</summary>
internal sealed class RateLimit(double perSecond, VirtualClock clock)
{
    private double _used;
    private TimeSpan _lastAt;

    /// <summary>Whether one more is let through.</summary>
    public bool HasRoom
    {
        get
        {
            _used = Math.Max(0, _used - ((clock.Elapsed - _lastAt).TotalSeconds * perSecond));
            _lastAt = clock.Elapsed;
            return _used + 1 <= perSecond;
        }
    }

    /// <param name="units">Can be more than there is room for; the next ones then wait longer.</param>
    public void Take(int units) => _used += units;
}
