using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using Microsoft.AspNetCore.Http;
using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Salesforce.Authentication.Jwt;

/// <summary>One version of a key in Key Vault.</summary>
internal sealed record KeyVersion(string Name, string Version)
{
    /// <summary>When the version stops signing, if it has an end.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>Client options for signing with Key Vault.</summary>
internal sealed class SigningKeyOptions : ClientOptions;

/// <summary>Signs with keys in Key Vault. The private keys never leave it.</summary>
/// <remarks>Key Vault REST API, "Get Key Versions" and "Sign".</remarks>
internal sealed class SigningKeys(Uri vault, HttpPipeline pipeline, TimeProvider time)
{
    private const string ApiVersion = "7.4";
    private const string Algorithm = "RS256";

    private readonly ConcurrentDictionary<string, IReadOnlyList<KeyVersion>> _lastRead = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets the scope of tokens for the vault: its domain, which differs in sovereign clouds.</summary>
    public static string ScopeOf(Uri vault) => $"https://{vault.Host[(vault.Host.IndexOf('.', StringComparison.Ordinal) + 1)..]}/.default";

    /// <returns>
    /// The usable versions, the newest first, at least one; the last known ones if the vault is unavailable.
    /// </returns>
    /// <exception cref="ConnectorException">There is no usable version, access is denied, or the vault is unavailable.</exception>
    public async Task<IReadOnlyList<KeyVersion>> ListAsync(string name)
    {
        try
        {
            var found = new List<KeyListItem>();
            for (var page = Address($"keys/{name}/versions"); page is not null;)
            {
                var reply = await SendAsync(RequestMethod.Get, page, content: null, JwtJson.Default.KeyListReply).ConfigureAwait(false);
                found.AddRange(reply.Value ?? []);
                page = reply.NextLink is { } next && next.Host == vault.Host ? next : null;
            }

            KeyVersion[] versions =
            [
                .. found.Where(IsUsable).OrderByDescending(item => item.Attributes!.Created)
                    .Select(item => new KeyVersion(name, item.Kid!.Segments[^1].TrimEnd('/'))
                    {
                        ExpiresAt = item.Attributes!.ExpiresAt is { } seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null,
                    }),
            ];
            return versions.Length == 0 ? throw Missing(name, null) : _lastRead[name] = versions;
        }
        catch (Exception e) when (IsFailure(e))
        {
            var failure = Explain(e, name);
            return failure.Problem.Status == StatusCodes.Status503ServiceUnavailable && _lastRead.TryGetValue(name, out var lastRead)
                ? lastRead
                : throw failure;
        }
    }

    /// <returns>The signature, RSASSA-PKCS1-v1_5 with SHA-256.</returns>
    /// <exception cref="ConnectorException">Access is denied, or the vault is unavailable.</exception>
    public async Task<byte[]> SignAsync(KeyVersion key, ReadOnlyMemory<byte> content)
    {
        try
        {
            var request = new SignRequest(Algorithm, Base64Url.EncodeToString(SHA256.HashData(content.Span)));
            var body = RequestContent.Create(JsonSerializer.SerializeToUtf8Bytes(request, JwtJson.Default.SignRequest));
            var reply = await SendAsync(RequestMethod.Post, Address($"keys/{key.Name}/{key.Version}/sign"), body, JwtJson.Default.SignReply).ConfigureAwait(false);
            return Base64Url.DecodeFromChars(reply.Signature);
        }
        catch (Exception e) when (IsFailure(e))
        {
            throw Explain(e, key.Name);
        }
    }

    private async Task<TReply> SendAsync<TReply>(RequestMethod method, Uri address, RequestContent? content, JsonTypeInfo<TReply> type)
        where TReply : class
    {
        using var message = pipeline.CreateMessage();
        message.Request.Method = method;
        message.Request.Uri.Reset(address);
        message.Request.Headers.Add(HttpHeader.Common.JsonAccept);
        if (content is not null)
        {
            message.Request.Headers.Add(HttpHeader.Common.JsonContentType);
            message.Request.Content = content;
        }

        // Like the whole login, independent of the call that started it. The pipeline has its own timeout.
        await pipeline.SendAsync(message, CancellationToken.None).ConfigureAwait(false);
        return message.Response.IsError
            ? throw new RequestFailedException(message.Response)
            : JsonSerializer.Deserialize(message.Response.Content, type) ?? throw new JsonException("Key Vault answered null.");
    }

    private Uri Address(string path) => new(vault, $"{path}?api-version={ApiVersion}");

    private bool IsUsable(KeyListItem item)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        return item is { Kid: not null, Attributes: { Enabled: true } attributes }
            && (attributes.NotBefore is not { } notBefore || notBefore <= now)
            && (attributes.ExpiresAt is not { } expiresAt || expiresAt > now);
    }

    // Azure.Core wraps the failures of several attempts in an AggregateException.
    private static bool IsFailure(Exception exception) =>
        exception is RequestFailedException or AuthenticationFailedException or AggregateException or JsonException or FormatException;

    private ConnectorException Explain(Exception exception, string name) => exception switch
    {
        RequestFailedException { Status: StatusCodes.Status404NotFound } => Missing(name, exception),
        RequestFailedException { Status: StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden } => KeyVaultFailures.NotSetUp(
            ErrorCodes.SigningKeyAccessDenied,
            $"The Key Vault {vault.Host} does not let the app use the key {name}: give its identity the role Key Vault Crypto User on that key, and see that the key is enabled and may sign.",
            exception),
        RequestFailedException failure when KeyVaultFailures.IsRefusal(failure) => KeyVaultFailures.Refused(
            vault,
            failure,
            $"to sign by the key {name}: it must be an RSA key of 2,048 bits or more that may sign. Name another in the setting SigningKey, or make a certificate by infra/signing-certificate.json."),
        _ => KeyVaultFailures.Unavailable(vault, exception),
    };

    private ConnectorException Missing(string name, Exception? cause) => KeyVaultFailures.NotSetUp(
        ErrorCodes.SigningKeyNotFound,
        $"The Key Vault {vault.Host} has no key {name} that is enabled and has not expired. Make a certificate of that name: az keyvault certificate create --vault-name {vault.Host.Split('.')[0]} --name {name} --policy @infra/signing-certificate.json",
        cause);
}
