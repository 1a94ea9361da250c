using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace SalesforceConnector.Salesforce;

/// <summary>Access tokens, kept in memory for all invocations, one <see cref="Session"/> per org and credentials.</summary>
internal sealed class TokenProvider(
    LoginClient login,
    SecretReader secrets,
    IOptions<SalesforceOptions> options,
    IOptions<KeyVaultOptions> vault,
    TimeProvider time) : IDisposable
{
    // Credentials in payloads are the callers' choice: they must not fill the memory.
    private const int MaxSessions = 1_000;

    private readonly MemoryCache _sessions = new(new MemoryCacheOptions { SizeLimit = MaxSessions });
    private readonly Lock _lock = new();

    /// <summary>A token for <paramref name="target"/>; another one than <paramref name="refused"/>, if given.</summary>
    /// <exception cref="ConnectorException">There is none to be had.</exception>
    public async Task<AccessToken> GetAsync(CallTarget target, AccessToken? refused, CancellationToken cancellationToken)
    {
        if (target.TokenSource is TokenSource.Fixed(var token))
        {
            return refused is null ? new AccessToken(token, target.Org) : throw Refused(target.TokenSource);
        }

        return await SessionOf(target).GetAsync(refused, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes note that Salesforce refused <paramref name="token"/> although it was new.</summary>
    /// <returns>What to tell the caller.</returns>
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
            $"Salesforce refused {token} (INVALID_SESSION_ID).",
            retryable: true));
    }

    private Session SessionOf(CallTarget target)
    {
        var key = (target.Org, target.TokenSource);
        if (_sessions.TryGetValue(key, out Session? session))
        {
            return session!;
        }

        // Two sessions for one key would be two logins.
        lock (_lock)
        {
            return _sessions.GetOrCreate(key, entry =>
            {
                entry.Size = 1;
                if (target.TokenSource is TokenSource.VaultLogin)
                {
                    // As many as there are orgs in the settings.
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

    private Session NewSession(OrgUrl org, TokenSource source) => source switch
    {
        TokenSource.Secret(var name) => new Session(
            async () => new AccessToken(await secrets.ReadAsync(name).ConfigureAwait(false), org),
            vault.Value.TokenSecretLifetime,
            options.Value.RefusedLoginPause,
            time),
        TokenSource.VaultLogin(var idSecret, var secretSecret) => new Session(
            async () =>
            {
                // Read at every login, so that a rotated secret works without a restart; logins are rare.
                var id = secrets.ReadAsync(idSecret);
                var secret = secrets.ReadAsync(secretSecret);
                await Task.WhenAll(id, secret).ConfigureAwait(false);
                return await login.LogInAsync(org, await id.ConfigureAwait(false), await secret.ConfigureAwait(false)).ConfigureAwait(false);
            },
            options.Value.TokenLifetime,
            options.Value.RefusedLoginPause,
            time),
        TokenSource.Login(var id, var secret) => new Session(
            () => login.LogInAsync(org, id, secret), options.Value.TokenLifetime, options.Value.RefusedLoginPause, time),
        _ => throw new InvalidOperationException($"No session is made from {source.GetType().Name}."),
    };
}
