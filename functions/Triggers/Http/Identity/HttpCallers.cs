using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using SalesforceConnector.Salesforce;

namespace SalesforceConnector.Triggers.Http.Identity;

/// <summary>Who calls over HTTP, as the platform says.</summary>
/// <remarks>
/// App Service authentication verifies the token of Microsoft Entra, drops these headers from what a caller sends, and sets
/// them itself. Without it anybody could set them, so that they count for nothing then. Function keys tell nothing: the
/// Functions host checks them, and passes on neither the key's name nor, reliably, the key. See "Work with user identities in
/// Azure App Service authentication".
/// </remarks>
public sealed class HttpCallers(IConfiguration configuration)
{
    /// <summary>The setting that the platform adds while its authentication is on.</summary>
    public const string AuthenticationSetting = "WEBSITE_AUTH_ENABLED";

    /// <summary>The verified claims, as JSON in base64.</summary>
    public const string PrincipalHeader = "X-MS-CLIENT-PRINCIPAL";

    // The client's id in tokens of version 2, and of version 1.
    private static readonly string[] ClientClaims = ["azp", "appid"];

    private readonly bool _isTrustworthy = string.Equals(configuration[AuthenticationSetting], "true", StringComparison.OrdinalIgnoreCase);

    internal Caller Of(HttpRequest request)
    {
        if (!_isTrustworthy)
        {
            return Caller.Unknown("this caller, whom the app cannot know, as the function app has no Microsoft Entra authentication and function keys do not tell callers apart,");
        }

        return ClientIdIn(request.Headers[PrincipalHeader].ToString()) is { } id
            ? Caller.OfApplication(id)
            : Caller.Unknown("this caller, whose token names no Microsoft Entra application,");
    }

    private static string? ClientIdIn(string header)
    {
        try
        {
            using var principal = JsonDocument.Parse(Convert.FromBase64String(header));
            var claims = principal.RootElement.GetProperty("claims").EnumerateArray()
                .Select(claim => (Type: claim.GetProperty("typ").GetString(), Value: claim.GetProperty("val").GetString()))
                .ToArray();
            return ClientClaims
                .Select(type => claims.FirstOrDefault(claim => claim.Type == type).Value)
                .FirstOrDefault(value => Guid.TryParseExact(value, "D", out _));
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }
}
