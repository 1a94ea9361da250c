using System.Globalization;
using System.Net.Mime;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace SalesforceConnector.Triggers.Http;

/// <summary>202 Accepted. <c>Location</c> is the URL of the result; <c>Retry-After</c> is the time until the first poll.</summary>
/// <remarks>
/// Some callers require an absolute URL. Its host is the name that Azure assigned to the app, never a request header,
/// which a caller can forge. Without that name, <c>Location</c> is a path.
/// </remarks>
/// <param name="progress">What a resumable operation has done so far: a JSON object; <see langword="null"/> if it tells nothing.</param>
internal sealed class AcceptedResult(string correlationId, TimeSpan pollAfter, byte[]? progress = null) : IResult, IStatusCodeHttpResult, IIdentifiedResult
{
    /// <summary>The setting with the app's host name in Azure; with Core Tools, <c>localhost:7071</c>.</summary>
    private const string HostNameSetting = "WEBSITE_HOSTNAME";

    public int? StatusCode => StatusCodes.Status202Accepted;

    public string CorrelationId => correlationId;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = StatusCodes.Status202Accepted;
        response.Headers.Location = $"{Origin(httpContext)}/{HttpOperation.RoutePrefix}/results/{correlationId}";
        response.Headers.RetryAfter = pollAfter.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        response.ContentType = MediaTypeNames.Application.Json;
        // The id consists of letters, digits and - _ . ~, so it needs no JSON escapes. A disconnected caller is not an error.
        var body = progress is null
            ? $$"""{"correlationId":"{{correlationId}}"}"""
            : $$"""{"correlationId":"{{correlationId}}","progress":{{Encoding.UTF8.GetString(progress)}}}""";
        await response.WriteAsync(body, CancellationToken.None).ConfigureAwait(false);
    }

    private static string Origin(HttpContext httpContext) =>
        httpContext.RequestServices.GetRequiredService<IConfiguration>()[HostNameSetting] is { Length: > 0 } host
            ? $"{(new Uri($"http://{host}").IsLoopback ? Uri.UriSchemeHttp : Uri.UriSchemeHttps)}://{host}"
            : "";
}
