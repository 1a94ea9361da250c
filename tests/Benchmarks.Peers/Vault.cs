using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Azure.Core;
using Azure.Core.Pipeline;
using Microsoft.Extensions.DependencyInjection;

namespace Benchmarks.Peers;

/// <summary>
/// A Key Vault without a network: it answers the real <c>SecretClient</c> inside the process, so that neither a server nor
/// TLS, which are not the connector's, count as the connector's work.
/// </summary>
internal sealed class Vault : HttpMessageHandler
{
    public const string Uri = "https://benchmark-connector.vault.azure.net";

    public static void AddTo(IServiceCollection services)
    {
        services.AddSingleton<TokenCredential>(new Credential());
        services.AddSingleton<HttpPipelineTransport>(_ => new HttpClientTransport(new Vault()));
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Headers.Authorization is null)
        {
            var challenge = new HttpResponseMessage(HttpStatusCode.Unauthorized) { RequestMessage = request };
            challenge.Headers.WwwAuthenticate.Add(new AuthenticationHeaderValue(
                "Bearer", "authorization=\"https://login.microsoftonline.com/00000000-0000-0000-0000-000000000000\", resource=\"https://vault.azure.net\""));
            return challenge;
        }

        var name = request.RequestUri!.Segments[2].TrimEnd('/');
        var value = name.EndsWith("client-id", StringComparison.Ordinal) ? Sample.ClientId : Sample.ClientSecret;
        return new HttpResponseMessage(HttpStatusCode.OK)
        {
            RequestMessage = request,
            Content = JsonContent.Create(new Dictionary<string, string> { ["value"] = value, ["id"] = $"{Uri}/secrets/{name}/1" }),
        };
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        Task.FromResult(Send(request, cancellationToken));

    private sealed class Credential : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new("benchmark-vault-token", DateTimeOffset.MaxValue);

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            ValueTask.FromResult(GetToken(requestContext, cancellationToken));
    }
}
