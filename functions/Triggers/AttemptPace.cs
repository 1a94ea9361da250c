namespace SalesforceConnector.Triggers;

/// <summary>How an attempt at a resumable operation goes on: whether it begins another step, and when the next attempt follows.</summary>
internal sealed class AttemptPace(TimeSpan invocationTimeout, TimeSpan longestPause, TimeProvider time)
{
    // The bounds of a pause, as parts of the time that Salesforce has taken: the end is seen so late at most, and what comes to
    // no end is not asked for ever.
    private const int LongestShare = 8;
    private const int ShortestShare = 64;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    // A step that begins within this time ends within that of the invocation.
    private readonly DateTimeOffset _lastBegin = time.GetUtcNow() + (invocationTimeout / 3);

    /// <summary>Whether further steps are left to the next attempt.</summary>
    public bool IsOver => time.GetUtcNow() > _lastBegin;

    /// <summary>The pause before Salesforce is asked again: half of the time that it still needs if it goes on as it went.</summary>
    /// <param name="since">When Salesforce began what the operation waits for.</param>
    /// <param name="done">How much of it is done, from 0 to 1; 0 if that is not known.</param>
    public TimeSpan PauseAfter(DateTimeOffset since, double done = 0)
    {
        var taken = time.GetUtcNow() - since;
        var rest = done > 0 ? taken * ((1 - done) / done) : TimeSpan.MaxValue;
        var pause = Max(Min(rest / 2, taken / LongestShare), taken / ShortestShare);
        return Min(Max(pause, FirstPause), longestPause);

        static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
        static TimeSpan Max(TimeSpan a, TimeSpan b) => a < b ? b : a;
    }
}
