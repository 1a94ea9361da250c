using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Azure.Core;
using Azure.Core.Pipeline;

namespace LocalHost;

/// <summary>Connects a <c>SecretClient</c> to the vault on loopback, and pins its certificate.</summary>
internal static class LocalVaultTransport
{
    public static HttpPipelineTransport Create(IPEndPoint endPoint, string certificateHash) => new HttpClientTransport(new SocketsHttpHandler
    {
        // A proxy cannot reach loopback, and must not see secrets.
        UseProxy = false,
        ConnectCallback = (_, cancellationToken) => ConnectAsync(endPoint, cancellationToken),
        SslOptions =
        {
            RemoteCertificateValidationCallback = (_, certificate, _, _) => LoopbackCertificate.HashOf(certificate) == certificateHash,
            // Nobody else is trusted. To load the machine's authorities for each connection costs more than the call.
            CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck },
        },
    });

    private static async ValueTask<Stream> ConnectAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>A credential whose token only the local vault accepts.</summary>
internal sealed class LocalVaultCredential(string token) : TokenCredential
{
    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        new(token, DateTimeOffset.MaxValue);

    public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        ValueTask.FromResult(GetToken(requestContext, cancellationToken));
}
