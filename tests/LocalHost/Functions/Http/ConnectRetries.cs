using System.Net.Sockets;

namespace LocalHost;

/// <summary>Retries the connection while the worker's web server does not listen yet. It can start after the gRPC client has connected.</summary>
internal sealed class ConnectRetries(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const int MaxAttempts = 10;

    private static readonly TimeSpan ShortestDelay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMilliseconds(250);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            // Nothing was sent, so the request's body can be sent again.
            catch (HttpRequestException exception) when (exception.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused } && attempt < MaxAttempts)
            {
                var delay = ShortestDelay * attempt;
                await Task.Delay(delay < LongestDelay ? delay : LongestDelay, TimeProvider.System, cancellationToken);
            }
        }
    }
}
