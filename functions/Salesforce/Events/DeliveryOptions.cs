namespace SalesforceConnector.Salesforce.Events;

/// <summary>Where the events of one subscription are delivered: app settings <c>Events__Topics__{name}__Deliver__…</c>.</summary>
public sealed class DeliveryOptions
{
    /// <summary>The URL of a webhook. It gets each event by POST, as JSON with a signature.</summary>
    public string? Webhook { get; set; }

    /// <summary>The Key Vault secret that signs webhooks. Absent (the default), <c>events-{name}-signature</c>.</summary>
    public string? Secret { get; set; }

    /// <summary>
    /// The address of a Camunda 8 cluster's REST API without <c>/v2</c>. Each event is published there as a message.
    /// </summary>
    public string? Camunda { get; set; }

    /// <summary>With Camunda: the name of the message.</summary>
    public string? Message { get; set; }

    /// <summary>
    /// With Camunda: where in the event the message's correlation key is, such as <c>payload.ChangeEventHeader.recordIds[0]</c>. Absent
    /// (the default), the key is empty.
    /// </summary>
    public string? CorrelationKey { get; set; }

    /// <summary>
    /// With Camunda: how long the cluster keeps a message that no process waits for, and knows its id: 0 to 7 days.
    /// </summary>
    public TimeSpan TimeToLive { get; set; } = TimeSpan.FromHours(1);

    /// <summary>With Camunda: the tenant. Absent (the default), the cluster's own default.</summary>
    public string? Tenant { get; set; }

    /// <summary>With Camunda: the token endpoint of the OAuth 2.0 client credentials flow. It may be absent for a cluster at a loopback address only.</summary>
    public string? TokenUrl { get; set; }

    /// <summary>With Camunda: the audience of the token, if the token endpoint wants one.</summary>
    public string? Audience { get; set; }

    /// <summary>With Camunda: the scope of the token, if the token endpoint wants one.</summary>
    public string? Scope { get; set; }

    /// <summary>With Camunda: the Key Vault secret with the client id. Absent (the default), <c>events-{name}-client-id</c>.</summary>
    public string? ClientIdSecret { get; set; }

    /// <summary>With Camunda: the Key Vault secret with the client secret. Absent (the default), <c>events-{name}-client-secret</c>.</summary>
    public string? ClientSecretSecret { get; set; }

    /// <summary>How long the receiver may take to answer: 1 s to 100 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <param name="subscription">The subscription's name.</param>
    internal string SignatureSecretOf(string subscription) => Secret ?? $"events-{subscription}-signature";

    /// <inheritdoc cref="SignatureSecretOf"/>
    internal string ClientIdSecretOf(string subscription) => ClientIdSecret ?? $"events-{subscription}-client-id";

    /// <inheritdoc cref="SignatureSecretOf"/>
    internal string ClientSecretSecretOf(string subscription) => ClientSecretSecret ?? $"events-{subscription}-client-secret";
}
