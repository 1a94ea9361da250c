using System.Diagnostics;
using System.Diagnostics.Metrics;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Contracts.Telemetry;

/// <summary>
/// The app's activities and metrics. Tags contain only names, codes and counts; never SOQL, fields, record ids, URLs,
/// secrets or tokens.
/// </summary>
public sealed class ConnectorTelemetry : IDisposable
{
    /// <summary>The name of the activity source and of the meter.</summary>
    public const string Name = "SalesforceConnector";

    private static readonly ActivitySource Activities = new(Name);

    private readonly Meter _meter;
    private readonly TimeProvider _time;
    private readonly Histogram<double> _duration;
    private readonly Histogram<int> _attempts;
    private readonly Counter<long> _requests;
    private readonly Counter<long> _logins;
    private readonly Gauge<long> _remaining;
    private readonly Gauge<long> _limit;
    private readonly Gauge<long> _messages;
    private readonly Gauge<double> _age;

    public ConnectorTelemetry(IMeterFactory meters, TimeProvider time)
    {
        _time = time;
        _meter = meters.Create(Name);
        _duration = _meter.CreateHistogram<double>(
            "salesforce.operation.duration", "s", "Duration of an operation, or of each attempt from a queue, until Salesforce's reply starts");
        _attempts = _meter.CreateHistogram<int>(
            "salesforce.operation.attempts", "{attempt}", "Attempts of an operation from a queue until its final result");
        _requests = _meter.CreateCounter<long>(
            "salesforce.requests", "{request}", "Requests sent to Salesforce's API, retries included");
        _logins = _meter.CreateCounter<long>("salesforce.logins", "{login}", "Logins to Salesforce");
        _remaining = _meter.CreateGauge<long>("salesforce.api.remaining", "{request}", "Remaining daily API requests of an org, as last reported by Salesforce");
        _limit = _meter.CreateGauge<long>("salesforce.api.limit", "{request}", "Daily API request limit of an org");
        _messages = _meter.CreateGauge<long>("salesforce.queue.messages", "{message}", "Approximate number of messages on a queue");
        _age = _meter.CreateGauge<double>("salesforce.queue.age", "s", "Age of the oldest visible message on a queue; 0 if there is none");
    }

    /// <summary>Whether anyone listens to the queue metrics. Measuring them costs storage requests.</summary>
    internal bool WatchesQueues => _messages.Enabled || _age.Enabled;

    public void Dispose() => _meter.Dispose();

    /// <summary>Starts an operation as part of its caller's trace.</summary>
    /// <param name="traceparent">The caller's trace context, if any; an invalid one is ignored.</param>
    /// <remarks>W3C Trace Context, "traceparent Header".</remarks>
    internal OperationSpan Begin(string operation, Trigger trigger, string correlationId, string? traceparent)
    {
        var current = Activity.Current;
        Activity? activity = null;
        if (Activities.HasListeners())
        {
            // A queue message comes from another trace than the host's polling activity. The two are linked.
            var isCallers = ActivityContext.TryParse(traceparent, traceState: null, isRemote: true, out var callers)
                && (trigger == Trigger.Queue || current is null);
            ActivityLink[]? links = isCallers && current is not null ? [new ActivityLink(current.Context)] : null;
            activity = Activities.StartActivity(
                operation,
                trigger == Trigger.Queue ? ActivityKind.Consumer : ActivityKind.Internal,
                isCallers ? callers : current?.Context ?? default,
                links: links);
            activity?.SetTag(Tag.Span.Operation, operation);
            activity?.SetTag(Tag.Span.Trigger, TriggerName(trigger));
            activity?.SetTag(Tag.Span.CorrelationId, correlationId);
        }

        return new OperationSpan(this, activity, operation, trigger, _time.GetTimestamp());
    }

    /// <summary>Records the end of an operation. <paramref name="errorCode"/> is set only if it failed.</summary>
    internal void Ended(string operation, Trigger trigger, long started, int status, string? errorCode)
    {
        if (!_duration.Enabled)
        {
            return;
        }

        var tags = new TagList { { Tag.Operation, operation }, { Tag.Trigger, TriggerName(trigger) }, { Tag.Status, status } };
        AddErrorCode(ref tags, errorCode);
        _duration.Record(_time.GetElapsedTime(started).TotalSeconds, tags);
    }

