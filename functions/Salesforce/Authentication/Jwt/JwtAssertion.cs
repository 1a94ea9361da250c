using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace SalesforceConnector.Salesforce.Authentication.Jwt;

/// <summary>The assertion of a login by JWT bearer, before it is signed.</summary>
internal static class JwtAssertion
{
    /// <summary>How long it is good for: in the middle of the three minutes that Salesforce allows, as clocks differ both ways.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(90);

    private static readonly string Header = Base64Url.EncodeToString("""{"alg":"RS256"}"""u8);

    /// <returns>What is to be signed: header and claims.</returns>
    public static string Create(string consumerKey, string userName, string audience, DateTimeOffset now)
    {
        var claims = new AssertionClaims(consumerKey, userName, audience, (now + Lifetime).ToUnixTimeSeconds());
        return $"{Header}.{Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims, JwtJson.Default.AssertionClaims))}";
    }

    /// <returns>The assertion as it is sent.</returns>
    public static string Join(string unsigned, ReadOnlySpan<byte> signature) => $"{unsigned}.{Base64Url.EncodeToString(signature)}";

    /// <returns>The bytes that the signature is for.</returns>
    public static byte[] Bytes(string unsigned) => Encoding.ASCII.GetBytes(unsigned);
}
