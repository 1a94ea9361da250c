using System.Text.Json.Serialization;

namespace SalesforceConnector.Salesforce.Authentication.Jwt;

/// <summary>Claims, and requests to and replies of Key Vault. Unknown members are ignored.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(AssertionClaims))]
[JsonSerializable(typeof(TokenClaims))]
[JsonSerializable(typeof(SignRequest))]
[JsonSerializable(typeof(SignReply))]
[JsonSerializable(typeof(KeyListReply))]
internal sealed partial class JwtJson : JsonSerializerContext;

/// <summary>The claims of an assertion.</summary>
/// <remarks>RFC 7523, 3; Salesforce Help, "OAuth 2.0 JWT Bearer Flow for Server-to-Server Integration".</remarks>
internal sealed record AssertionClaims(
    [property: JsonPropertyName("iss")] string Issuer,
    [property: JsonPropertyName("sub")] string Subject,
    [property: JsonPropertyName("aud")] string Audience,
    [property: JsonPropertyName("exp")] long ExpiresAt);

/// <summary>The claims of an access token about its lifetime.</summary>
internal sealed record TokenClaims(
    [property: JsonPropertyName("exp")] long? ExpiresAt,
    [property: JsonPropertyName("iat")] long? IssuedAt);

/// <summary>The request body of Key Vault's "Sign". The digest is base64url-encoded.</summary>
internal sealed record SignRequest(
    [property: JsonPropertyName("alg")] string Algorithm,
    [property: JsonPropertyName("value")] string Digest);

/// <summary>The reply to "Sign". The signature is base64url-encoded.</summary>
internal sealed record SignReply([property: JsonPropertyName("value")] string? Signature);

/// <summary>The reply to "Get Key Versions".</summary>
internal sealed record KeyListReply(IReadOnlyList<KeyListItem>? Value, Uri? NextLink);

/// <summary>One version of a key.</summary>
internal sealed record KeyListItem(Uri? Kid, KeyAttributes? Attributes);

/// <summary>The attributes of a key version; times in Unix seconds.</summary>
internal sealed record KeyAttributes(
    bool Enabled,
    [property: JsonPropertyName("nbf")] long? NotBefore,
    [property: JsonPropertyName("exp")] long? ExpiresAt,
    long Created);
