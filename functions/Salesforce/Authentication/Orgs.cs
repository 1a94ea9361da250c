using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Salesforce.Authentication;

/// <summary>The configured orgs. Finds a payload's org, and ensures that a secret is sent only to its own org.</summary>
public sealed class Orgs(IOptions<SalesforceOptions> options, IOptions<KeyVaultOptions> vault, AllowedHosts hosts)
{
    private const string ClientIdSuffix = "client-id";
    private const string ClientSecretSuffix = "client-secret";
    private const string SigningKeySuffix = "jwt";

    private readonly OrgUrl? _default = options.Value.BaseUrl is { } url ? OrgUrl.Parse(url) : null;
    private readonly ApiVersion _apiVersion = ApiVersion.Parse(options.Value.ApiVersion);
    private readonly Dictionary<OrgUrl, ConfiguredOrg> _orgs = Read(options.Value, vault.Value.SecretPrefix);

    /// <summary>The configured orgs, each with its credentials.</summary>
    internal IEnumerable<CallTarget> Configured =>
        _orgs.Select(org => new CallTarget(org.Key, _apiVersion, org.Value.Login));

    /// <exception cref="InvalidPayloadException">
    /// The org is unknown, its host is not allowed, the secret belongs to another org, or the API version does not support the
    /// payload.
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
            _ => Find(url).Login,
        };
        var version = VersionOf(payload);
        payload.Validate(version);
        return new CallTarget(url, version, source);
    }

    /// <summary>Calls to a configured org with its own credentials.</summary>
    /// <exception cref="InvalidPayloadException">The org is not configured.</exception>
    internal CallTarget WithOwnCredentials(OrgUrl url) => new(url, _apiVersion, Find(url).Login);

    /// <summary>The API version of a payload's calls.</summary>
    internal ApiVersion VersionOf(Payload payload) => payload.ApiVersion ?? _apiVersion;

    /// <summary>Checks that the caller may use the payload's org.</summary>
    /// <param name="findCaller">Gets the caller. Called only if the org has a list of callers.</param>
    /// <exception cref="ConnectorException">The caller is not allowed.</exception>
    internal void Admit(Payload payload, Func<Caller> findCaller)
    {
        if ((payload.BaseUrl ?? _default) is { } url)
        {
            Admit(url, findCaller);
        }
    }

    /// <summary>Checks that the caller may use an org.</summary>
    /// <inheritdoc cref="Admit(Payload, Func{Caller})"/>
    internal void Admit(OrgUrl url, Func<Caller> findCaller)
    {
        if (_orgs.TryGetValue(url, out var org)
            && org.Callers is { } callers
            && findCaller() is var caller
            && !caller.IsIn(callers))
        {
            throw new ConnectorException(Problem.Create(
                ProblemKind.Forbidden,
                StatusCodes.Status403Forbidden,
                ErrorCodes.CallerNotAllowed,
                $"The org {url} has a list of callers (setting {org.Settings}{nameof(OrgOptions.Callers)}), and {caller.Description} is not on it."));
        }
    }

    private ConfiguredOrg Find(OrgUrl url) =>
        _orgs.TryGetValue(url, out var org)
            ? org
            : throw new InvalidPayloadException(
                ErrorCodes.UnknownOrg,
                "baseUrl",
                $"is no configured org, so that there are no credentials for it in Key Vault: add it as Salesforce__BaseUrl or Salesforce__Orgs__name__BaseUrl, or give credentials in authentication; got {Quote.Value(url.ToString())}");

    private string OwnSecret(string name, OrgUrl url)
    {
        var prefix = Find(url).SecretPrefix;
        var isOthers = _orgs.Values.Any(other => other.SecretPrefix.Length > prefix.Length && HasPrefix(name, other.SecretPrefix));
        var isCredential = _orgs.Values.Any(other => other.Login.NamesInVault.Any(credential => Is(name, credential)));
        if (!HasPrefix(name, prefix) || isOthers || isCredential || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
        {
            throw new InvalidPayloadException(
                ErrorCodes.InvalidMember,
                "authentication.tokenSecret",
                $"must be a secret's name that begins with {prefix}, of letters, digits and -, and no client id, client secret or signing key; what was given is not repeated here, as it may be a token");
        }

        return name;
    }

    // Key Vault's secret names are case-insensitive.
    private static bool Is(string name, string other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);

    private static bool HasPrefix(string name, string prefix) => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase);

    private static Dictionary<OrgUrl, ConfiguredOrg> Read(SalesforceOptions options, string prefix)
    {
        var orgs = options.Orgs.Select(org => ConfiguredOrg.From(
            org.Value, $"Salesforce__Orgs__{org.Key}__", $"{prefix}{org.Key.ToLowerInvariant()}-"));
        return orgs.Concat(options.BaseUrl is null ? [] : [ConfiguredOrg.From(options, "Salesforce__", prefix)])
            .ToDictionary(org => org.Url);
    }

    /// <summary>One configured org.</summary>
    /// <param name="Settings">The prefix of its settings.</param>
    /// <param name="SecretPrefix">The prefix of its secrets in Key Vault.</param>
    /// <param name="Callers">Who may use it; <see langword="null"/> for everyone.</param>
    private sealed record ConfiguredOrg(OrgUrl Url, string Settings, string SecretPrefix, TokenSource.OfOrg Login, IReadOnlySet<string>? Callers)
    {
        public static ConfiguredOrg From(OrgOptions options, string settings, string prefix)
        {
            var url = OrgUrl.Parse(options.BaseUrl!);
            TokenSource.OfOrg login = options.Login == OrgOptions.JwtLogin
                ? new TokenSource.JwtLogin(
                    options.ConsumerKey!, options.UserName!, options.Audience ?? url.ToString(), options.SigningKey ?? prefix + SigningKeySuffix, settings)
                : new TokenSource.VaultLogin(prefix + ClientIdSuffix, prefix + ClientSecretSuffix);
            return new ConfiguredOrg(url, settings, prefix, login, options.CallerSet);
        }
    }
}