    /// <summary>Records a message that was rejected before any call to Salesforce.</summary>
    internal void Refused(string operation, Problem problem) =>
        Ended(operation, Trigger.Queue, _time.GetTimestamp(), problem.Status, problem.ErrorCode);

    /// <summary>Records the final result of an operation from a queue.</summary>
    internal void Finished(string operation, int attempts, int status, string? errorCode)
    {
        var tags = new TagList { { Tag.Operation, operation }, { Tag.Status, status } };
        AddErrorCode(ref tags, errorCode);
        _attempts.Record(attempts, tags);
    }

    /// <summary>Starts one request to Salesforce.</summary>
    internal static Activity? BeginRequest(HttpMethod method, OrgUrl org)
    {
        var activity = Activities.StartActivity("Salesforce", ActivityKind.Client);
        activity?.SetTag("http.request.method", method.Method);
        activity?.SetTag("server.address", org.Origin.Host);
        return activity;
    }

    /// <summary>Records the end of one request to Salesforce.</summary>
    /// <param name="status">The reply's status; <see langword="null"/> if there was no reply.</param>
    internal void EndRequest(Activity? activity, int? status, string? errorCode)
    {
        var tags = new TagList();
        if (status is { } known)
        {
            tags.Add(Tag.Status, known);
            activity?.SetTag("http.response.status_code", known);
        }

        AddErrorCode(ref tags, errorCode);
        _requests.Add(1, tags);
        if (status is null || errorCode is not null)
        {
            activity?.SetStatus(ActivityStatusCode.Error);
            activity?.SetTag("error.type", errorCode);
        }

        activity?.Dispose();
    }

    /// <summary>Records a login.</summary>
    internal void LoggedIn(Login outcome) => _logins.Add(1, new KeyValuePair<string, object?>(Tag.Outcome, outcome switch
    {
        Login.Granted => "granted",
        Login.Refused => "refused",
        _ => "failed",
    }));

    /// <summary>Records the API usage that a reply reports.</summary>
    internal void Replied(OrgUrl org, HttpResponseMessage response)
    {
        if (_remaining.Enabled
            && response.Headers.NonValidated.TryGetValues(ApiUsage.Header, out var values)
            && ApiUsage.Parse(values.ToString()) is { } usage)
        {
            var tag = new KeyValuePair<string, object?>(Tag.Org, org.Origin.Authority);
            _remaining.Record(usage.Remaining, tag);
            _limit.Record(usage.Max, tag);
        }
    }

    /// <summary>Records the length and age of a queue.</summary>
    internal void Waiting(string queue, long messages, TimeSpan age)
    {
        var tag = new KeyValuePair<string, object?>(Tag.Queue, queue);
        _messages.Record(messages, tag);
        _age.Record(age.TotalSeconds, tag);
    }

    private static string TriggerName(Trigger trigger) => trigger == Trigger.Queue ? "queue" : "http";

    private static void AddErrorCode(ref TagList tags, string? errorCode)
    {
        if (errorCode is not null)
        {
            tags.Add(Tag.ErrorCode, errorCode);
        }
    }

    /// <summary>Names of tags.</summary>
    internal static class Tag
    {
        public const string Operation = "operation";
        public const string Trigger = "trigger";
        public const string Status = "status";
        public const string ErrorCode = "error_code";
        public const string Outcome = "outcome";
        public const string Org = "org";
        public const string Queue = "queue";

        /// <summary>Tags of activities only, where other libraries' tags stand beside them.</summary>
        public static class Span
        {
            public const string Operation = "salesforce.operation";
            public const string Trigger = "salesforce.trigger";
            public const string CorrelationId = "salesforce.correlation_id";
            public const string Status = "salesforce.status";
        }
    }
}

/// <summary>The trigger of an operation.</summary>
internal enum Trigger
{
    Http,
    Queue,
}

/// <summary>The outcome of a login.</summary>
internal enum Login
{
    Granted,
    Refused,

    /// <summary>Salesforce did not respond, or sent an unexpected reply.</summary>
    Failed,
}
