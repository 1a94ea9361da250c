using System.ComponentModel.DataAnnotations;

namespace SalesforceConnector.Salesforce.Events;

/// <summary>The subscriptions to Salesforce's events: app settings <c>Events__…</c>. Without topics, nothing is received.</summary>
public sealed class EventOptions
{
    public const string SectionName = "Events";

    /// <summary>The subscriptions, by a name of letters and digits: <c>Events__Topics__accounts__Topic</c>.</summary>
    public Dictionary<string, TopicOptions> Topics { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The Pub/Sub API's address. Salesforce also serves it at port 443, and for some regions at hosts of their own.</summary>
    [Required]
    public string Endpoint { get; set; } = "https://api.pubsub.salesforce.com:7443";

    /// <summary>
    /// How long the app listens each time that the timer runs, which is every minute while it does not listen: 1 s to 59 min, at least 10 s
    /// shorter than functionTimeout in host.json.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:59:00", ConvertValueInInvariantCulture = true)]
    public TimeSpan ListenFor { get; set; } = TimeSpan.FromSeconds(285);

    /// <summary>
    /// How long a subscription that an instance has stopped to renew is kept for it, before another instance takes over: 15 s to 10 min.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:15", "00:10:00", ConvertValueInInvariantCulture = true)]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Whether there are subscriptions.</summary>
    internal bool IsOn => Topics.Count > 0;

    /// <summary>Whether events of any of them are delivered.</summary>
    internal bool Delivers => Topics.Values.Any(topic => topic.Deliver is not null);
}

/// <summary>One subscription.</summary>
public sealed class TopicOptions
{
    /// <summary>The value of <see cref="From"/> for events from the first start on.</summary>
    public const string FromLatest = "latest";

    /// <summary>The value of <see cref="From"/> for all events that Salesforce still has, those of the last 72 hours.</summary>
    public const string FromEarliest = "earliest";

    /// <summary>
    /// The topic: <c>/data/AccountChangeEvent</c>, <c>/data/ChangeEvents</c> for all selected objects, <c>/event/Order__e</c>, or a channel
    /// such as <c>/data/Sales__chn</c>.
    /// </summary>
    public string? Topic { get; set; }

    /// <summary>The org, by its name in <c>Salesforce__Orgs</c>. Absent (the default), the default org.</summary>
    public string? Org { get; set; }

    /// <summary>Where a new subscription begins: <c>latest</c> (the default) or <c>earliest</c>.</summary>
    public string From { get; set; } = FromLatest;

    /// <summary>
    /// Whether events are put on the queue, or delivered, one by one, in Salesforce's order; <see langword="true"/> by default. Otherwise up
    /// to 16 at once, which is faster.
    /// </summary>
    public bool InOrder { get; set; } = true;

    /// <summary>
    /// Whether changes that this app made itself are left out; <see langword="false"/> by default. They are recognised by
    /// <c>Salesforce__ClientName</c>.
    /// </summary>
    public bool SkipOwnChanges { get; set; }

    /// <summary>Where events are delivered, in place of the queue <c>salesforce-events</c>. Absent (the default), they are put on the queue.</summary>
    public DeliveryOptions? Deliver { get; set; }
}
