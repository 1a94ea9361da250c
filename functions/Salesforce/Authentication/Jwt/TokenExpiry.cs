using System.Buffers.Text;
using System.Text.Json;

namespace SalesforceConnector.Salesforce.Authentication.Jwt;

/// <summary>Reads the end of access tokens that are JWTs. Opaque tokens have none.</summary>
/// <remarks>Salesforce Help, "JWT-Based Access Tokens for Named Users".</remarks>
internal static class TokenExpiry
{
    /// <summary>Gets the end of a token that was issued at <paramref name="since"/>, by the app's clock.</summary>
    /// <returns>The end; <see langword="null"/> if the token has none.</returns>
    public static DateTimeOffset? EndOf(string token, DateTimeOffset since)
    {
        if (token.Split('.') is not [_, { Length: > 0 } payload, _] || !Base64Url.IsValid(payload))
        {
            return null;
        }

        try
        {
            // The org verifies the signature; other claims do not matter here.
            var claims = JsonSerializer.Deserialize(Base64Url.DecodeFromChars(payload), JwtJson.Default.TokenClaims);
            return (claims?.ExpiresAt, claims?.IssuedAt) switch
            {
                // Uses the lifetime, because the clocks can differ.
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
