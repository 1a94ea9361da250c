using System.Net.Http.Headers;
using SalesforceConnector.Salesforce.Authentication;

namespace SalesforceConnector.Salesforce.Client;

/// <summary>
/// Adds the access token and sends the request to the org's instance. If the session has ended, it gets a new token and
/// sends the request again; and once more if that token was a shared one and had ended too.
/// </summary>
internal sealed class SessionHandler(TokenProvider tokens) : DelegatingHandler
{
    private const int MaxReplays = 2;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var target = SalesforceCall.Get(request).Target;
        var token = await tokens.GetAsync(target, refused: null, cancellationToken).ConfigureAwait(false);
        for (var replays = 0; ; replays++)
        {
            try
            {
                return await SendAsync(request, token, cancellationToken).ConfigureAwait(false);
            }
            catch (SalesforceException e) when (e.Failure == CallFailure.SessionInvalid)
            {
                if (replays == MaxReplays || (replays > 0 && !token.IsShared))
                {
                    throw tokens.Refuse(target, token);
                }
            }

            token = await tokens.GetAsync(target, refused: token, cancellationToken).ConfigureAwait(false);
        }
    }

    private Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, AccessToken token, CancellationToken cancellationToken)
    {
        // The request has the org's base URL. The instance of the token can have another host.
        var instance = token.Instance.Origin;
        if (!IsAt(request.RequestUri!, instance))
        {
            request.RequestUri = new Uri(instance, request.RequestUri!.PathAndQuery);
        }

        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Value);
        return base.SendAsync(request, cancellationToken);
    }

    private static bool IsAt(Uri url, Uri origin) => url.Host == origin.Host && url.Port == origin.Port && url.Scheme == origin.Scheme;
}
