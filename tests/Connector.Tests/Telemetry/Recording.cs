using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Connector.Tests.Drivers;
using Microsoft.Extensions.DependencyInjection;
using SalesforceConnector.Contracts.Telemetry;

namespace Connector.Tests.Telemetry;

/// <summary>What one app tells while it is listened to: its metrics, and the activities of one trace.</summary>
internal sealed class Recording : IDisposable
{
    private readonly ConcurrentQueue<Measurement> _measurements = new();
    private readonly ConcurrentQueue<Activity> _activities = new();
    private readonly MeterListener _meters = new();
    private readonly ActivityListener _listener;

    private Recording(ConnectorApp app)
    {
        var meters = app.Services.GetRequiredService<IMeterFactory>();
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            // Other tests have apps in this process too.
            if (instrument.Meter.Name == ConnectorTelemetry.Name && instrument.Meter.Scope == meters)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _meters.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        _meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _meters.Start();

        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ConnectorTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.TraceId == Trace ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = _activities.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>The caller's trace and span.</summary>
    public ActivityTraceId Trace { get; } = ActivityTraceId.CreateRandom();

    public ActivitySpanId Caller { get; } = ActivitySpanId.CreateRandom();

    /// <summary>As the caller sends it.</summary>
    public string Traceparent => $"00-{Trace}-{Caller}-01";

    public IReadOnlyList<Measurement> Measurements => [.. _measurements];

    public IReadOnlyList<Activity> Activities => [.. _activities.Where(activity => activity.TraceId == Trace)];

    public static Recording Of(ConnectorApp app) => new(app);

    public IEnumerable<Measurement> Of(string instrument) => Measurements.Where(measurement => measurement.Instrument == instrument);

    public void Dispose()
    {
        _meters.Dispose();
        _listener.Dispose();
    }

    private void Add<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        where T : struct, IConvertible =>
        _measurements.Enqueue(new Measurement(
            instrument.Name, value.ToDouble(null), tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value?.ToString() ?? "")));
}

/// <summary>One value of one instrument.</summary>
internal sealed record Measurement(string Instrument, double Value, IReadOnlyDictionary<string, string> Tags)
{
    public override string ToString() => string.Join(' ', Tags.OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => $"{tag.Key}={tag.Value}"));
}
