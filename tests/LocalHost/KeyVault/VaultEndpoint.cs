using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace LocalHost;

/// <summary>The Key Vault REST API for reading secrets.</summary>
internal sealed class VaultEndpoint(VaultSecrets secrets)
{
    /// <summary>The only accepted access token. It has no meaning elsewhere.</summary>
    public const string Token = "local-key-vault-token";

    private const string Challenge =
        "Bearer authorization=\"https://login.microsoftonline.com/00000000-0000-0000-0000-000000000000\", resource=\"https://vault.azure.net\"";

    public Task ServeAsync(HttpContext context)
    {
        if (context.Request.Headers.Authorization != $"Bearer {Token}")
        {
            context.Response.Headers.WWWAuthenticate = Challenge;
            return Fail(context, StatusCodes.Status401Unauthorized, "Unauthorized", "AKV10000: Request is missing a Bearer or PoP token.");
        }

        return context.Request.Path.Value!.Split('/') is ["", "secrets", { Length: > 0 } name, .. { Length: <= 1 } version]
            && HttpMethods.IsGet(context.Request.Method)
            ? GetSecret(context, name, version.FirstOrDefault(id => id.Length > 0))
            : Fail(context, StatusCodes.Status405MethodNotAllowed, "MethodNotAllowed", "The local vault only reads secrets.");
    }

    private Task GetSecret(HttpContext context, string name, string? version)
    {
        if (secrets.FailWith is { } status)
        {
            return Fail(context, status, ReasonPhrases.GetReasonPhrase(status).Replace(" ", "", StringComparison.Ordinal), "The local vault was told to fail.");
        }

        if (secrets.Read(name, version) is not { } secret)
        {
            return Fail(context, StatusCodes.Status404NotFound, "SecretNotFound", $"A secret with (name/id) {name} was not found in this key vault.");
        }

        context.Response.Headers.CacheControl = CacheControlHeaderValue.NoCacheString;
        return context.Response.WriteAsJsonAsync(
            new
            {
                value = secret.Value,
                id = $"{LocalKeyVault.VaultUri}/secrets/{name}/{secret.Id}",
                attributes = new { enabled = true, recoveryLevel = "Recoverable+Purgeable", recoverableDays = 90 },
            },
            context.RequestAborted);
    }

    private static Task Fail(HttpContext context, int status, string code, string message)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new { error = new { code, message } }, context.RequestAborted);
    }
}
