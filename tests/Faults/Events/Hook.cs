using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Faults;

/// <summary>
/// A webhook that checks signatures. Of a thousand requests it refuses one as not ready, and takes one but says that it has failed.
/// </summary>
internal sealed class Hook : IAsyncDisposable
{
    private const int Refusal = 400;
    private const int Failure = 800;

    private readonly WebApplication _app;
    private readonly byte[] _secret;
    private int _requests;
    private int _unsigned;

    private Hook(WebApplication app, string secret) => (_app, _secret) = (app, Encoding.UTF8.GetBytes(secret));

    public EventTally Tally { get; } = new();

    public Uri Url => new(_app.Urls.First());

    /// <summary>Requests without a right signature.</summary>
    public int Unsigned => _unsigned;

    public static async Task<Hook> StartAsync(string secret, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var hook = new Hook(app, secret);
        app.Run(hook.TakeAsync);
        await app.StartAsync(cancellationToken);
        return hook;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var number = Interlocked.Increment(ref _requests) % 1_000;
        if (!IsSigned(context.Request, body.ToArray()))
        {
            Interlocked.Increment(ref _unsigned);
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        }
        else if (number == Refusal)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        }
        else
        {
            Tally.Take(JsonNode.Parse(body.ToArray())!.AsObject());
            context.Response.StatusCode = number == Failure ? StatusCodes.Status500InternalServerError : StatusCodes.Status204NoContent;
        }
    }

    private bool IsSigned(HttpRequest request, byte[] body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{request.Headers["x-connector-timestamp"]}:"), .. body];
        return request.Headers["x-connector-signature"] == $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(_secret, signed))}";
    }
}
