using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace SalesforceConnector.Salesforce.Authentication.Jwt;

/// <summary>Composes the assertion of a JWT bearer login; <see cref="JwtLogins"/> has it signed.</summary>
internal static class JwtAssertion
{
    /// <summary>The lifetime of an assertion. Half of the three minutes that Salesforce allows, because clocks differ in both directions.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(90);

    private static readonly string Header = Base64Url.EncodeToString("""{"alg":"RS256"}"""u8);

    /// <returns>The part to sign: header and claims.</returns>
    public static string Create(string consumerKey, string userName, string audience, DateTimeOffset now)
    {
        var claims = new AssertionClaims(consumerKey, userName, audience, (now + Lifetime).ToUnixTimeSeconds());
        return $"{Header}.{Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims, JwtJson.Default.AssertionClaims))}";
    }

    /// <returns>The signed assertion.</returns>
    public static string Join(string unsigned, ReadOnlySpan<byte> signature) => $"{unsigned}.{Base64Url.EncodeToString(signature)}";

    /// <returns>The bytes to sign.</returns>
    public static byte[] Bytes(string unsigned) => Encoding.ASCII.GetBytes(unsigned);
}
