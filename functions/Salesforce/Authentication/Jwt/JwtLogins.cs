using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce.Authentication.Logins;

namespace SalesforceConnector.Salesforce.Authentication.Jwt;

/// <summary>Logs in by the OAuth 2.0 JWT bearer flow, with a key that stays in Key Vault.</summary>
/// <remarks>
/// After a renewal, a key has several versions, and the external client app has the certificate of one of them. Only a login
/// tells which: the version of the org's last successful login is tried first, then the others, the newest first.
/// </remarks>
internal sealed partial class JwtLogins(SigningKeys keys, LoginClient login, TimeProvider time, ILogger<JwtLogins> logger)
{
    /// <summary>How many versions of a key are tried. Salesforce counts each refused login.</summary>
    private const int MostVersions = 4;

    // Contains characters that an assertion cannot have, so that the signature can never be used as one.
    private static readonly byte[] SealText = "SalesforceConnector: the key that shared tokens are sealed with, version 1"u8.ToArray();

    // By org: two orgs can share a key, and have certificates of different versions.
    private readonly ConcurrentDictionary<(OrgUrl Org, string Key), KeyVersion> _grantedLast = new();
    private readonly ConcurrentDictionary<KeyVersion, byte[]> _sealSecrets = new();

    /// <inheritdoc cref="SigningKeys.ListAsync"/>
    public Task<IReadOnlyList<KeyVersion>> ListVersionsAsync(TokenSource.JwtLogin source) => keys.ListAsync(source.SigningKey);

    /// <param name="versions">The versions of the org's signing key, the newest first.</param>
    /// <exception cref="ConnectorException">Salesforce rejected the login or did not reply, or Key Vault did not sign.</exception>
    public async Task<AccessToken> LogInAsync(OrgUrl org, TokenSource.JwtLogin source, IReadOnlyList<KeyVersion> versions)
    {
        var granted = _grantedLast.GetValueOrDefault((org, source.SigningKey));
        var untried = new Queue<KeyVersion>(versions.OrderByDescending(version => version == granted).Take(MostVersions));
        var used = untried.Peek();
        var token = await login.LogInAsync(org, (await SignNextAsync().ConfigureAwait(false))!, SignNextAsync).ConfigureAwait(false);

        _grantedLast[(org, source.SigningKey)] = used;
        if (used != versions[0])
        {
            Log.OlderVersion(logger, source.SigningKey, org, used.ExpiresAt is { } end ? $"stops signing at {end:u}" : "has no end");
        }

        return token;

        async Task<LoginGrant?> SignNextAsync() =>
            untried.TryDequeue(out var version) ? await SignAsync(source, used = version).ConfigureAwait(false) : null;
    }

    /// <summary>Creates a secret from the signing key: the signature of a fixed text, always the same.</summary>
    /// <remarks>RSASSA-PKCS1-v1_5 (RS256) has no random part. The signature is never sent anywhere.</remarks>
    public async Task<byte[]> SealSecretAsync(KeyVersion version)
    {
        if (!_sealSecrets.TryGetValue(version, out var secret))
        {
            _sealSecrets[version] = secret = await keys.SignAsync(version, SealText).ConfigureAwait(false);
        }

        return secret;
    }

    private async Task<LoginGrant> SignAsync(TokenSource.JwtLogin source, KeyVersion version)
    {
        var unsigned = JwtAssertion.Create(source.ConsumerKey, source.UserName, source.Audience, time.GetUtcNow());
        var signature = await keys.SignAsync(version, JwtAssertion.Bytes(unsigned)).ConfigureAwait(false);
        return new LoginGrant.JwtBearer(JwtAssertion.Join(unsigned, signature), source.Settings, source.SigningKey);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Salesforce does not know the newest version of the signing key {Key} yet, and an older one was used, which {Ends}: upload the new certificate's public part to the external client app of {Org} before")]
        public static partial void OlderVersion(ILogger logger, string key, OrgUrl org, string ends);
    }
}
