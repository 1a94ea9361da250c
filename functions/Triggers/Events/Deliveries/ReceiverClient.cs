using SalesforceConnector.Salesforce.Bodies;

namespace SalesforceConnector.Triggers.Events.Deliveries;

/// <summary>Sends requests to receivers of events. It does not repeat them: the delivery does.</summary>
internal sealed class ReceiverClient(HttpClient http, TimeProvider time)
{
    /// <summary>Sends a request, and reads what of the answer is wanted.</summary>
    /// <exception cref="Contracts.Problems.ConnectorException">There is no answer in time.</exception>
    public async Task<TResult> SendAsync<TResult>(
        HttpRequestMessage request, TimeSpan timeout, Func<HttpResponseMessage, CancellationToken, Task<TResult>> readAsync, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            return await readAsync(response, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw DeliveryProblems.NoAnswer(request.RequestUri!, timeout, e);
        }
        catch (Exception e) when (ReplyBody.IsBroken(e))
        {
            throw DeliveryProblems.Unreachable(request.RequestUri!, e);
        }
    }
}
