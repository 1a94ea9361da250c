using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using Swashbuckle.AspNetCore.SwaggerUI;

namespace SalesforceConnector.Triggers.Http.Documents;

/// <summary>Swagger UI, served entirely from its package without external resources.</summary>
public sealed class DocsPage(IOptions<OpenApiOptions> options, IServiceProvider services)
{
    public const string Route = "docs";

    // Swagger UI is middleware. A function has no middleware pipeline, so this creates one for it.
    private readonly Lazy<RequestDelegate> _swaggerUI = new(() =>
    {
        var page = new SwaggerUIOptions
        {
            RoutePrefix = $"{HttpOperation.RoutePrefix}/{Route}",
            DocumentTitle = "Salesforce Connector for Azure Functions",
        };
        page.SwaggerEndpoint($"../{OpenApiDocuments.Route}", "Salesforce Connector");
        page.EnableTryItOutByDefault();
        page.EnableValidator(null);

        var pipeline = new ApplicationBuilder(services);
        pipeline.UseSwaggerUI(page);
        pipeline.Run(context =>
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
        return pipeline.Build();
    });

    internal IResult File => options.Value.Page ? new SwaggerUIResult(_swaggerUI.Value) : Results.NotFound();

    private sealed class SwaggerUIResult(RequestDelegate swaggerUI) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            // The middleware ignores requests with an endpoint, and the function itself is one.
            var endpoint = httpContext.GetEndpoint();
            httpContext.SetEndpoint(null);
            try
            {
                await swaggerUI(httpContext).ConfigureAwait(false);
            }
            finally
            {
                httpContext.SetEndpoint(endpoint);
            }
        }
    }
}

/// <summary>Serves the page and its files.</summary>
public sealed class GetDocs(DocsPage page)
{
    [Function(nameof(GetDocs))]
    public IResult FromHttp(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = DocsPage.Route + "/{file?}")] HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return page.File;
    }
}
