using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace LocalHost;

/// <summary>Invokes an HTTP function: forwards the request to the worker's web server and sends the worker an invocation for it.</summary>
internal sealed partial class HttpForwarding(WorkerSupervisor workers, IHttpForwarder forwarder, ILogger<HttpForwarding> logger) : IDisposable
{
    /// <summary>The largest body that the host accepts.</summary>
    public const long MaxBodyBytes = 104_857_600;

    private const string InvocationIdHeader = "x-ms-invocation-id";

    private static readonly ForwarderRequestConfig Config = new() { ActivityTimeout = TimeSpan.FromSeconds(240) };

    private readonly HttpMessageInvoker _invoker = new(new ConnectRetries(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
    }));

    public async Task ForwardAsync(HttpFunction function, HttpContext context, RouteValueDictionary routeValues)
    {
        if (context.Request.ContentLength > MaxBodyBytes)
        {
            Fail(context);
            return;
        }

        var worker = await workers.CurrentAsync(context.RequestAborted);
        var request = InvocationRequests.ForHttp(function.Trigger, routeValues);
        // Like the host, keeps the caller's header if there is one. The worker then does not find the invocation.
        context.Request.Headers.TryAdd(InvocationIdHeader, request.InvocationId);
        var forwarding = forwarder.SendAsync(context, worker.HttpUri!.AbsoluteUri, _invoker, Config).AsTask();
        var failure = await worker.Channel.InvokeAsync(request, context.RequestAborted);
        var error = await forwarding;
        if (context.RequestAborted.IsCancellationRequested)
        {
            // The caller disconnected.
            return;
        }

        if (failure is not null)
        {
            Log.Failed(logger, function.Info.Name, failure);
            Fail(context);
        }
        else if (error != ForwarderError.None)
        {
            Log.NotForwarded(logger, context.GetForwarderErrorFeature()?.Exception, function.Info.Name, error);
            Fail(context);
        }
    }

    public void Dispose() => _invoker.Dispose();

    private static void Fail(HttpContext context)
    {
        if (context.Response.HasStarted)
        {
            // A partial reply must not look complete.
            context.Abort();
        }
        else
        {
            context.Response.Clear();
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Function {Function} failed: {Failure}")]
        public static partial void Failed(ILogger logger, string function, string failure);

        [LoggerMessage(2, LogLevel.Error, "The request for function {Function} could not be forwarded: {Error}")]
        public static partial void NotForwarded(ILogger logger, Exception? exception, string function, ForwarderError error);
    }
}
