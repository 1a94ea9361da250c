using System.Net.Mime;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Documents.OpenApi;

/// <summary>
/// Makes a document ready for OpenAPI 2.0, as custom connectors of Power Automate and Logic Apps import it: parameters,
/// replies and all schemas but objects are written out where they are used, and titles are <c>x-ms-summary</c> too.
/// </summary>
internal static class Version2
{
    private const string Summary = "x-ms-summary";

    // Stands for the host name of the app, which puts its own there when it serves the document.
    private const string Host = "https://my-function-app.azurewebsites.net";

    /// <returns>The same document, which is of no further use in another version.</returns>
    public static OpenApiDocument Convert(OpenApiDocument document)
    {
        document.Servers = [.. document.Servers!.Select(server => new OpenApiServer { Url = Host + server.Url })];
        document.Info.License!.Url = new Uri($"https://spdx.org/licenses/{document.Info.License.Identifier}.html");
        document.Info.License.Identifier = null;
        foreach (var operation in document.Paths.Values.SelectMany(path => path.Operations!.Values))
        {
            // Those in a query go with another body than JSON. There is one kind of body.
            operation.Parameters = [.. operation.Parameters!.Where(parameter => parameter.In != ParameterLocation.Query).Select(parameter => (IOpenApiParameter)Convert(parameter))];
            if (operation.RequestBody is OpenApiRequestBody body)
            {
                body.Content = body.Content!.Where(content => content.Key == MediaTypeNames.Application.Json).ToDictionary();
                (body.Extensions ??= new Dictionary<string, IOpenApiExtension>())[OpenApiConstants.BodyName] = Text("payload");
                Convert(body.Content);
            }

            var responses = operation.Responses!;
            foreach (var (status, response) in responses.ToArray())
            {
                responses[status] = Convert(response);
            }
        }

        var components = document.Components!;
        components.Schemas = components.Schemas!
            .Where(schema => IsObject(schema.Value))
            .ToDictionary(schema => schema.Key, schema => Convert(schema.Value));
        components.Parameters = null;
        components.Responses = null;
        components.Headers = null;
        return document;
    }

    private static OpenApiParameter Convert(IOpenApiParameter parameter)
    {
        var written = (OpenApiParameter)(parameter is OpenApiParameterReference reference ? reference.RecursiveTarget! : parameter).CreateShallowCopy();
        var schema = (OpenApiSchema)written.Schema!.CreateShallowCopy();
        written.Extensions = new Dictionary<string, IOpenApiExtension>(written.Extensions ?? new Dictionary<string, IOpenApiExtension>())
        {
            [Summary] = Text(schema.Title!),
        };
        schema.Title = null;
        schema.Examples = null;
        written.Schema = schema;
        return written;
    }

    private static OpenApiResponse Convert(IOpenApiResponse response)
    {
        var written = (OpenApiResponse)(response is OpenApiResponseReference reference ? reference.RecursiveTarget! : response).CreateShallowCopy();
        written.Headers = written.Headers?.ToDictionary(
            header => header.Key,
            header => header.Value is OpenApiHeaderReference headerReference ? headerReference.RecursiveTarget! : header.Value);
        written.Content = written.Content?.ToDictionary(content => content.Key, content => (IOpenApiMediaType)content.Value.CreateShallowCopy());
        Convert(written.Content);
        return written;
    }

    private static void Convert(IDictionary<string, IOpenApiMediaType>? content)
    {
        foreach (var type in (content ?? new Dictionary<string, IOpenApiMediaType>()).Values.Cast<OpenApiMediaType>())
        {
            type.Schema = Convert(type.Schema!);
        }
    }

    private static IOpenApiSchema Convert(IOpenApiSchema schema)
    {
        if (schema is OpenApiSchemaReference reference)
        {
            var target = reference.RecursiveTarget!;
            if (IsObject(target))
            {
                // Nothing may stand beside a reference.
                return new OpenApiSchemaReference(reference.Reference.Id!, reference.Reference.HostDocument);
            }

            var copy = (OpenApiSchema)target.CreateShallowCopy();
            copy.Title = reference.Title ?? target.Title;
            copy.Description = reference.Description ?? target.Description;
            return Convert(copy);
        }

        var written = (OpenApiSchema)schema.CreateShallowCopy();
        if (written.Title is { } title)
        {
            written.Extensions = new Dictionary<string, IOpenApiExtension> { [Summary] = Text(title) };
        }

        // One example.
        written.Examples = written.Examples is [var example, ..] ? [example] : null;
        // One type or any.
        written.Type ??= written.AnyOf?.Select(choice => choice.Type).Distinct().ToArray() is [{ } one] ? one : null;
        written.AnyOf = null;
        written.If = null;
        written.Then = null;
        written.Comment = null;
        written.DependentRequired = null;
        written.AdditionalProperties = written.AdditionalProperties is null ? null : new OpenApiSchema();
        written.Items = written.Items is null ? null : Convert(written.Items);
        written.Properties = written.Properties?.ToDictionary(member => member.Key, member => Convert(member.Value));
        return written;
    }

    private static bool IsObject(IOpenApiSchema schema) => schema.Type?.HasFlag(JsonSchemaType.Object) == true;

    private static JsonNodeExtension Text(string text) => new(JsonValue.Create(text));
}
