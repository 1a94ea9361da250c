using System.Net.Http.Headers;

namespace SalesforceConnector.Salesforce;

/// <summary>
/// Authorises a request and sends it to the org's instance. When Salesforce says that the session is no more, one new
/// login and one replay.
/// </summary>
internal sealed class SessionHandler(TokenProvider tokens) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var target = SalesforceCall.Of(request).Target;
        var token = await tokens.GetAsync(target, refused: null, cancellationToken).ConfigureAwait(false);
        try
        {
            return await SendAsync(request, token, cancellationToken).ConfigureAwait(false);
        }
        catch (SalesforceException e) when (e.Failure == CallFailure.SessionInvalid)
        {
            token = await tokens.GetAsync(target, refused: token, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            return await SendAsync(request, token, cancellationToken).ConfigureAwait(false);
        }
        catch (SalesforceException e) when (e.Failure == CallFailure.SessionInvalid)
        {
            throw tokens.Refuse(target, token);
        }
    }

    private Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, AccessToken token, CancellationToken cancellationToken)
    {
        request.RequestUri = new Uri(token.Instance.Origin, request.RequestUri!.PathAndQuery);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Value);
        return base.SendAsync(request, cancellationToken);
    }
}
