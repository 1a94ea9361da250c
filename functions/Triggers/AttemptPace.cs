namespace SalesforceConnector.Triggers;

/// <summary>How an attempt at a resumable operation goes on: whether it begins another step, and when the next attempt follows.</summary>
internal sealed class AttemptPace(TimeSpan invocationTimeout, TimeSpan longestPause, TimeProvider time)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    // A step that begins within this time ends within that of the invocation.
    private readonly DateTimeOffset _lastBegin = time.GetUtcNow() + (invocationTimeout / 3);

    /// <summary>Whether further steps are left to the next attempt.</summary>
    public bool IsOver => time.GetUtcNow() > _lastBegin;

    /// <summary>The pause before Salesforce is asked again.</summary>
    /// <param name="looks">How often it was asked before.</param>
    public TimeSpan PauseAfter(int looks) => Backoff.PauseAfter(looks + 1, FirstPause, longestPause);
}
