using System.Net.Mime;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace SalesforceConnector.Triggers.Http.Documents;

/// <summary>The OpenAPI documents of functions/OpenApi, embedded in the assembly.</summary>
public sealed class OpenApiDocuments(IOptions<OpenApiOptions> options, IConfiguration configuration)
{
    public const string Route = "openapi.json";
    public const string Version2Route = "openapi-v2.json";

    /// <summary>The setting with the app's host name in Azure.</summary>
    private const string HostNameSetting = "WEBSITE_HOSTNAME";

    private readonly Lazy<string> _document = new(() => Read(Route));

    private readonly Lazy<string> _version2 = new(() =>
    {
        var document = Read(Version2Route);
        if (configuration[HostNameSetting] is not { Length: > 0 } host)
        {
            return document;
        }

        // OpenAPI 2.0 has no relative server URL.
        var json = JsonNode.Parse(document)!;
        json["host"] = host;
        return json.ToJsonString();
    });

    /// <summary>OpenAPI 3.1.</summary>
    internal IResult Document => Answer(_document);

    /// <summary>OpenAPI 2.0, for custom connectors of Power Automate and Logic Apps.</summary>
    internal IResult Version2 => Answer(_version2);

    private IResult Answer(Lazy<string> document) =>
        options.Value.Documents
            ? Results.Text(document.Value, MediaTypeNames.Application.Json, Encoding.UTF8)
            : Results.NotFound();

    private static string Read(string name)
    {
        using var reader = new StreamReader(
            typeof(OpenApiDocuments).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not embedded in the assembly."));
        return reader.ReadToEnd();
    }
}

/// <summary>Serves the documents.</summary>
public sealed class GetOpenApi(OpenApiDocuments documents)
{
    [Function(nameof(GetOpenApi))]
    public IResult FromHttp(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = OpenApiDocuments.Route)] HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return documents.Document;
    }

    [Function(nameof(GetOpenApi) + "V2")]
    public IResult Version2FromHttp(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = OpenApiDocuments.Version2Route)] HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return documents.Version2;
    }
}
