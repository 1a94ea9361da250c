using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace SalesforceConnector.Queues;

/// <summary>The result of a request that was sent with <c>Prefer: respond-async</c>.</summary>
public sealed class GetResult(AcceptedRequests accepted)
{
    [Function(nameof(GetResult))]
    public Task<IResult> FromHttp(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = AcceptedRequests.ResultRoute)] HttpRequest request,
        string correlationId,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return accepted.GetResultAsync(correlationId, cancellationToken);
    }
}
