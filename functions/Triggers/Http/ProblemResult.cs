using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Triggers.Http;

/// <summary>A problem as an HTTP reply.</summary>
/// <remarks>RFC 9457.</remarks>
internal sealed class ProblemResult(Problem problem) : IResult, IStatusCodeHttpResult, IFailureResult
{
    public int? StatusCode => problem.Status;

    public string? ErrorCode => problem.ErrorCode;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = problem.Status;
        response.ContentType = Problem.MediaType;
        if (problem.RetryAfter is { } pause)
        {
            response.Headers.RetryAfter = Math.Ceiling(Math.Max(pause.TotalSeconds, 0)).ToString(CultureInfo.InvariantCulture);
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(problem, TriggerJson.Readable.Problem);
        response.ContentLength = body.Length;
        // Not cancelled by a disconnect: the server discards what it cannot send, and the function does not fail.
        await response.Body.WriteAsync(body, CancellationToken.None).ConfigureAwait(false);
    }
}
