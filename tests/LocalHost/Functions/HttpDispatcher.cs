using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace LocalHost;

/// <summary>Answers a request with the first function that matches it.</summary>
internal sealed partial class HttpDispatcher(
    IReadOnlyList<HttpFunction> functions, FunctionKeys keys, ILogger<HttpDispatcher> logger, CancellationToken hostStopping)
{
    public Task DispatchAsync(HttpContext context)
    {
        foreach (var function in functions)
        {
            if (function.TryMatch(context.Request, out var routeValues))
            {
                return keys.Open(function.Info.Level, context.Request)
                    ? RunAsync(function, context, routeValues)
                    : AnswerEmpty(context, StatusCodes.Status401Unauthorized);
            }
        }

        return AnswerEmpty(context, StatusCodes.Status404NotFound);
    }

    private async Task RunAsync(HttpFunction function, HttpContext context, RouteValueDictionary routeValues)
    {
        try
        {
            HostBodyLimit.Apply(context);
            var result = await function.InvokeAsync(context, routeValues, hostStopping);
            await result.ExecuteAsync(context);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone: nobody to answer, and no fault of the function.
        }
        catch (Exception exception)
        {
            Log.Failed(logger, exception, function.Info.Name);
            if (context.Response.HasStarted)
            {
                // A reply cut short must not look whole.
                context.Abort();
            }
            else
            {
                context.Response.Clear();
                context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            }
        }
    }

    private static Task AnswerEmpty(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Function {Function} failed")]
        public static partial void Failed(ILogger logger, Exception exception, string function);
    }
}
