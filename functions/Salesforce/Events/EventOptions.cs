using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Json;

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
    /// Whether events are put on the queue one by one, in Salesforce's order; <see langword="true"/> by default. Otherwise up to 16 at once,
    /// which is faster.
    /// </summary>
    public bool InOrder { get; set; } = true;

    /// <summary>
    /// Whether changes that this app made itself are left out; <see langword="false"/> by default. They are recognised by
    /// <c>Salesforce__ClientName</c>.
    /// </summary>
    public bool SkipOwnChanges { get; set; }
}

[OptionsValidator]
internal sealed partial class EventOptionsValidator : IValidateOptions<EventOptions>;

/// <summary>The rules of <see cref="EventOptions"/> that annotations cannot express.</summary>
internal sealed partial class EventOptionsRules(IOptions<SalesforceOptions> salesforce) : IValidateOptions<EventOptions>
{
    public ValidateOptionsResult Validate(string? name, EventOptions options)
    {
        SalesforceOptions orgs;
        try
        {
            orgs = salesforce.Value;
        }
        catch (OptionsValidationException)
        {
            // The options' own validation reports this.
            return ValidateOptionsResult.Skip;
        }

        var result = new ValidateOptionsResultBuilder();
        // Access tokens are sent there.
        if (!Uri.TryCreate(options.Endpoint, UriKind.Absolute, out var endpoint)
            || endpoint.PathAndQuery != "/"
            || endpoint.UserInfo.Length > 0
            || !(IsSalesforce(endpoint) || (orgs.AllowLoopback && endpoint.IsLoopback)))
        {
            result.AddError(
                "must be an https URL of a host under salesforce.com or salesforce.mil without a path, such as https://api.pubsub.salesforce.com:7443",
                "Events__Endpoint");
        }

        var settingOf = new Dictionary<(string?, string), string>();
        foreach (var (topicName, topic) in options.Topics)
        {
            var setting = $"Events__Topics__{topicName}";
            if (!topicName.All(char.IsAsciiLetterOrDigit) || topicName.Length > 50)
            {
                result.AddError("must have up to 50 letters and digits in the subscription's name", setting);
            }

            Validate(topic, setting, orgs, result);
            if (topic.Topic is not null && !settingOf.TryAdd((topic.Org?.ToLowerInvariant(), topic.Topic), $"{setting}__Topic"))
            {
                result.AddError($"is the same topic as {settingOf[(topic.Org?.ToLowerInvariant(), topic.Topic)]}", $"{setting}__Topic");
            }
        }

        return result.Build();
    }

    private static void Validate(TopicOptions topic, string setting, SalesforceOptions orgs, ValidateOptionsResultBuilder result)
    {
        if (!TopicName().IsMatch(topic.Topic ?? ""))
        {
            result.AddError(
                $"must be a topic such as /data/AccountChangeEvent, /data/ChangeEvents or /event/Order__e; got {Quote.Value(topic.Topic ?? "")}", $"{setting}__Topic");
        }

        if (topic.From is not (TopicOptions.FromLatest or TopicOptions.FromEarliest))
        {
            result.AddError($"must be {TopicOptions.FromLatest} or {TopicOptions.FromEarliest}; got {Quote.Value(topic.From)}", $"{setting}__From");
        }

        if (topic.Org is { } org && !orgs.Orgs.ContainsKey(org))
        {
            result.AddError($"must be the name of an org that has a setting Salesforce__Orgs__{{name}}__BaseUrl; got {Quote.Value(org)}", $"{setting}__Org");
        }

        if (topic.Org is null && orgs.BaseUrl is null)
        {
            result.AddError("is required, because the app setting Salesforce__BaseUrl gives no default org", $"{setting}__Org");
        }

        if (topic.SkipOwnChanges && orgs.ClientName is null)
        {
            result.AddError("requires the app setting Salesforce__ClientName, by which the app's own changes are recognised", $"{setting}__SkipOwnChanges");
        }
    }

    private static bool IsSalesforce(Uri endpoint) =>
        endpoint.Scheme == Uri.UriSchemeHttps
        && (endpoint.Host.EndsWith(".salesforce.com", StringComparison.OrdinalIgnoreCase) || endpoint.Host.EndsWith(".salesforce.mil", StringComparison.OrdinalIgnoreCase));

    [GeneratedRegex(@"\A/(event|data)/[A-Za-z][A-Za-z0-9_]{0,99}\z")]
    private static partial Regex TopicName();
}
