using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace SalesforceSimulator;

/// <summary>The two kinds of access token.</summary>
internal static class AccessTokens
{
    private static readonly Lazy<RSA> Key = new(() => RSA.Create(2048));

    /// <summary>One that only the org can read.</summary>
    public static string Opaque(int number) => $"{Org.Id[..15]}!AR8AQ{number:D8}.simulated";

    /// <summary>One that says when it ends. Of its claims only some are here.</summary>
    /// <remarks>Salesforce Help, "JWT-Based Access Tokens for Named Users".</remarks>
    public static string Jwt(int number, string clientId, DateTimeOffset issuedAt, DateTimeOffset endsAt)
    {
        var claims = new
        {
            scp = "api",
            sub = $"uid:{Org.UserId}",
            iat = issuedAt.ToUnixTimeSeconds(),
            nbf = issuedAt.ToUnixTimeSeconds(),
            exp = endsAt.ToUnixTimeSeconds(),
            client_id = clientId,
            jti = $"simulated-{number}",
        };
        var unsigned = $"{Encode("""{"alg":"RS256","typ":"JWT"}"""u8)}.{Encode(JsonSerializer.SerializeToUtf8Bytes(claims))}";
        var signature = Key.Value.SignData(Encoding.ASCII.GetBytes(unsigned), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{unsigned}.{Encode(signature)}";
    }

    private static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);
}
