using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce.Authentication.Logins;

namespace SalesforceConnector.Salesforce.Authentication.Jwt;

/// <summary>Logs in by the OAuth 2.0 JWT bearer flow, with a key that stays in Key Vault.</summary>
/// <remarks>
/// During the renewal of a key, it has two versions, and the external client app has the certificate of one of them. Only a
/// login tells which: the version of the last successful login is tried first, then the other one.
/// </remarks>
internal sealed partial class JwtLogins(SigningKeys keys, LoginClient login, TimeProvider time, ILogger<JwtLogins> logger)
{
    // Contains characters that an assertion cannot have, so that the signature can never be used as one.
    private static readonly byte[] SealText = "SalesforceConnector: the key that shared tokens are sealed with, version 1"u8.ToArray();

    private readonly ConcurrentDictionary<string, KeyVersion> _grantedLast = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<KeyVersion, byte[]> _sealSecrets = new();

    /// <inheritdoc cref="SigningKeys.ListAsync"/>
    public Task<IReadOnlyList<KeyVersion>> ListVersionsAsync(TokenSource.JwtLogin source) => keys.ListAsync(source.SigningKey);

    /// <param name="versions">The versions of the org's signing key, the newest first.</param>
    /// <exception cref="ConnectorException">Salesforce rejected the login or did not reply, or Key Vault did not sign.</exception>
    public async Task<AccessToken> LogInAsync(OrgUrl org, TokenSource.JwtLogin source, IReadOnlyList<KeyVersion> versions)
    {
        var first = _grantedLast.TryGetValue(source.SigningKey, out var granted) && versions.Contains(granted) ? granted : versions[0];
        var other = versions.FirstOrDefault(version => version != first);
        var used = first;
        var token = await login.LogInAsync(
            org,
            await SignAsync(source, first).ConfigureAwait(false),
            other is null ? null : () => SignAsync(source, used = other)).ConfigureAwait(false);

        _grantedLast[source.SigningKey] = used;
        if (used != versions[0])
        {
            Log.OlderVersion(logger, source.SigningKey, org);
        }

        return token;
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
        [LoggerMessage(1, LogLevel.Warning, "Salesforce does not know the newest version of the signing key {Key} yet, and the version before it was used: upload the certificate's public part to the external client app of {Org}")]
        public static partial void OlderVersion(ILogger logger, string key, OrgUrl org);
    }
}
