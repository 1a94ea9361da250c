namespace LocalHost;

/// <summary>How long the pass waits for results.</summary>
internal sealed class PassPatience
{
    public static readonly TimeSpan Length = TimeSpan.FromMinutes(1);

    private readonly long _started = TimeProvider.System.GetTimestamp();

    public bool HasTimeLeft => TimeProvider.System.GetElapsedTime(_started) < Length;
}
