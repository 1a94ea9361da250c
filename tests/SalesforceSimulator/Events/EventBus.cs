using System.Collections.Concurrent;
using SalesforceSimulator.Data;
using SalesforceSimulator.Events.Schemas;
using SalesforceSimulator.Events.Service;

namespace SalesforceSimulator.Events;

/// <summary>The org's events: what is published, retained and delivered.</summary>
internal sealed class EventBus
{
    private readonly ChangeCapture _capture;
    private readonly EventOptions _options;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, int> _calls = new();

    public EventBus(Schema schema, EventOptions options, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MostEvents, 1);
        _options = options;
        _time = time;
        Catalog = new EventCatalog(schema);
        Log = new EventLog(time, options.MostEvents);
        Deliveries = new Deliveries(time, options.DailyDeliveries);
        _capture = new ChangeCapture(Catalog);
    }

    public EventCatalog Catalog { get; }

    public EventLog Log { get; }

    public EventFaults Faults { get; } = new();

    public Deliveries Deliveries { get; }

    /// <summary>The open subscriptions.</summary>
    public ConcurrentDictionary<Subscription, bool> Streams { get; } = new();

    public EventStats Stats => new(Log.Count, Deliveries.Total, Streams.Count, new Dictionary<string, int>(_calls));

    public void CountCall(string method) => _calls.AddOrUpdate(method, 1, (_, count) => count + 1);

    /// <summary>Publishes the change events of a transaction. The caller holds the org's gate.</summary>
    public void Capture(IReadOnlyList<(Table Table, int Ordinal, Record? Previous)> changes, string origin) =>
        Publish(_capture.Capture(changes, origin, _time.GetUtcNow()));

    /// <summary>Publishes a change event without values. The caller holds the org's gate.</summary>
    public void PublishGap(EventSchema schema, string objectType, string changeType, IReadOnlyList<string> recordIds) =>
        Publish([new ChangeEvent(schema, objectType, changeType, _capture.Begin(origin: "", _time.GetUtcNow()), sequenceNumber: 1) { RecordIds = [.. recordIds] }]);

    /// <returns>The id of the last event.</returns>
    public string? Publish(IReadOnlyList<BusEvent> events) => events.Count == 0 ? null : Log.IdOf(Log.Add(events));

    /// <summary>Ends all subscriptions.</summary>
    public void EndStreams(EventFault how)
    {
        foreach (var stream in Streams.Keys)
        {
            stream.End(how);
        }
    }

    /// <summary>Restores the initial state. Positions are not used again.</summary>
    public void Reset()
    {
        Faults.Clear();
        Log.Expire();
        Deliveries.Reset(_options.DailyDeliveries);
        _calls.Clear();
        EndStreams(PubSubErrors.Unavailable);
    }
}
