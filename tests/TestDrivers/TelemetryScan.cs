using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;

namespace TestDrivers;

/// <summary>Looks through all traces and metrics of the whole run for secrets and tokens.</summary>
internal static partial class TelemetryScan
{
    private static readonly ConcurrentBag<string> Found = [];

    private static int _heard;

    static TelemetryScan()
    {
        ListenToActivities();
        ListenToMeters();
    }

    /// <summary>What there was of them, with what gave it away.</summary>
    public static IReadOnlyCollection<string> Secrets => Found;

    /// <summary>How many spans and measurements were looked at.</summary>
    public static int Heard => _heard;

    /// <summary>Whether there is a secret of <see cref="OrgCredentials"/>, an access token or an assertion in the text.</summary>
    public static bool HasSecret(string text) =>
        text.Contains(OrgCredentials.ClientSecret, StringComparison.Ordinal) || Token().IsMatch(text);

    private static void ListenToActivities()
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity => Look(
                activity.DisplayName,
                [
                    .. activity.TagObjects, .. activity.Events.SelectMany(happened => happened.Tags),
                    .. activity.Baggage.Select(item => KeyValuePair.Create(item.Key, (object?)item.Value)),
                    KeyValuePair.Create("status", (object?)activity.StatusDescription),
                ]),
        };
        ActivitySource.AddActivityListener(listener);
    }

    private static void ListenToMeters()
    {
        var listener = new MeterListener
        {
            // Those that are measured when they are asked for only make work while somebody listens.
            InstrumentPublished = (instrument, self) =>
            {
                if (!instrument.IsObservable && !instrument.Name.StartsWith("salesforce.queue.", StringComparison.Ordinal))
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Look(instrument.Name, tags));
        listener.SetMeasurementEventCallback<int>((instrument, _, tags, _) => Look(instrument.Name, tags));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Look(instrument.Name, tags));
        listener.Start();
    }

    private static void Look(string name, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        Interlocked.Increment(ref _heard);
        foreach (var (key, value) in tags)
        {
            if (HasSecret($"{name} {key} {value}"))
            {
                Found.Add($"{name} {key}={value}");
            }
        }
    }

    // Access tokens of the simulator are like those of Salesforce: the org's id and an exclamation mark, or a JWT, as assertions are.
    [GeneratedRegex(@"00D[A-Za-z0-9]{12,15}!|\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}")]
    private static partial Regex Token();
}
