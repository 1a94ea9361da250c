using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace LocalHost;

/// <summary>The Key Vault REST API for reading and putting secrets, and for signing.</summary>
/// <param name="token">The only access token that is taken.</param>
internal sealed class VaultEndpoint(VaultSecrets secrets, VaultKeys keys, string token)
{
    private const string Challenge =
        "Bearer authorization=\"https://login.microsoftonline.com/00000000-0000-0000-0000-000000000000\", resource=\"https://vault.azure.net\"";

    public Task ServeAsync(HttpContext context)
    {
        if (context.Request.Headers.Authorization != $"Bearer {token}")
        {
            context.Response.Headers.WWWAuthenticate = Challenge;
            return Fail(context, StatusCodes.Status401Unauthorized, "Unauthorized", "AKV10000: Request is missing a Bearer or PoP token.");
        }

        if (string.IsNullOrEmpty(context.Request.Query["api-version"]))
        {
            return Fail(context, StatusCodes.Status400BadRequest, "BadParameter", "AKV10000: The api-version must be specified.");
        }

        if (secrets.FailWith is { } status)
        {
            return Fail(context, status, ReasonPhrases.GetReasonPhrase(status).Replace(" ", "", StringComparison.Ordinal), "The local vault was told to fail.");
        }

        return (context.Request.Method, context.Request.Path.Value!.Split('/')) switch
        {
            ("GET", ["", "secrets", { Length: > 0 } name, .. { Length: <= 1 } version]) => GetSecret(context, name, version.FirstOrDefault(id => id.Length > 0)),
            ("PUT", ["", "secrets", { Length: > 0 } name]) => PutSecretAsync(context, name),
            ("GET", ["", "keys", { Length: > 0 } name, "versions"]) => ListVersions(context, name),
            ("POST", ["", "keys", { Length: > 0 } name, { Length: > 0 } version, "sign"]) => SignAsync(context, name, version),
            _ => Fail(context, StatusCodes.Status405MethodNotAllowed, "MethodNotAllowed", "The local vault only reads and puts secrets, and signs."),
        };
    }

    private Task ListVersions(HttpContext context, string name) => keys.Versions(name) is { } versions
        ? context.Response.WriteAsJsonAsync(
            new
            {
                value = versions.Select(version => new
                {
                    kid = KeyId(name, version),
                    attributes = new { enabled = version.IsEnabled, exp = version.ExpiresAt?.ToUnixTimeSeconds(), created = version.Created, updated = version.Created, recoveryLevel = "Recoverable+Purgeable" },
                    managed = true,
                }),
                nextLink = (string?)null,
            },
            context.RequestAborted)
        : Fail(context, StatusCodes.Status404NotFound, "KeyNotFound", $"A key with (name/id) {name} was not found in this key vault.");

    private async Task SignAsync(HttpContext context, string name, string id)
    {
        if (keys.Versions(name)?.FirstOrDefault(version => version.Id == id) is not { } key)
        {
            await Fail(context, StatusCodes.Status404NotFound, "KeyNotFound", $"A key with (name/id) {name}/{id} was not found in this key vault.");
            return;
        }

        var request = await context.Request.ReadFromJsonAsync<SignRequest>(context.RequestAborted);
        if (!key.IsEnabled)
        {
            await Fail(context, StatusCodes.Status403Forbidden, "Forbidden", "Operation sign is not allowed on a disabled key.");
        }
        else if (request is not { Alg: "RS256", Value: { } value } || !Base64Url.IsValid(value) || Base64Url.DecodeFromChars(value) is not { Length: SHA256.HashSizeInBytes } digest)
        {
            await Fail(context, StatusCodes.Status400BadRequest, "BadParameter", "The local vault signs digests of SHA-256 by RS256.");
        }
        else
        {
            await context.Response.WriteAsJsonAsync(
                new { kid = KeyId(name, key), value = Base64Url.EncodeToString(keys.Sign(key, digest)) }, context.RequestAborted);
        }
    }

    private static string KeyId(string name, KeyVersion version) => $"{LocalKeyVault.VaultUri}/keys/{name}/{version.Id}";

    private async Task PutSecretAsync(HttpContext context, string name)
    {
        if (await context.Request.ReadFromJsonAsync<SecretRequest>(context.RequestAborted) is { Value: { } value })
        {
            secrets.Set(name, value);
            await GetSecret(context, name, version: null);
            return;
        }

        await Fail(context, StatusCodes.Status400BadRequest, "BadParameter", "The secret has no value.");
    }

    private Task GetSecret(HttpContext context, string name, string? version)
    {
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

    private sealed record SecretRequest(string? Value);

    private sealed record SignRequest(string? Alg, string? Value);
}
