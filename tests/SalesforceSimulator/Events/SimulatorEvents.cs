using System.Security.Cryptography.X509Certificates;
using SalesforceSimulator.Events.Service;

namespace SalesforceSimulator.Events;

/// <summary>A simulated org's events: where its Pub/Sub API is, and what goes wrong there.</summary>
public sealed class SimulatorEvents : IAsyncDisposable
{
    private readonly EventDoor _door;
    private readonly EventBus _bus;
    private readonly PubSubServer _server;

    internal SimulatorEvents(Org org, EventBus bus, PubSubServer server)
    {
        _door = new EventDoor(org, bus);
        _bus = bus;
        _server = server;
    }

    /// <summary>The URL of the Pub/Sub API.</summary>
    public Uri Url => _server.Url;

    /// <summary>The certificate that clients must trust; <see langword="null"/> without TLS.</summary>
    public X509Certificate2? Certificate => _server.Certificate is { } certificate ? X509CertificateLoader.LoadCertificate(certificate.RawData) : null;

    public EventStats Stats => _bus.Stats;

    /// <summary>Adds fault rules after the active ones.</summary>
    /// <exception cref="ArgumentException">A rule is invalid. No rule was added.</exception>
    public void AddFaults(params IEnumerable<EventFault> rules) => _bus.Faults.Add([.. rules]);

    /// <summary>Removes all fault rules.</summary>
    public void ClearFaults() => _bus.Faults.Clear();

    /// <summary>Ends all subscriptions that are open.</summary>
    /// <param name="how">The error; if absent, <c>service.unavailable</c>.</param>
    /// <exception cref="ArgumentException">The fault is invalid.</exception>
    public void EndStreams(EventFault? how = null) => _door.EndStreams(how);

    /// <summary>Publishes a gap event.</summary>
    /// <param name="changeType">GAP_CREATE, GAP_UPDATE, GAP_DELETE or GAP_UNDELETE.</param>
    public void PublishGap(string objectType, string changeType, params IReadOnlyList<string> recordIds) => _door.PublishGap(objectType, changeType, recordIds);

    /// <summary>Publishes an overflow event.</summary>
    public void PublishOverflow(string objectType) => _door.PublishOverflow(objectType);

    /// <summary>Restores a record from the recycle bin, which no resource of the REST API does.</summary>
    /// <exception cref="ArgumentException">There is no deleted record with this id.</exception>
    public void Undelete(string id) => _door.Undelete(id);

    /// <summary>Removes all events, as if the time that they are retained were over.</summary>
    public void Expire() => _bus.Log.Expire();

    /// <summary>Changes the events that are delivered in 24 hours; <see langword="null"/> for no limit. The count begins anew.</summary>
    public void SetDailyDeliveries(int? limit) => _door.SetDailyDeliveries(limit);

    /// <summary>Stops listening.</summary>
    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
