namespace LocalHost;

/// <summary>The pauses between polls of an empty queue: 100 ms, doubling up to the longest.</summary>
/// <remarks>The host varies them by up to a fifth; what holds with it holds without.</remarks>
internal sealed class PollingDelay(TimeSpan longest)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);

    private TimeSpan _next = Shortest;

    public TimeSpan Next()
    {
        var pause = _next;
        _next = _next * 2 < longest ? _next * 2 : longest;
        return pause;
    }

    /// <summary>A message was found.</summary>
    public void Reset() => _next = Shortest;
}
