using System.Net;
using System.Net.Http.Json;
using Azure;
using Azure.Security.KeyVault.Secrets;

namespace Connector.Tests.Logins;

/// <summary>A vault whose every secret is its own name.</summary>
internal sealed class ManyVault : SecretClient
{
    public override Task<Response<KeyVaultSecret>> GetSecretAsync(
        string name, string? version = null, SecretContentType? outContentType = null, CancellationToken cancellationToken = default) =>
        Task.FromResult(Response.FromValue(new KeyVaultSecret(name, name), null!));
}

/// <summary>The keys of that vault: each has one version, which makes the same signature of everything.</summary>
internal sealed class ManyKeys : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        object reply = request.Method == HttpMethod.Get
            ? new { value = new[] { new { kid = request.RequestUri, attributes = new { enabled = true, created = 1 } } } }
            : new { value = "c2lnbmF0dXJl" };
        return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = JsonContent.Create(reply) });
    }
}
