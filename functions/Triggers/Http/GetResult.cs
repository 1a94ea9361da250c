using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace SalesforceConnector.Triggers.Http;

/// <summary>Returns the result of a request with <c>Prefer: respond-async</c>.</summary>
public sealed class GetResult(HttpOperation http)
{
    [Function(nameof(GetResult))]
    public Task<IResult> FromHttp(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "results/{correlationId}")] HttpRequest request,
        string correlationId,
        CancellationToken cancellationToken) =>
        http.GetResultAsync(request, correlationId, cancellationToken);
}
