using SalesforceConnector.Contracts.Payloads;

namespace SalesforceConnector.Salesforce.Authentication;

/// <summary>An access token, and the host to use it at: the login's <c>instance_url</c>.</summary>
internal sealed class AccessToken(string value, OrgUrl instance, DateTimeOffset since)
{
    // A call that gets the token shortly before its end would reach Salesforce after it.
    private static readonly TimeSpan LongestMargin = TimeSpan.FromSeconds(5);

    // Of tokens that live for less than two minutes; they are renewed when a tenth of that is left.
    private const double LargestMargin = 0.05;

    private AccessToken(AccessToken other)
        : this(other.Value, other.Instance, other.Since) =>
        (EndsAt, OrgId, IsShared, RefusedSince) = (other.EndsAt, other.OrgId, other.IsShared, other.RefusedSince);

    public string Value { get; } = value;

    public OrgUrl Instance { get; } = instance;

    /// <summary>When the token was obtained. Its lifetime starts then.</summary>
    public DateTimeOffset Since { get; } = since;

    /// <summary>When the token expires, if it says so (<see cref="Jwt.TokenExpiry.EndOf"/>).</summary>
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>
    /// Whether the token is still good and is replaced only because it ends soon. A replacement that fails must not take it away
    /// from those who use it.
    /// </summary>
    public bool StillServes { get; private init; }

    /// <summary>The org's id, of 18 characters; <see langword="null"/> if the login did not say it.</summary>
    public string? OrgId { get; init; }

    /// <summary>
    /// Whether the token comes from <see cref="SharedTokens"/>. It can be old, so if Salesforce rejects it, a new one may
    /// still be accepted.
    /// </summary>
    public bool IsShared { get; init; }

    /// <summary>When the rejected token that this one replaces was obtained.</summary>
    public DateTimeOffset? RefusedSince { get; init; }

    /// <summary>Whether the token has ended, or would have when a call that is sent now arrives.</summary>
    public bool HasEnded(DateTimeOffset now) =>
        EndsAt is { } end && now >= end - TimeSpan.FromTicks(Math.Min(LongestMargin.Ticks, (long)((end - Since).Ticks * LargestMargin)));

    /// <summary>The same token, to be replaced while it still serves.</summary>
    public AccessToken EndingSoon() => new(this) { StillServes = true };

    /// <summary>The same token, as the replacement of <paramref name="refused"/>. A shared token keeps its own history.</summary>
    public AccessToken InPlaceOf(AccessToken? refused) =>
        refused is null || IsShared ? this : new AccessToken(this) { RefusedSince = refused.Since };

    /// <summary>
    /// Whether the token is new and replaces another new one. If Salesforce rejects both, a third login would not help.
    /// </summary>
    public bool IsSecondOf(TimeSpan period, DateTimeOffset now) =>
        (now - Since).Duration() < period && (now - RefusedSince)?.Duration() < period;
}
