using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace LocalHost;

/// <summary>The host's own paths, <c>/admin</c> and <c>/runtime</c>, for the master key only.</summary>
/// <param name="run">Runs a function that has no HTTP trigger, with the input given; false if there is none of that name.</param>
internal sealed class AdminDoor(FunctionKeys keys, Func<string, string?, bool> run)
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
                run(name.Value.Trim('/'), await InputAsync(request)) ? StatusCodes.Status202Accepted : StatusCodes.Status404NotFound,
            { Method: "GET" } request when request.Path.Equals(Status, StringComparison.OrdinalIgnoreCase) => StatusCodes.Status200OK,
            _ => StatusCodes.Status404NotFound,
        };
        if (context.Response.StatusCode == StatusCodes.Status200OK)
        {
            await context.Response.WriteAsJsonAsync(new { state = "Running" }, context.RequestAborted);
        }
    }

    /// <returns>The member <c>input</c> of the body, as the host has it; <see langword="null"/> without one.</returns>
    private static async Task<string?> InputAsync(HttpRequest request)
    {
        try
        {
            using var body = await JsonDocument.ParseAsync(request.Body, cancellationToken: request.HttpContext.RequestAborted);
            return body.RootElement.ValueKind == JsonValueKind.Object && body.RootElement.TryGetProperty("input", out var input)
                ? input.ValueKind == JsonValueKind.String ? input.GetString() : input.GetRawText()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
