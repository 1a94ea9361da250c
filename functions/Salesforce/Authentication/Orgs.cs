using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Telemetry;

namespace SalesforceConnector.Salesforce.Authentication;

/// <summary>The configured orgs; finds the one a payload is for, and sees to it that a secret goes only to its own.</summary>
public sealed class Orgs(IOptions<SalesforceOptions> options, IOptions<KeyVaultOptions> vault, AllowedHosts hosts)
{
    private const string ClientIdSuffix = "client-id";
    private const string ClientSecretSuffix = "client-secret";

    private readonly OrgUrl? _default = options.Value.BaseUrl is { } url ? OrgUrl.Parse(url) : null;
    private readonly ApiVersion _apiVersion = ApiVersion.Parse(options.Value.ApiVersion);
    private readonly Dictionary<OrgUrl, OrgSecrets> _secrets = SecretsOf(options.Value, vault.Value.SecretPrefix);

    /// <summary>Calls to the configured orgs, each with its own credentials.</summary>
    internal IEnumerable<CallTarget> Configured =>
        _secrets.Select(org => new CallTarget(org.Key, _apiVersion, org.Value.Login));

    /// <exception cref="InvalidPayloadException">
    /// No such org, no host for credentials, no secret of this org, or nothing that the API version can do.
    /// </exception>
    internal CallTarget Resolve(Payload payload)
    {
        var url = payload.BaseUrl ?? _default ?? throw new InvalidPayloadException(
            ErrorCodes.MissingMember, "baseUrl", "is missing, and the app setting Salesforce__BaseUrl gives no default");
        var credentials = payload.Authentication?.ToCredentials() ?? new Credentials.OfOrg();
        if (!hosts.Allows(url))
        {
            throw new InvalidPayloadException(ErrorCodes.InvalidMember, "baseUrl", $"{hosts.Requirement}; got {Quote.Value(url.ToString())}");
        }

        TokenSource source = credentials switch
        {
            Credentials.Token token => new TokenSource.Fixed(token.Value),
            Credentials.Explicit(var id, var secret) => new TokenSource.Login(id, secret),
            Credentials.TokenSecret(var name) => new TokenSource.Secret(OwnSecret(name, url)),
            _ => Secrets(url).Login,
        };
        var version = VersionOf(payload);
        payload.Validate(version);
        return new CallTarget(url, version, source);
    }

    /// <summary>The API version that a payload's calls have.</summary>
    internal ApiVersion VersionOf(Payload payload) => payload.ApiVersion ?? _apiVersion;

    private OrgSecrets Secrets(OrgUrl url) =>
        _secrets.TryGetValue(url, out var secrets)
            ? secrets
            : throw new InvalidPayloadException(
                ErrorCodes.UnknownOrg,
                "baseUrl",
                $"is no configured org, so that there are no credentials for it in Key Vault: add it as Salesforce__BaseUrl or Salesforce__Orgs__name__BaseUrl, or give credentials in authentication; got {Quote.Value(url.ToString())}");

    private string OwnSecret(string name, OrgUrl url)
    {
        var prefix = Secrets(url).Prefix;
        var isOthers = _secrets.Values.Any(other => other.Prefix.Length > prefix.Length && HasPrefix(name, other.Prefix));
        var isCredential = _secrets.Values.Any(other => Is(name, other.Login.ClientIdSecret) || Is(name, other.Login.ClientSecretSecret));
        if (!HasPrefix(name, prefix) || isOthers || isCredential || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
        {
            throw new InvalidPayloadException(
                ErrorCodes.InvalidMember,
                "authentication.tokenSecret",
                $"must be a secret's name that begins with {prefix}, of letters, digits and -, and no client id or secret; what was given is not repeated here, as it may be a token");
        }

        return name;
    }

    // Key Vault's secret names ignore case.
    private static bool Is(string name, string other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);

    private static bool HasPrefix(string name, string prefix) => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase);

    private static Dictionary<OrgUrl, OrgSecrets> SecretsOf(SalesforceOptions options, string prefix)
    {
        var secrets = options.Orgs.ToDictionary(
            org => OrgUrl.Parse(org.Value.BaseUrl!), org => new OrgSecrets($"{prefix}{org.Key.ToLowerInvariant()}-"));
        if (options.BaseUrl is { } url)
        {
            secrets.Add(OrgUrl.Parse(url), new OrgSecrets(prefix));
        }

        return secrets;
    }

    /// <summary>The secrets of one org in Key Vault: what all their names begin with, and the two of its login.</summary>
    private sealed record OrgSecrets(string Prefix)
    {
        public TokenSource.VaultLogin Login { get; } = new(Prefix + ClientIdSuffix, Prefix + ClientSecretSuffix);
    }
}

/// <summary>Where one call goes, and what authorises it there.</summary>
internal sealed record CallTarget(OrgUrl Org, ApiVersion ApiVersion, TokenSource TokenSource);

/// <summary>What an access token is had from. Equal sources share a token.</summary>
internal abstract record TokenSource
{
    /// <summary>The payload itself: nothing to cache, nothing to renew.</summary>
    public sealed record Fixed(string Token) : TokenSource
    {
        public override string ToString() => nameof(Fixed);
    }

    /// <summary>A secret that is the token.</summary>
    public sealed record Secret(string Name) : TokenSource;

    /// <summary>A login with client id and secret out of two secrets.</summary>
    public sealed record VaultLogin(string ClientIdSecret, string ClientSecretSecret) : TokenSource;

    /// <summary>A login with client id and secret from the payload.</summary>
    public sealed record Login(string ClientId, string ClientSecret) : TokenSource
    {
        public override string ToString() => nameof(Login);
    }
}
