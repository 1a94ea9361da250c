using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce.Authentication.Jwt;
using SalesforceConnector.Salesforce.Authentication.Logins;

namespace SalesforceConnector.Salesforce.Authentication;

/// <summary>Provides access tokens, cached in memory, one <see cref="Session"/> per org and credentials.</summary>
/// <remarks>The tokens of configured orgs are also shared with the app's other instances.</remarks>
internal sealed class TokenProvider(
    LoginClient login,
    SecretReader secrets,
    JwtLogins jwtLogins,
    SharedTokens shared,
    IOptions<SalesforceOptions> options,
    IOptions<KeyVaultOptions> vault,
    TimeProvider time,
    ILogger<TokenProvider> logger) : IDisposable
{
    // Limits the memory for credentials in payloads, which callers can choose freely.
    private const int MaxSessions = 1_000;

    private readonly MemoryCache _sessions = new(new MemoryCacheOptions { SizeLimit = MaxSessions });
    private readonly Lock _lock = new();

    /// <summary>Gets a token for <paramref name="target"/>, other than <paramref name="refused"/>.</summary>
    /// <exception cref="ConnectorException">No token is available.</exception>
    public async Task<AccessToken> GetAsync(CallTarget target, AccessToken? refused, CancellationToken cancellationToken)
    {
        if (target.TokenSource is TokenSource.Fixed(var token))
        {
            return refused is null ? new AccessToken(token, target.Org, time.GetUtcNow()) : throw Refused(target.TokenSource);
        }

        // Otherwise each call with the new token, and each other instance, would log in again to verify it.
        return refused is not null && refused.IsSecondOf(options.Value.RefusedLoginPause, time.GetUtcNow())
            ? throw Refuse(target, refused)
            : await SessionOf(target).GetAsync(refused, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Records that Salesforce rejected <paramref name="token"/> although it was new.</summary>
    /// <returns>The exception for the caller.</returns>
    public ConnectorException Refuse(CallTarget target, AccessToken token)
    {
        var refusal = Refused(target.TokenSource);
        SessionOf(target).Refuse(token, refusal);
        return refusal;
    }

    public void Dispose() => _sessions.Dispose();

    private static ConnectorException Refused(TokenSource source)
    {
        var token = source switch
        {
            TokenSource.Fixed => "the bearer token in the payload",
            TokenSource.Secret(var name) => $"the bearer token in the Key Vault secret {name}",
            _ => "the access token of a new login too",
        };
        return new ConnectorException(Problem.Create(
            ProblemKind.Authentication,
            StatusCodes.Status502BadGateway,
            ErrorCodes.AuthenticationFailed,
            $"Salesforce refused {token} (401).",
            retryable: true));
    }

    private Session SessionOf(CallTarget target)
    {
        var key = (target.Org, target.TokenSource);
        if (_sessions.TryGetValue(key, out Session? session))
        {
            return session!;
        }

        // Two sessions for one key would log in twice.
        lock (_lock)
        {
            return _sessions.GetOrCreate(key, entry =>
            {
                entry.Size = 1;
                if (target.TokenSource is TokenSource.OfOrg)
                {
                    // Not limited: there are as many as configured orgs.
                    entry.Priority = CacheItemPriority.NeverRemove;
                }
                else
                {
                    entry.SlidingExpiration = TimeSpan.FromHours(1);
                }

                return NewSession(target.Org, target.TokenSource);
            })!;
        }
    }

    private Session NewSession(OrgUrl org, TokenSource source) => new(
        source switch
        {
            TokenSource.Secret(var name) => async _ => new AccessToken(await secrets.ReadAsync(name).ConfigureAwait(false), org, time.GetUtcNow()),
            TokenSource.VaultLogin ofVault => refused => LogInAsync(org, ofVault, refused),
            TokenSource.JwtLogin jwt => refused => LogInAsync(org, jwt, refused),
            TokenSource.Login(var id, var secret) => _ => login.LogInAsync(org, new LoginGrant.ClientCredentials(id, secret)),
            _ => throw new InvalidOperationException($"No session is made from {source.GetType().Name}."),
        },
        source is TokenSource.Secret ? vault.Value.TokenSecretLifetime : options.Value.TokenLifetime,
        options.Value.RefusedLoginPause,
        time,
        logger);

    private async Task<AccessToken> LogInAsync(OrgUrl org, TokenSource.VaultLogin source, AccessToken? refused)
    {
        // Read at every login, so that a rotated secret works without a restart; logins are rare.
        var reads = await Task.WhenAll(
            secrets.ReadAsync(source.ClientIdSecret), secrets.ReadAsync(source.ClientSecretSecret)).ConfigureAwait(false);
        var grant = new LoginGrant.ClientCredentials(reads[0], reads[1]);
        using var seal = new TokenSeal(org, source.ClientSecretSecret, grant.ClientId, Encoding.UTF8.GetBytes(grant.ClientSecret));
        return await shared.GetAsync(seal, refused, () => login.LogInAsync(org, grant)).ConfigureAwait(false);
    }

    private async Task<AccessToken> LogInAsync(OrgUrl org, TokenSource.JwtLogin source, AccessToken? refused)
    {
        // Listed at every login, so that a renewed key works without a restart.
        var versions = await jwtLogins.ListVersionsAsync(source).ConfigureAwait(false);
        Task<AccessToken> LogInAsync() => jwtLogins.LogInAsync(org, source, versions);
        if (!shared.IsOn)
        {
            return await LogInAsync().ConfigureAwait(false);
        }

        var secret = await jwtLogins.SealSecretAsync(versions[0]).ConfigureAwait(false);
        using var seal = new TokenSeal(org, source.SigningKey, $"{source.ConsumerKey}\n{source.UserName}", secret);
        return await shared.GetAsync(seal, refused, LogInAsync).ConfigureAwait(false);
    }
}
