using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace LocalHost;

/// <summary>Dispatches a request to the first matching function or to the host's own endpoints.</summary>
/// <param name="readyAsync">Completes with the functions once the app is loaded.</param>
internal sealed partial class HttpDispatcher(
    FunctionKeys keys,
    HttpForwarding forwarding,
    AdminDoor admin,
    Func<CancellationToken, Task<IReadOnlyList<HttpFunction>>> readyAsync,
    TimeProvider time,
    ILogger<HttpDispatcher> logger)
{
    /// <summary>How long a request waits for a host that is starting.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public async Task DispatchAsync(HttpContext context)
    {
        if (HomePage.IsAsked(context.Request))
        {
            await HomePage.AnswerAsync(context);
            return;
        }

        IReadOnlyList<HttpFunction> functions;
        using (var patience = new CancellationTokenSource(Patience, time))
        using (var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, context.RequestAborted))
        {
            try
            {
                functions = await readyAsync(either.Token);
            }
            catch (OperationCanceledException)
            {
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                return;
            }
        }

        if (AdminDoor.IsAsked(context.Request))
        {
            await admin.AnswerAsync(context);
            return;
        }

        foreach (var function in functions)
        {
            if (function.TryMatch(context.Request, out var routeValues))
            {
                if (keys.Open(function.Info.Level, context.Request))
                {
                    await forwarding.ForwardAsync(function, context, routeValues);
                    return;
                }

                Log.NoKey(logger, function.Info.Name, function.Info.Level);
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                return;
            }
        }

        Log.NoFunction(logger, context.Request.Method, context.Request.Path);
        context.Response.StatusCode = StatusCodes.Status404NotFound;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Function}: 401 by the host, the request has no key of level {Level}")]
        public static partial void NoKey(ILogger logger, string function, AuthorizationLevel level);

        [LoggerMessage(2, LogLevel.Information, "{Method} {Path}: 404 by the host, no function has this method and route")]
        public static partial void NoFunction(ILogger logger, string method, string path);
    }
}
