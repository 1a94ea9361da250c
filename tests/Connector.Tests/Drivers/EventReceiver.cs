using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Connector.Tests.Drivers;

/// <summary>A request that a receiver of events has got.</summary>
internal sealed record DeliveredRequest(string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public JsonObject Json => JsonNode.Parse(Body)!.AsObject();
}

/// <summary>A receiver of events at a loopback address: a webhook, a Camunda cluster, a token endpoint.</summary>
internal sealed class EventReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<DeliveredRequest> _requests = [];

    private EventReceiver(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.First());

    /// <summary>What it answers; 200 by default.</summary>
    public Func<DeliveredRequest, HttpContext, Task> Answer { get; set; } = (_, _) => Task.CompletedTask;

    public IReadOnlyList<DeliveredRequest> Requests => [.. _requests];

    public static async Task<EventReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var receiver = new EventReceiver(app);
        app.Run(receiver.TakeAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    /// <summary>Answers with each of the statuses in turn, and 200 then.</summary>
    public void AnswerWith(params int[] statuses)
    {
        var left = new ConcurrentQueue<int>(statuses);
        Answer = (_, context) =>
        {
            context.Response.StatusCode = left.TryDequeue(out var status) ? status : StatusCodes.Status200OK;
            return Task.CompletedTask;
        };
    }

    /// <summary>Waits until it has got so many requests.</summary>
    public async Task<IReadOnlyList<DeliveredRequest>> ReceivedAsync(int count)
    {
        await QueueDriver.WaitAsync(() => Task.FromResult(_requests.Count >= count), () => $"{count} deliveries; got {_requests.Count}");
        return Requests;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var request = new DeliveredRequest(
            context.Request.Path + context.Request.QueryString,
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            body.ToArray());
        _requests.Enqueue(request);
        await Answer(request, context);
    }
}
