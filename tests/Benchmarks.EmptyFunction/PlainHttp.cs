using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Benchmarks.EmptyFunction;

/// <summary>
/// What is written by hand for one call that always succeeds: it takes the connector's payload, calls the org with a token
/// that is there already, and passes the reply on. The limit of every function that calls an org.
/// </summary>
public sealed class PlainHttp(HttpClient org)
{
    /// <summary>The app setting with the org's URL.</summary>
    public const string Org = "PLAIN_ORG";

    /// <summary>The app setting with an access token of the org.</summary>
    public const string Token = "PLAIN_TOKEN";

    [Function(nameof(PlainHttp))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "plain")] HttpRequest request, CancellationToken cancellationToken)
    {
        var payload = await request.ReadFromJsonAsync<PlainPayload>(JsonSerializerOptions.Web, cancellationToken)
            ?? throw new BadHttpRequestException("The payload is null.");
        using var call = payload.ObjectId is null
            ? new HttpRequestMessage(HttpMethod.Post, $"/services/data/v67.0/sobjects/{payload.ObjectType}") { Content = JsonContent.Create(payload.Fields) }
            : new HttpRequestMessage(
                HttpMethod.Get,
                $"/services/data/v67.0/sobjects/{payload.ObjectType}/{payload.ObjectId}?fields={Uri.EscapeDataString(payload.QueryParameters!["fields"])}");
        var reply = await org.SendAsync(call, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        request.HttpContext.Response.RegisterForDispose(reply);
        request.HttpContext.Response.StatusCode = (int)reply.StatusCode;
        return Results.Stream(await reply.Content.ReadAsStreamAsync(cancellationToken), "application/json");
    }

    internal static HttpClient Client(Uri org, string token) =>
        new(new SocketsHttpHandler { UseCookies = false })
        {
            BaseAddress = org,
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
        };

    private sealed record PlainPayload(
        string ObjectType, string? ObjectId, IReadOnlyDictionary<string, string>? QueryParameters, JsonElement Fields);
}
