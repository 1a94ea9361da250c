using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace LocalHost;

/// <summary>The host's own endpoints, <c>/admin</c> and <c>/runtime</c>, which require the master key.</summary>
/// <param name="run">Runs a timer function by its name; false if it does not exist.</param>
internal sealed class AdminDoor(FunctionKeys keys, Func<string, bool> run)
{
    private static readonly PathString Functions = "/admin/functions";
    private static readonly PathString Status = "/admin/host/status";

    public static bool IsAsked(HttpRequest request) =>
        request.Path.StartsWithSegments("/admin", StringComparison.OrdinalIgnoreCase)
        || request.Path.StartsWithSegments("/runtime", StringComparison.OrdinalIgnoreCase);

    public async Task AnswerAsync(HttpContext context)
    {
        if (!keys.Open(AuthorizationLevel.Admin, context.Request))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        context.Response.StatusCode = context.Request switch
        {
            { Method: "POST" } request when request.Path.StartsWithSegments(Functions, out var name) && name.HasValue =>
                run(name.Value.Trim('/')) ? StatusCodes.Status202Accepted : StatusCodes.Status404NotFound,
            { Method: "GET" } request when request.Path.Equals(Status, StringComparison.OrdinalIgnoreCase) => StatusCodes.Status200OK,
            _ => StatusCodes.Status404NotFound,
        };
        if (context.Response.StatusCode == StatusCodes.Status200OK)
        {
            await context.Response.WriteAsJsonAsync(new { state = "Running" }, context.RequestAborted);
        }
    }
}
