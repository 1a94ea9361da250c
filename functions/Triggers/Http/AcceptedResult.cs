using System.Globalization;
using System.Net.Mime;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace SalesforceConnector.Triggers.Http;

/// <summary>202: the request was taken; <c>Location</c> has its result, after <c>Retry-After</c> at the earliest.</summary>
/// <remarks>
/// Some callers take an absolute URL only. Its host is the name that Azure gave the app, never one out of the request's
/// headers, which anybody can write; without that name <c>Location</c> is a path on the host that was called.
/// </remarks>
internal sealed class AcceptedResult(string correlationId, TimeSpan pollAfter) : IResult, IStatusCodeHttpResult
{
    /// <summary>Azure's setting for the app's host name, and that of Core Tools: <c>localhost:7071</c>.</summary>
    private const string HostNameSetting = "WEBSITE_HOSTNAME";

    public int? StatusCode => StatusCodes.Status202Accepted;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = StatusCodes.Status202Accepted;
        response.Headers.Location = $"{Origin(httpContext)}/{HttpOperation.RoutePrefix}/results/{correlationId}";
        response.Headers.RetryAfter = pollAfter.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        response.Headers[HttpOperation.CorrelationIdHeader] = correlationId;
        response.ContentType = MediaTypeNames.Application.Json;
        // Letters, digits and - _ . ~: nothing that JSON would want escaped. A caller that has gone is no failure.
        await response.WriteAsync($$"""{"correlationId":"{{correlationId}}"}""", CancellationToken.None).ConfigureAwait(false);
    }

    private static string Origin(HttpContext httpContext) =>
        httpContext.RequestServices.GetRequiredService<IConfiguration>()[HostNameSetting] is { Length: > 0 } host
            ? $"{(new Uri($"http://{host}").IsLoopback ? Uri.UriSchemeHttp : Uri.UriSchemeHttps)}://{host}"
            : "";
}
