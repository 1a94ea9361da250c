namespace SalesforceConnector.Triggers;

/// <summary>How an attempt at a resumable operation goes on: whether it begins another step, and when the next attempt follows.</summary>
internal sealed class AttemptPace(TimeSpan invocationTimeout, TimeSpan longestPause, TimeProvider time)
{
    // A pause is at most this part of the time that Salesforce has taken: so late, at most, the end is seen.
    private const int PauseShare = 8;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    // A step that begins within this time ends within that of the invocation.
    private readonly DateTimeOffset _lastBegin = time.GetUtcNow() + (invocationTimeout / 3);

    /// <summary>Whether further steps are left to the next attempt.</summary>
    public bool IsOver => time.GetUtcNow() > _lastBegin;

    /// <summary>The pause before Salesforce is asked again.</summary>
    /// <param name="since">When Salesforce began what the operation waits for.</param>
    public TimeSpan PauseAfter(DateTimeOffset since)
    {
        var pause = (time.GetUtcNow() - since) / PauseShare;
        return pause < FirstPause ? FirstPause
            : pause > longestPause ? longestPause
            : pause;
    }
}
