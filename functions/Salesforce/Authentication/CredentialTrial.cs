using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce.Authentication.Jwt;
using SalesforceConnector.Salesforce.Authentication.Logins;

namespace SalesforceConnector.Salesforce.Authentication;

/// <summary>Tests the credentials of a payload's org: reads the secrets and logs in, without any cache.</summary>
public sealed class CredentialTrial
{
    /// <summary>The name of the JWT bearer flow in a check.</summary>
    internal const string JwtBearerFlow = "oauth-jwt-bearer-flow";

    private readonly Orgs _orgs;
    private readonly SecretReader _secrets;
    private readonly LoginClient _login;
    private readonly JwtLogins _jwtLogins;
    private readonly TimeProvider _time;

    internal CredentialTrial(Orgs orgs, SecretReader secrets, LoginClient login, JwtLogins jwtLogins, TimeProvider time) =>
        (_orgs, _secrets, _login, _jwtLogins, _time) = (orgs, secrets, login, jwtLogins, time);

    /// <exception cref="InvalidPayloadException">The payload has no org, or credentials of another org.</exception>
    internal async Task<CredentialTrialResult> RunAsync(Payload payload)
    {
        var (org, version, source) = _orgs.Resolve(payload);
        var flow = source switch
        {
            TokenSource.VaultLogin or TokenSource.Login => Contracts.Payloads.Authentication.ClientCredentialsFlow,
            TokenSource.JwtLogin => JwtBearerFlow,
            _ => Contracts.Payloads.Authentication.Bearer,
        };
        IReadOnlyList<KeyVersion> versions = [];
        TriedSecret[] secrets = source switch
        {
            TokenSource.VaultLogin(var id, var secret) => await Task.WhenAll(ReadAsync(id), ReadAsync(secret)).ConfigureAwait(false),
            TokenSource.JwtLogin jwt => [await TryAsync(jwt.SigningKey, () => FindKeyAsync(jwt)).ConfigureAwait(false)],
            TokenSource.Secret(var name) => [await ReadAsync(name).ConfigureAwait(false)],
            _ => [],
        };
        var result = new CredentialTrialResult(org, version, flow, secrets);
        if (secrets.Any(secret => secret.Problem is not null))
        {
            return result;
        }

        try
        {
            return result with
            {
                Token = source switch
                {
                    TokenSource.VaultLogin => await _login.LogInAsync(org, new LoginGrant.ClientCredentials(secrets[0].Value, secrets[1].Value)).ConfigureAwait(false),
                    TokenSource.JwtLogin jwt => await _jwtLogins.LogInAsync(org, jwt, versions).ConfigureAwait(false),
                    TokenSource.Login(var id, var secret) => await _login.LogInAsync(org, new LoginGrant.ClientCredentials(id, secret)).ConfigureAwait(false),
                    TokenSource.Secret => new AccessToken(secrets[0].Value, org, _time.GetUtcNow()),
                    TokenSource.Fixed(var token) => new AccessToken(token, org, _time.GetUtcNow()),
                    _ => throw new InvalidOperationException($"No login is tried with {source.GetType().Name}."),
                },
            };
        }
        catch (ConnectorException e)
        {
            return result with { Problem = e.Problem };
        }

        // A signing key cannot be read; only its existence is checked.
        async Task<string> FindKeyAsync(TokenSource.JwtLogin jwt)
        {
            versions = await _jwtLogins.ListVersionsAsync(jwt).ConfigureAwait(false);
            return "";
        }
    }

    private Task<TriedSecret> ReadAsync(string name) => TryAsync(name, () => _secrets.ReadAsync(name));

    private static async Task<TriedSecret> TryAsync(string name, Func<Task<string>> readAsync)
    {
        try
        {
            return new TriedSecret(name, await readAsync().ConfigureAwait(false), problem: null);
        }
        catch (ConnectorException e)
        {
            return new TriedSecret(name, "", e.Problem);
        }
    }
}

/// <summary>The result of the test.</summary>
/// <param name="Flow">As a payload's <c>authentication.type</c> names it, or <see cref="CredentialTrial.JwtBearerFlow"/>.</param>
internal sealed record CredentialTrialResult(OrgUrl Org, ApiVersion Version, string Flow, IReadOnlyList<TriedSecret> Secrets)
{
    /// <summary>The token; <see langword="null"/> if the login failed or a secret is missing.</summary>
    public AccessToken? Token { get; init; }

    /// <summary>The error, if the login failed.</summary>
    public Problem? Problem { get; init; }
}

/// <summary>A secret or key in Key Vault, or the error.</summary>
/// <remarks>Not a record, because a record's ToString would print the secret.</remarks>
internal sealed class TriedSecret(string name, string value, Problem? problem)
{
    public string Name => name;

    public string Value => value;

    public Problem? Problem => problem;
}
