using Microsoft.AspNetCore.Http;
using SalesforceConnector.Hosting;
using SalesforceConnector.Salesforce;

namespace SalesforceConnector.Queues;

/// <summary>A result that was kept, as the HTTP reply that the direct call would have had.</summary>
internal sealed class StoredResult(ResultMessage result, Stream body) : IResult, IStatusCodeHttpResult
{
    public int? StatusCode => result.Status;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        await using var _ = body.ConfigureAwait(false);
        var response = httpContext.Response;
        response.StatusCode = result.Status;
        response.Headers[HttpOperation.CorrelationIdHeader] = result.CorrelationId;
        foreach (var (name, value) in result.Headers)
        {
            response.Headers[name] = value;
        }

        if (result.Error is not null)
        {
            response.ContentType = Problem.MediaType;
        }

        if (body.Length > 0)
        {
            response.ContentLength = body.Length;
            try
            {
                await body.CopyToAsync(response.Body, httpContext.RequestAborted).ConfigureAwait(false);
            }
            catch (Exception e) when (StorageConnection.IsFailure(e) || e is IOException or OperationCanceledException)
            {
                // The blob broke off, or the caller has gone: half is not to be taken for the whole.
                httpContext.Abort();
            }
        }
    }
}
