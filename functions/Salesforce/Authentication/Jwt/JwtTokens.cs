using System.Buffers.Text;
using System.Text.Json;

namespace SalesforceConnector.Salesforce.Authentication.Jwt;

/// <summary>Access tokens that are JWTs, and say when they end. Opaque ones do not.</summary>
/// <remarks>Salesforce Help, "JWT-Based Access Tokens for Named Users".</remarks>
internal static class JwtTokens
{
    /// <summary>When a token that was granted at <paramref name="since"/> ends, by the app's clock.</summary>
    /// <returns><see langword="null"/> if the token does not say.</returns>
    public static DateTimeOffset? EndOf(string token, DateTimeOffset since)
    {
        if (token.Split('.') is not [_, { Length: > 0 } payload, _] || !Base64Url.IsValid(payload))
        {
            return null;
        }

        try
        {
            // What it says beside that is Salesforce's own; the signature is for the org to verify.
            var claims = JsonSerializer.Deserialize(Base64Url.DecodeFromChars(payload), JwtJson.Default.TokenClaims);
            return (claims?.ExpiresAt, claims?.IssuedAt) switch
            {
                // Salesforce's clock may be another one: what counts is how long the token is good for.
                ({ } expiresAt, { } issuedAt) when expiresAt > issuedAt => since + TimeSpan.FromSeconds(expiresAt - issuedAt),
                ({ } expiresAt, null) => DateTimeOffset.FromUnixTimeSeconds(expiresAt),
                _ => null,
            };
        }
        catch (Exception e) when (e is JsonException or ArgumentOutOfRangeException or OverflowException)
        {
            return null;
        }
    }
}
