using System.Globalization;
using System.Net.Mime;
using Microsoft.AspNetCore.Http;
using SalesforceConnector.Hosting;

namespace SalesforceConnector.Queues;

/// <summary>202: the request was taken; <c>Location</c> has its result, after <c>Retry-After</c> at the earliest.</summary>
internal sealed class AcceptedResult(string correlationId, TimeSpan pollAfter) : IResult, IStatusCodeHttpResult
{
    public int? StatusCode => StatusCodes.Status202Accepted;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = StatusCodes.Status202Accepted;
        response.Headers.Location = $"/{HttpOperation.RoutePrefix}/results/{correlationId}";
        response.Headers.RetryAfter = pollAfter.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        response.Headers[HttpOperation.CorrelationIdHeader] = correlationId;
        response.ContentType = MediaTypeNames.Application.Json;
        // Letters, digits and - _ . ~: nothing that JSON would want escaped.
        await response.WriteAsync($$"""{"correlationId":"{{correlationId}}"}""", httpContext.RequestAborted).ConfigureAwait(false);
    }
}
