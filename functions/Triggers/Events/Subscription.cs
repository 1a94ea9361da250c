using SalesforceConnector.Salesforce.Authentication;
using SalesforceConnector.Salesforce.Events;

namespace SalesforceConnector.Triggers.Events;

/// <summary>One subscription of the settings.</summary>
/// <param name="Target">The org, and the app's login there.</param>
/// <param name="Client">The name of the app in its own changes; <see langword="null"/> to keep them.</param>
internal sealed record Subscription(string Name, TopicOptions Options, CallTarget Target, string? Client)
{
    /// <summary>The name of a subscription out of the settings, whose names ignore case. The table's keys do not.</summary>
    public static string NameOf(string setting) => setting.ToLowerInvariant();

    public string Topic => Options.Topic!;

    public string Org => Target.Org.ToString();

    /// <summary>The position before the first event.</summary>
    public TopicPosition Beginning => new()
    {
        Subscription = Name,
        Topic = Topic,
        Org = Org,
        FromEarliest = Options.From == TopicOptions.FromEarliest,
    };

    /// <summary>A message without what depends on its type.</summary>
    public EventMessage Message(string eventId, string type) => new()
    {
        EventId = eventId,
        Subscription = Name,
        Topic = Topic,
        Org = Org,
        Type = type,
    };
}
