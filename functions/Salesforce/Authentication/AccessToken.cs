using SalesforceConnector.Contracts.Payloads;

namespace SalesforceConnector.Salesforce.Authentication;

/// <summary>An access token, and the host to use it at: the login's <c>instance_url</c>.</summary>
internal sealed class AccessToken(string value, OrgUrl instance, DateTimeOffset since)
{
    public string Value { get; } = value;

    public OrgUrl Instance { get; } = instance;

    /// <summary>When the token was obtained. Its lifetime starts then.</summary>
    public DateTimeOffset Since { get; } = since;

    /// <summary>When the token expires, if it says so (<see cref="Jwt.TokenExpiry.EndOf"/>).</summary>
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>
    /// Whether the token comes from <see cref="SharedTokens"/>. It can be old, so if Salesforce rejects it, a new one may
    /// still be accepted.
    /// </summary>
    public bool IsShared { get; init; }

    /// <summary>When the rejected token that this one replaces was obtained.</summary>
    public DateTimeOffset? RefusedSince { get; init; }

    /// <summary>The same token, as the replacement of <paramref name="refused"/>. A shared token keeps its own history.</summary>
    public AccessToken InPlaceOf(AccessToken? refused) =>
        refused is null || IsShared ? this : new AccessToken(Value, Instance, Since) { EndsAt = EndsAt, RefusedSince = refused.Since };

    /// <summary>
    /// Whether the token is new and replaces another new one. If Salesforce rejects both, a third login would not help.
    /// </summary>
    public bool IsSecondOf(TimeSpan period, DateTimeOffset now) =>
        (now - Since).Duration() < period && (now - RefusedSince)?.Duration() < period;
}
