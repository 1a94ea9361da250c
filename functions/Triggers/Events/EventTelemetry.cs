using System.Diagnostics.Metrics;
using SalesforceConnector.Contracts.Telemetry;

namespace SalesforceConnector.Triggers.Events;

/// <summary>The metrics of events. Tags contain only the subscriptions' names, types and codes.</summary>
public sealed class EventTelemetry
{
    private readonly Counter<long> _events;
    private readonly Counter<long> _failures;
    private readonly Histogram<double> _delay;
    private readonly Gauge<double> _age;
    private readonly Histogram<double> _deliveries;

    public EventTelemetry(IMeterFactory meters)
    {
        // Of the same name and factory: the same meter, which ConnectorTelemetry disposes.
        var meter = meters.Create(ConnectorTelemetry.Name);
        _events = meter.CreateCounter<long>("salesforce.events", "{event}", "Events received from Salesforce, by what became of them");
        _failures = meter.CreateCounter<long>("salesforce.event.failures", "{failure}", "Failures while receiving events");
        _delay = meter.CreateHistogram<double>("salesforce.event.delay", "s", "Time from a change in Salesforce, or the publication of an event, until it is on the queue");
        _deliveries = meter.CreateHistogram<double>("salesforce.event.delivery.duration", "s", "Duration of attempts to deliver an event, by what became of them");
        _age = meter.CreateGauge<double>("salesforce.event.position.age", "s", "Time since Salesforce last sent events of a topic, or said that there are none");
    }

    /// <summary>Whether anyone listens to the position's age. Measuring it costs storage requests.</summary>
    internal bool WatchesPositions => _age.Enabled;

    /// <param name="outcome">The message's type, or that the event was skipped.</param>
    internal void Received(string subscription, string outcome) =>
        _events.Add(1, new KeyValuePair<string, object?>(Tag.Subscription, subscription), new KeyValuePair<string, object?>(ConnectorTelemetry.Tag.Outcome, outcome));

    internal void Failed(string subscription, string errorCode) =>
        _failures.Add(1, new KeyValuePair<string, object?>(Tag.Subscription, subscription), new KeyValuePair<string, object?>(ConnectorTelemetry.Tag.ErrorCode, errorCode));

    internal void Queued(string subscription, TimeSpan delay) =>
        _delay.Record(Math.Max(delay.TotalSeconds, 0), new KeyValuePair<string, object?>(Tag.Subscription, subscription));

    /// <param name="outcome">One of <see cref="Deliveries.DeliveryOutcome"/>.</param>
    internal void Delivered(string subscription, string outcome, TimeSpan duration) => _deliveries.Record(
        duration.TotalSeconds, new KeyValuePair<string, object?>(Tag.Subscription, subscription), new KeyValuePair<string, object?>(ConnectorTelemetry.Tag.Outcome, outcome));

    internal void Confirmed(string subscription, TimeSpan age) =>
        _age.Record(Math.Max(age.TotalSeconds, 0), new KeyValuePair<string, object?>(Tag.Subscription, subscription));

    /// <summary>Names of tags.</summary>
    internal static class Tag
    {
        public const string Subscription = "subscription";
    }
}
