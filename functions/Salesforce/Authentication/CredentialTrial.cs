using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce.Authentication.Jwt;
using SalesforceConnector.Salesforce.Authentication.Logins;

namespace SalesforceConnector.Salesforce.Authentication;

/// <summary>Tries the credentials of a payload's org, whatever is remembered of them: reads the secrets and logs in anew.</summary>
public sealed class CredentialTrial
{
    /// <summary>The name of a login that a key in Key Vault signs.</summary>
    internal const string JwtBearerFlow = "oauth-jwt-bearer-flow";

    private readonly Orgs _orgs;
    private readonly SecretReader _secrets;
    private readonly LoginClient _login;
    private readonly JwtLogins _jwtLogins;
    private readonly TimeProvider _time;

    internal CredentialTrial(Orgs orgs, SecretReader secrets, LoginClient login, JwtLogins jwtLogins, TimeProvider time) =>
        (_orgs, _secrets, _login, _jwtLogins, _time) = (orgs, secrets, login, jwtLogins, time);

    /// <exception cref="InvalidPayloadException">The payload names no org, or no credentials that belong to it.</exception>
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

        // The key stays where it is: there is nothing to read but that it is there.
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

/// <summary>What became of the trial.</summary>
/// <param name="Flow">As a payload's <c>authentication.type</c> names it, or <see cref="CredentialTrial.JwtBearerFlow"/>.</param>
internal sealed record CredentialTrialResult(OrgUrl Org, ApiVersion Version, string Flow, IReadOnlyList<TriedSecret> Secrets)
{
    /// <summary>The token; <see langword="null"/> if a secret is missing or the login failed.</summary>
    public AccessToken? Token { get; init; }

    /// <summary>Why the login failed, if it did.</summary>
    public Problem? Problem { get; init; }
}

/// <summary>A secret that was read, or a key that was found; or why not.</summary>
/// <remarks>No record: it holds the secret, and a record prints its members.</remarks>
internal sealed class TriedSecret(string name, string value, Problem? problem)
{
    public string Name => name;

    public string Value => value;

    public Problem? Problem => problem;
}
