namespace SalesforceConnector.Triggers;

/// <summary>Pauses between attempts, exponential up to a maximum.</summary>
internal static class Backoff
{
    /// <param name="attempt">The number of the attempt that failed, from 1.</param>
    /// <param name="jitter">From 0 to 1: how much of 20 % the pause is shortened by, so that attempts of several instances spread.</param>
    public static TimeSpan PauseAfter(int attempt, TimeSpan first, TimeSpan longest, double jitter = 0)
    {
        const int MaxDoublings = 20;
        var doubled = first * Math.Pow(2, Math.Min(attempt - 1, MaxDoublings));
        return (doubled < longest ? doubled : longest) * (1 - (0.2 * jitter));
    }

    /// <summary>A pause that somebody else has asked for, and asks of all that wait: up to 20 % longer, so that they do not all come back at once.</summary>
    public static TimeSpan NotBefore(TimeSpan asked, double jitter) => asked * (1 + (0.2 * jitter));

    /// <summary>A jitter by chance.</summary>
#pragma warning disable CA5394 // No secret.
    public static double Jitter() => Random.Shared.NextDouble();
#pragma warning restore CA5394
}
