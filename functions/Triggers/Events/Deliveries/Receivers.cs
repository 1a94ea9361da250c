using Microsoft.Extensions.Options;
using SalesforceConnector.Salesforce.Authentication;
using SalesforceConnector.Salesforce.Events;

namespace SalesforceConnector.Triggers.Events.Deliveries;

/// <summary>The receivers of the settings, each with its secret or token.</summary>
internal sealed class Receivers(
    ReceiverClient client, SecretReader secrets, IOptions<EventOptions> options, IOptions<KeyVaultOptions> vault, TimeProvider time)
{
    private readonly Lazy<IReadOnlyDictionary<string, IReceiver>> _all = new(() => (
        from topic in options.Value.Topics
        where topic.Value.Deliver is not null
        let name = Subscription.NameOf(topic.Key)
        select (name, Create(name, topic.Value.Deliver!, client, secrets, vault.Value, time))).ToDictionary());

    /// <returns>The receiver; <see langword="null"/> if the subscription has none.</returns>
    public IReceiver? Find(string subscription) => _all.Value.GetValueOrDefault(subscription);

    private static IReceiver Create(
        string name, DeliveryOptions delivery, ReceiverClient client, SecretReader secrets, KeyVaultOptions vault, TimeProvider time)
    {
        if (delivery.Webhook is { } webhook)
        {
            var secret = delivery.SignatureSecretOf(name);
            return new Webhook(
                new Uri(webhook),
                new CachedValue(async () => (await secrets.ReadAsync(secret).ConfigureAwait(false), vault.TokenSecretLifetime), time),
                delivery.Timeout,
                client,
                time);
        }

        var login = delivery.TokenUrl is { } tokenUrl
            ? new CamundaLogin(
                new Uri(tokenUrl), delivery.ClientIdSecretOf(name), delivery.ClientSecretSecretOf(name), delivery.Audience, delivery.Scope, delivery.Timeout, client, secrets)
            : null;
        return new CamundaMessages(new Uri(delivery.Camunda!), delivery, login is null ? null : new CachedValue(login.LogInAsync, time), client, time);
    }
}
