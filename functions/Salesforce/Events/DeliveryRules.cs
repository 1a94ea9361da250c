using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Json;

namespace SalesforceConnector.Salesforce.Events;

/// <summary>The rules of <see cref="DeliveryOptions"/>.</summary>
/// <param name="secretPrefix">The prefix of the secrets that payloads can name.</param>
internal sealed class DeliveryRules(bool allowLoopback, string secretPrefix, ValidateOptionsResultBuilder result)
{
    private static readonly TimeSpan LongestTimeToLive = TimeSpan.FromDays(7);
    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromSeconds(100);

    private static readonly string[] Durations = [nameof(DeliveryOptions.TimeToLive), nameof(DeliveryOptions.Timeout)];

    private static readonly HashSet<string> Settings = new(
        [
            nameof(DeliveryOptions.Webhook), nameof(DeliveryOptions.Secret), nameof(DeliveryOptions.Camunda), nameof(DeliveryOptions.Message),
            nameof(DeliveryOptions.CorrelationKey), nameof(DeliveryOptions.Tenant), nameof(DeliveryOptions.TokenUrl), nameof(DeliveryOptions.Audience),
            nameof(DeliveryOptions.Scope), nameof(DeliveryOptions.ClientIdSecret), nameof(DeliveryOptions.ClientSecretSecret), .. Durations,
        ],
        StringComparer.OrdinalIgnoreCase);

    private string _setting = "";

    /// <summary>The names and types of the settings: the binder leaves a subscription out of which it cannot bind a setting.</summary>
    public void ValidateNames(IConfigurationSection section, string setting)
    {
        if (!string.IsNullOrEmpty(section.Value))
        {
            result.AddError($"has no value of its own; set {setting}__{nameof(DeliveryOptions.Webhook)} or {setting}__{nameof(DeliveryOptions.Camunda)}", setting);
        }

        foreach (var child in section.GetChildren())
        {
            if (!Settings.Contains(child.Key))
            {
                result.AddError($"is no setting of a delivery; allowed are {string.Join(", ", Settings)}", $"{setting}__{child.Key}");
            }
            else if (Durations.Contains(child.Key, StringComparer.OrdinalIgnoreCase) && !TimeSpan.TryParse(child.Value, CultureInfo.InvariantCulture, out _))
            {
                result.AddError($"must be a duration such as 00:00:30; got {Quote.Value(child.Value ?? "")}", $"{setting}__{child.Key}");
            }
        }
    }

    public void Validate(DeliveryOptions options, string setting, string subscription)
    {
        _setting = setting;
        var isWebhook = options.Webhook is not null;
        if (isWebhook == options.Camunda is not null)
        {
            Add(nameof(options.Webhook), $"is to be set, or {setting}__{nameof(options.Camunda)}, and not both: one of them says where events are delivered");
            return;
        }

        ValidateRange(nameof(options.Timeout), options.Timeout, ShortestTimeout, LongestTimeout);
        ValidateKind(isWebhook, options);
        if (isWebhook)
        {
            ValidateUrl(nameof(options.Webhook), options.Webhook!, withQuery: true);
            ValidateSecret(nameof(options.Secret), options.SignatureSecretOf(subscription));
            return;
        }

        var isLocal = ValidateUrl(nameof(options.Camunda), options.Camunda!, withQuery: false) is { IsLoopback: true };
        ValidateRange(nameof(options.TimeToLive), options.TimeToLive, TimeSpan.Zero, LongestTimeToLive);
        if (options.Message is not { Length: > 0 and <= 200 })
        {
            Add(nameof(options.Message), "is required: the name of the message that a process waits for, up to 200 characters");
        }

        if (options.CorrelationKey is { } path && EventPath.TryParse(path) is null)
        {
            Add(nameof(options.CorrelationKey), $"{EventPath.Requirement}; got {Quote.Value(path)}");
        }

        if (options.TokenUrl is { } tokenUrl)
        {
            ValidateUrl(nameof(options.TokenUrl), tokenUrl, withQuery: true);
            ValidateSecret(nameof(options.ClientIdSecret), options.ClientIdSecretOf(subscription));
            ValidateSecret(nameof(options.ClientSecretSecret), options.ClientSecretSecretOf(subscription));
        }
        else if (!isLocal)
        {
            Add(nameof(options.TokenUrl), "is required: the token endpoint of the cluster's client credentials, such as https://login.cloud.camunda.io/oauth/token");
        }
    }

    private void ValidateKind(bool isWebhook, DeliveryOptions options)
    {
        (string Name, string? Value)[] ofOther = isWebhook
            ?
            [
                (nameof(options.Message), options.Message), (nameof(options.CorrelationKey), options.CorrelationKey), (nameof(options.Tenant), options.Tenant),
                (nameof(options.TokenUrl), options.TokenUrl), (nameof(options.Audience), options.Audience), (nameof(options.Scope), options.Scope),
                (nameof(options.ClientIdSecret), options.ClientIdSecret), (nameof(options.ClientSecretSecret), options.ClientSecretSecret),
            ]
            : [(nameof(options.Secret), options.Secret)];
        foreach (var (name, _) in ofOther.Where(other => other.Value is not null))
        {
            Add(name, $"goes with {_setting}__{(isWebhook ? nameof(options.Camunda) : nameof(options.Webhook))} only");
        }
    }

    // Not quoted: the query of a webhook's URL is often its key.
    private Uri? ValidateUrl(string name, string text, bool withQuery)
    {
        if (Uri.TryCreate(text, UriKind.Absolute, out var url)
            && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback && allowLoopback))
            && url.UserInfo.Length == 0
            && url.Fragment.Length == 0
            && (withQuery || url.Query.Length == 0))
        {
            return url;
        }

        Add(name, $"must be an https URL without user and fragment{(withQuery ? "" : ", and without a query")}");
        return null;
    }

    private void ValidateSecret(string name, string secret)
    {
        if (secret.Length is 0 or > 127 || !secret.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
        {
            Add(name, "must be the name of a Key Vault secret, letters, digits and -; what was given is not repeated here, as it may be a secret");
        }
        else if (secret.StartsWith(secretPrefix, StringComparison.OrdinalIgnoreCase))
        {
            Add(name, $"must not begin with {secretPrefix} (KeyVault__SecretPrefix), as callers can name such a secret in a payload");
        }
    }

    private void ValidateRange(string name, TimeSpan value, TimeSpan shortest, TimeSpan longest)
    {
        if (value < shortest || value > longest)
        {
            Add(name, $"must be between {shortest} and {longest}; got {value}");
        }
    }

    private void Add(string name, string complaint) => result.AddError(complaint, $"{_setting}__{name}");
}
