using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace LocalHost.Tests;

public sealed class BodyTests
{
    private const long WorkerLimit = 30_000_000;
    private const long HostLimit = 104_857_600;

    [Fact]
    public async Task A_body_that_says_it_is_over_the_hosts_limit_is_an_empty_500_without_being_asked_for()
    {
        await using var app = await TestApp.StartAsync(typeof(Bodies));

        using var reply = await PostAsync(app, "CountsAny", new DeclaredContent(HostLimit + 1));

        await reply.ShouldBeEmptyAsync(HttpStatusCode.InternalServerError);
    }

    [Fact]
    public async Task A_body_over_the_workers_limit_is_an_empty_500()
    {
        await using var app = await TestApp.StartAsync(typeof(Bodies));
        using var content = new ByteArrayContent(new byte[WorkerLimit + 1]);

        using var reply = await app.Client.PostAsync(new Uri("api/Counts", UriKind.Relative), content, TestContext.Current.CancellationToken);

        await reply.ShouldBeEmptyAsync(HttpStatusCode.InternalServerError);
    }

    [Fact]
    public async Task A_function_may_raise_the_workers_limit()
    {
        await using var app = await TestApp.StartAsync(typeof(Bodies));
        using var content = new ByteArrayContent(new byte[WorkerLimit + 1]);

        using var reply = await PostAsync(app, "CountsAny", content);

        (await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe("30000001");
    }

    [Fact]
    public async Task A_function_may_lower_the_limit_and_answer_for_it()
    {
        await using var app = await TestApp.StartAsync(typeof(Bodies));
        using var content = new ByteArrayContent(new byte[11]);

        using var reply = await PostAsync(app, "CountsTen", content);

        reply.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task No_function_gets_a_body_past_the_hosts_limit_that_does_not_tell_its_length()
    {
        await using var app = await TestApp.StartAsync(typeof(Bodies));
        using var content = new ChunkedContent(HostLimit + 1);

        using var reply = await app.Client.PostAsync(new Uri("api/CountsAny", UriKind.Relative), content, TestContext.Current.CancellationToken);

        await reply.ShouldBeEmptyAsync(HttpStatusCode.InternalServerError);
    }

    [Fact]
    public async Task A_request_body_reaches_the_function_while_it_is_still_being_sent()
    {
        var signal = new TaskCompletionSource();
        await using var app = await TestApp.StartAsync(
            new FunctionsHostOptions(), services => services.AddSingleton(signal), typeof(Streaming));

        using var reply = await PostAsync(app, "ReadsOneByte", new WaitingContent(signal.Task));

        reply.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_reply_reaches_the_caller_while_it_is_still_being_written()
    {
        var signal = new TaskCompletionSource();
        await using var app = await TestApp.StartAsync(
            new FunctionsHostOptions(), services => services.AddSingleton(signal), typeof(Streaming));

        await using var reply = await app.Client.GetStreamAsync(new Uri("api/WritesTwoBytes", UriKind.Relative), TestContext.Current.CancellationToken);
        var first = reply.ReadByte();
        signal.SetResult();

        first.ShouldBe(1);
        reply.ReadByte().ShouldBe(2);
    }

    private static async Task<HttpResponseMessage> PostAsync(TestApp app, string function, HttpContent content)
    {
        // With Expect: 100-continue the body is sent only once the function reads it.
        using var handler = new SocketsHttpHandler { Expect100ContinueTimeout = Timeout.InfiniteTimeSpan };
        using var client = new HttpClient(handler) { BaseAddress = app.Client.BaseAddress };
        using var request = new HttpRequestMessage(HttpMethod.Post, $"api/{function}") { Content = content };
        request.Headers.ExpectContinue = true;
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    internal static class Bodies
    {
        [Function("Counts")]
        public static Task<IResult> Counts([HttpTrigger(AuthorizationLevel.Function, "post")] HttpRequest request) => CountAsync(request);

        [Function("CountsAny")]
        public static Task<IResult> CountsAny([HttpTrigger(AuthorizationLevel.Function, "post")] HttpRequest request)
        {
            LimitOf(request).MaxRequestBodySize = null;
            return CountAsync(request);
        }

        [Function("CountsTen")]
        public static async Task<IResult> CountsTen([HttpTrigger(AuthorizationLevel.Function, "post")] HttpRequest request)
        {
            LimitOf(request).MaxRequestBodySize = 10;
            try
            {
                return await CountAsync(request);
            }
            catch (BadHttpRequestException exception)
            {
                return Results.StatusCode(exception.StatusCode);
            }
        }

        private static IHttpMaxRequestBodySizeFeature LimitOf(HttpRequest request) =>
            request.HttpContext.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>();

        private static async Task<IResult> CountAsync(HttpRequest request)
        {
            var buffer = new byte[65_536];
            var count = 0L;
            while (await request.Body.ReadAsync(buffer, request.HttpContext.RequestAborted) is > 0 and var read)
            {
                count += read;
            }

            return Results.Text($"{count}");
        }
    }

    internal sealed class Streaming(TaskCompletionSource signal)
    {
        [Function("ReadsOneByte")]
        public async Task<IResult> ReadOneByte([HttpTrigger(AuthorizationLevel.Function, "post")] HttpRequest request)
        {
            await request.Body.ReadExactlyAsync(new byte[1]);
            signal.SetResult();
            return Results.Ok();
        }

        [Function("WritesTwoBytes")]
        public IResult WriteTwoBytes([HttpTrigger(AuthorizationLevel.Function, "get")] HttpRequest request) =>
            Results.Stream(async stream =>
            {
                await stream.WriteAsync(new byte[] { 1 });
                await stream.FlushAsync();
                await signal.Task;
                await stream.WriteAsync(new byte[] { 2 });
            });
    }

    /// <summary>Says how long it is, and would fail if it were sent.</summary>
    private sealed class DeclaredContent(long length) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            throw new InvalidOperationException("The body was asked for.");

        protected override bool TryComputeLength(out long computed)
        {
            computed = length;
            return true;
        }
    }

    /// <summary>So many bytes, in chunks.</summary>
    private sealed class ChunkedContent(long length) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var chunk = new byte[1_000_000];
            for (var left = length; left > 0; left -= chunk.Length)
            {
                await stream.WriteAsync(chunk.AsMemory(0, (int)Math.Min(left, chunk.Length)));
            }
        }

        protected override bool TryComputeLength(out long computed)
        {
            computed = 0;
            return false;
        }
    }

    /// <summary>More than the buffers on the way hold, and the rest only after its beginning has arrived.</summary>
    private sealed class WaitingContent(Task firstArrived) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(new byte[100_000]);
            await stream.FlushAsync();
            await firstArrived;
            await stream.WriteAsync(new byte[] { 2 });
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