/// <summary>The org and the credentials of a call.</summary>
internal sealed record CallTarget(OrgUrl Org, ApiVersion ApiVersion, TokenSource TokenSource);

/// <summary>Where an access token comes from. Equal sources share a token.</summary>
internal abstract record TokenSource
{
    /// <summary>A token in the payload, which is neither cached nor renewed.</summary>
    public sealed record Fixed(string Token) : TokenSource
    {
        public override string ToString() => nameof(Fixed);
    }

    /// <summary>A secret that contains the token.</summary>
    public sealed record Secret(string Name) : TokenSource;

    /// <summary>The credentials of a configured org.</summary>
    public abstract record OfOrg : TokenSource
    {
        /// <summary>The names of the secrets or keys in Key Vault.</summary>
        public abstract IEnumerable<string> NamesInVault { get; }
    }

    /// <summary>A login with client id and secret from two secrets in Key Vault.</summary>
    public sealed record VaultLogin(string ClientIdSecret, string ClientSecretSecret) : OfOrg
    {
        public override IEnumerable<string> NamesInVault => [ClientIdSecret, ClientSecretSecret];
    }

    /// <summary>A login with an assertion, signed by a key in Key Vault.</summary>
    /// <param name="SigningKey">The name of the key, or of its certificate.</param>
    /// <param name="Settings">The prefix of the org's settings.</param>
    public sealed record JwtLogin(string ConsumerKey, string UserName, string Audience, string SigningKey, string Settings) : OfOrg
    {
        public override IEnumerable<string> NamesInVault => [SigningKey];
    }

    /// <summary>A login with client id and secret from the payload.</summary>
    public sealed record Login(string ClientId, string ClientSecret) : TokenSource
    {
        public override string ToString() => nameof(Login);
    }
}
