using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Infra.Tests.Hooks;

/// <summary>The deployed app as a hook sees it: gives the answers in turn, and the last one from then on.</summary>
internal sealed class AppStandIn : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Queue<(int Status, string Body)> _answers;

    private AppStandIn(WebApplication app, IEnumerable<(int Status, string Body)> answers) => (_app, _answers) = (app, new(answers));

    public string Url => _app.Urls.Single();

    /// <summary>The requests that came: method, path, the headers with credentials, and the body.</summary>
    public List<string> Requests { get; } = [];

    public static async Task<AppStandIn> StartAsync(params (int Status, string Body)[] answers)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = new AppStandIn(builder.Build(), answers);
        app._app.Run(app.AnswerAsync);
        await app._app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var (status, body) = _answers.Count > 1 ? _answers.Dequeue() : _answers.Peek();
        Requests.Add(string.Join(
            ' ', context.Request.Method, context.Request.Path, context.Request.Headers["x-functions-key"], context.Request.Headers.Authorization, await reader.ReadToEndAsync()));
        context.Response.StatusCode = status;
        context.Response.ContentType = status < 400 ? "application/json" : "application/problem+json";
        await context.Response.WriteAsync(body);
    }
}
