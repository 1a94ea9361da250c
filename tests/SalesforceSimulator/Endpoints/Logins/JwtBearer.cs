using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using SalesforceSimulator.Requests;

namespace SalesforceSimulator.Endpoints.Logins;

/// <summary>Verifies the assertion of a login by JWT bearer.</summary>
/// <remarks>
/// The words are those that clients report. In which order Salesforce looks at the claims is an assumption, and so is what it
/// says of an assertion that ends too late.
/// </remarks>
internal sealed class JwtBearer(Org org, Func<string> instanceUrl)
{
    private const string InvalidGrant = "invalid_grant";

    private static readonly TimeSpan LongestLife = TimeSpan.FromMinutes(3);

    /// <returns>Why the login is refused; <see langword="null"/> if it is not.</returns>
    public (string Error, string Description)? Refuse(string assertion)
    {
        var app = org.JwtApp ?? throw new NotKnownException("a login by JWT bearer at an app without a certificate");
        if (Read(assertion) is not { } claims)
        {
            return (InvalidGrant, "invalid assertion");
        }

        var now = org.Time.GetUtcNow().ToUnixTimeSeconds();
        return claims switch
        {
            _ when claims.Issuer != org.ClientId => ("invalid_client_id", "client identifier invalid"),
            _ when !IsSigned(assertion, app.Certificate) => (InvalidGrant, "invalid assertion"),
            _ when claims.ExpiresAt <= now || claims.ExpiresAt > now + LongestLife.TotalSeconds => (InvalidGrant, "expired authorization code"),
            // As an org of production that still takes the address for all.
            _ when claims.Audience != "https://login.salesforce.com" && claims.Audience != instanceUrl() => (InvalidGrant, "audience is invalid"),
            _ when claims.Subject != app.UserName || app.Approval == JwtApproval.NotAuthorized => (InvalidGrant, "user hasn't approved this consumer"),
            _ when app.Approval == JwtApproval.NotAssigned => ("invalid_app_access", "user is not admin approved to access this app"),
            _ => null,
        };
    }

    private static Claims? Read(string assertion)
    {
        if (assertion.Split('.') is not [var header, var payload, _] || !Base64Url.IsValid(header) || !Base64Url.IsValid(payload))
        {
            return null;
        }

        try
        {
            using var head = JsonDocument.Parse(Base64Url.DecodeFromChars(header));
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(payload));
            return head.RootElement.GetProperty("alg").ValueEquals("RS256")
                ? new Claims(Text("iss"), Text("sub"), Text("aud"), claims.RootElement.GetProperty("exp").GetInt64())
                : null;

            string? Text(string name) => claims.RootElement.GetProperty(name).GetString();
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static bool IsSigned(string assertion, X509Certificate2 certificate)
    {
        var end = assertion.LastIndexOf('.');
        var signature = assertion[(end + 1)..];
        using var key = certificate.GetRSAPublicKey()!;
        return Base64Url.IsValid(signature)
            && key.VerifyData(Encoding.ASCII.GetBytes(assertion[..end]), Base64Url.DecodeFromChars(signature), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    private sealed record Claims(string? Issuer, string? Subject, string? Audience, long ExpiresAt);
}
