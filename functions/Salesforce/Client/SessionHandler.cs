using System.Net.Http.Headers;
using SalesforceConnector.Salesforce.Authentication;

namespace SalesforceConnector.Salesforce.Client;

/// <summary>
/// Authorises a request and sends it to the org's instance. When Salesforce has ended the session, it logs in anew
/// and sends the request once more; and a third time if the other token was one that instances share, and had ended too.
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
        // Where the token belongs, it is sent already, unless the org's instance has another address or has moved.
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
