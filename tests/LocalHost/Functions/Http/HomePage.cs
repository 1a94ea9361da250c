using Microsoft.AspNetCore.Http;

namespace LocalHost;

/// <summary>The page at the host's root, which says that the host is running.</summary>
internal static class HomePage
{
    private const string Page =
        """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><title>Salesforce Connector, local host</title></head>
        <body><h1>Your functions app is up and running</h1><p>Its operations: <a href="/api/docs">/api/docs</a></p></body></html>
        """;

    public static bool IsAsked(HttpRequest request) => HttpMethods.IsGet(request.Method) && request.Path == "/";

    public static Task AnswerAsync(HttpContext context)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(Page, context.RequestAborted);
    }
}
