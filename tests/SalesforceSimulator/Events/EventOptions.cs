namespace SalesforceSimulator.Events;

/// <summary>The options of an org's events and its Pub/Sub API.</summary>
public sealed record EventOptions
{
    /// <summary>The port of the Pub/Sub API; 0 for any free one.</summary>
    public int Port { get; init; }

    /// <summary>Serves TLS with a certificate made for the process, as Salesforce always does; otherwise HTTP/2 without TLS.</summary>
    public bool Tls { get; init; } = true;

    /// <summary>The most events that are retained, for up to 72 hours.</summary>
    public int MostEvents { get; init; } = 200_000;

    /// <summary>The events that are delivered in 24 hours to all subscribers together; <see langword="null"/> for no limit.</summary>
    public int? DailyDeliveries { get; init; }
}

/// <summary>What an org's events have come to.</summary>
/// <param name="Retained">Events that can be delivered.</param>
/// <param name="Delivered">Events that were delivered, each as often as it was.</param>
/// <param name="OpenStreams">Subscriptions that are open.</param>
/// <param name="Calls">Calls, by the name of the method.</param>
public sealed record EventStats(int Retained, long Delivered, int OpenStreams, IReadOnlyDictionary<string, int> Calls);
