using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Salesforce.Authentication;

namespace SalesforceConnector.Salesforce.Events;

[OptionsValidator]
internal sealed partial class EventOptionsValidator : IValidateOptions<EventOptions>;

/// <summary>The rules of <see cref="EventOptions"/> that annotations cannot express.</summary>
internal sealed partial class EventOptionsRules(IConfiguration configuration, IOptions<SalesforceOptions> salesforce) : IValidateOptions<EventOptions>
{
    private static readonly HashSet<string> FlagsOfTopic = new(
        [nameof(TopicOptions.InOrder), nameof(TopicOptions.SkipOwnChanges)], StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> SettingsOfTopic = new(
        [nameof(TopicOptions.Topic), nameof(TopicOptions.Org), nameof(TopicOptions.From), nameof(TopicOptions.Deliver), .. FlagsOfTopic],
        StringComparer.OrdinalIgnoreCase);

    public ValidateOptionsResult Validate(string? name, EventOptions options)
    {
        if (SalesforceOptions.IfValid(salesforce) is not { } orgs)
        {
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

        var deliveries = new DeliveryRules(
            orgs.AllowLoopback, configuration[$"{KeyVaultOptions.SectionName}:{nameof(KeyVaultOptions.SecretPrefix)}"] ?? new KeyVaultOptions().SecretPrefix, result);
        foreach (var section in configuration.GetSection($"{EventOptions.SectionName}:{nameof(options.Topics)}").GetChildren())
        {
            Validate(section, deliveries, result);
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
            if (topic.Deliver is { } delivery)
            {
                deliveries.Validate(delivery, $"{setting}__{nameof(topic.Deliver)}", topicName.ToLowerInvariant());
            }

            if (topic.Topic is not null && !settingOf.TryAdd((topic.Org?.ToLowerInvariant(), topic.Topic), $"{setting}__Topic"))
            {
                result.AddError($"is the same topic as {settingOf[(topic.Org?.ToLowerInvariant(), topic.Topic)]}", $"{setting}__Topic");
            }
        }

        return result.Build();
    }

    // The binder leaves a subscription out of which it cannot bind a setting.
    private static void Validate(IConfigurationSection section, DeliveryRules deliveries, ValidateOptionsResultBuilder result)
    {
        foreach (var setting in section.GetChildren())
        {
            var name = $"Events__Topics__{section.Key}__{setting.Key}";
            if (!SettingsOfTopic.Contains(setting.Key))
            {
                result.AddError($"is no setting of a subscription; allowed are {string.Join(", ", SettingsOfTopic)}", name);
            }
            else if (setting.Key.Equals(nameof(TopicOptions.Deliver), StringComparison.OrdinalIgnoreCase))
            {
                deliveries.ValidateNames(setting, name);
            }
            else if (FlagsOfTopic.Contains(setting.Key) && !bool.TryParse(setting.Value, out _))
            {
                result.AddError($"must be true or false; got {Quote.Value(setting.Value ?? "")}", name);
            }
        }
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
