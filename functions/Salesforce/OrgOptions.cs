using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Json;

namespace SalesforceConnector.Salesforce;

/// <summary>Settings of one org.</summary>
public class OrgOptions
{
    /// <summary>The value of <see cref="Login"/> for the OAuth 2.0 client credentials flow.</summary>
    public const string ClientCredentialsLogin = "client-credentials";

    /// <summary>The value of <see cref="Login"/> for the OAuth 2.0 JWT bearer flow.</summary>
    public const string JwtLogin = "jwt";

    /// <summary>
    /// Base URL of the org, <c>https://MyDomainName.my.salesforce.com</c>. With the client credentials flow, the client id
    /// and secret of the default org are the Key Vault secrets <c>salesforce-client-id</c> and
    /// <c>salesforce-client-secret</c>.
    /// </summary>
    public string? BaseUrl { get; set; }

    /// <summary>The flow: <c>client-credentials</c> (the default) or <c>jwt</c>.</summary>
    public string Login { get; set; } = ClientCredentialsLogin;

    /// <summary>With <c>jwt</c>: the consumer key of the external client app.</summary>
    public string? ConsumerKey { get; set; }

    /// <summary>With <c>jwt</c>: the user name of the Salesforce user that runs the calls.</summary>
    public string? UserName { get; set; }

    /// <summary>
    /// With <c>jwt</c>: the audience of the assertion. Absent (the default), the org's base URL; some orgs want
    /// <c>https://login.salesforce.com</c>, or <c>https://test.salesforce.com</c> for a sandbox.
    /// </summary>
    public string? Audience { get; set; }

    /// <summary>
    /// With <c>jwt</c>: the name of the Key Vault certificate, or key, that signs. Absent (the default),
    /// <c>salesforce-jwt</c> for the default org and <c>salesforce-emea-jwt</c> for the org emea.
    /// </summary>
    public string? SigningKey { get; set; }

    /// <summary>
    /// Who may use the org, separated by commas or spaces: client ids of Microsoft Entra applications, and names of the operations'
    /// queues. Absent (the default), every caller that may call the app. Empty is an error: it could mean nobody, or everybody.
    /// </summary>
    public string? Callers { get; set; }

    /// <summary>The entries of <see cref="Callers"/>; <see langword="null"/> if every caller may use the org.</summary>
    internal HashSet<string>? CallerSet => Callers is null
        ? null
        : new(Callers.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), StringComparer.OrdinalIgnoreCase);

    /// <param name="prefix">The prefix of the org's settings: <c>Salesforce__</c>.</param>
    internal void Validate(string prefix, ValidateOptionsResultBuilder result)
    {
        if (Login is not (ClientCredentialsLogin or JwtLogin))
        {
            result.AddError($"must be {ClientCredentialsLogin} or {JwtLogin}; got {Quote.Value(Login)}", $"{prefix}{nameof(Login)}");
        }

        (string Name, string? Value)[] ofJwt =
            [(nameof(ConsumerKey), ConsumerKey), (nameof(UserName), UserName), (nameof(Audience), Audience), (nameof(SigningKey), SigningKey)];
        if (Login == JwtLogin)
        {
            foreach (var (name, _) in ofJwt[..2].Where(setting => string.IsNullOrWhiteSpace(setting.Value)))
            {
                result.AddError($"is required with {prefix}{nameof(Login)} = {JwtLogin}", prefix + name);
            }
        }
        else
        {
            foreach (var (name, _) in ofJwt.Where(setting => setting.Value is not null))
            {
                result.AddError($"goes with {prefix}{nameof(Login)} = {JwtLogin} only", prefix + name);
            }
        }

        if (Audience is not null && !(Uri.TryCreate(Audience, UriKind.Absolute, out var audience) && audience.Scheme == Uri.UriSchemeHttps))
        {
            result.AddError($"must be an https URL such as https://login.salesforce.com; got {Quote.Value(Audience)}", $"{prefix}{nameof(Audience)}");
        }

        if (SigningKey is not null && !(SigningKey.Length is > 0 and <= 127 && SigningKey.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')))
        {
            result.AddError($"must be the name of a Key Vault certificate or key, letters, digits and -; got {Quote.Value(SigningKey)}", $"{prefix}{nameof(SigningKey)}");
        }

        if (CallerSet is { Count: 0 })
        {
            result.AddError("names no caller: leave the setting out to let every caller use the org", $"{prefix}{nameof(Callers)}");
        }
    }
}
