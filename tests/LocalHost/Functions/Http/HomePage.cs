using Microsoft.AspNetCore.Http;

namespace LocalHost;

/// <summary>The page at the host's root, which says that the host is running.</summary>
internal static class HomePage
{
    private const string Page =
        """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><title>Salesforce Connector, local host</title></head>
        <body><h1>Your functions app is up and running</h1>
        <ul>
        <li><a href="/api/docs">/api/docs</a>: all operations, each with an example to try</li>
        <li><a href="/api/openapi.json">/api/openapi.json</a>, <a href="/api/openapi-v2.json">/api/openapi-v2.json</a>: the same for programs</li>
        <li>POST /api/query {"soqlQuery":"SELECT Id, Name FROM Account LIMIT 3"}: one call</li>
        </ul></body></html>
        """;

    public static bool IsAsked(HttpRequest request) => HttpMethods.IsGet(request.Method) && request.Path == "/";

    public static Task AnswerAsync(HttpContext context)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(Page, context.RequestAborted);
    }
}
