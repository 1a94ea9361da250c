using SalesforceConnector.Contracts.Payloads;

namespace SalesforceConnector.Salesforce.Authentication;

/// <summary>A token, and where calls with it go: the login's <c>instance_url</c>.</summary>
internal sealed class AccessToken(string value, OrgUrl instance, DateTimeOffset since)
{
    public string Value { get; } = value;

    public OrgUrl Instance { get; } = instance;

    /// <summary>When the login was made, or the secret read that is the token: its lifetime counts from then.</summary>
    public DateTimeOffset Since { get; } = since;

    /// <summary>When it ends, of a token that says so (<see cref="Jwt.JwtTokens.EndOf"/>).</summary>
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>The org's id, of 18 characters; <see langword="null"/> if the login did not say it.</summary>
    public string? OrgId { get; init; }

    /// <summary>
    /// Whether it comes from <see cref="SharedTokens"/>, of whatever age: that Salesforce refuses it does not say that it
    /// would refuse a new one.
    /// </summary>
    public bool IsShared { get; init; }

    /// <summary>When the token was had that this one replaces because Salesforce refused it.</summary>
    public DateTimeOffset? RefusedSince { get; init; }

    /// <summary>The same token, had because <paramref name="refused"/> was; a shared one has its own history.</summary>
    public AccessToken InPlaceOf(AccessToken? refused) =>
        refused is null || IsShared ? this : new AccessToken(Value, Instance, Since) { EndsAt = EndsAt, OrgId = OrgId, RefusedSince = refused.Since };

    /// <summary>
    /// Whether it is new, and in place of another that was new: if Salesforce refuses this one too, a third would fare no
    /// better.
    /// </summary>
    public bool IsSecondOf(TimeSpan period, DateTimeOffset now) =>
        (now - Since).Duration() < period && (now - RefusedSince)?.Duration() < period;
}
