using System.Globalization;
using System.Net.Mime;
using System.Text.Json.Nodes;
using Documents.Model;
using Microsoft.OpenApi;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Payloads;

namespace Documents.OpenApi;

/// <summary>Puts the operations into the frame, <c>frame.json</c>, which has what is the same for all of them.</summary>
internal sealed class OpenApiBuilder(IReadOnlyList<Operation> operations, DocComments comments)
{
    public OpenApiDocument Build()
    {
        var schemas = new Schemas(comments);
        var bodies = operations.ToDictionary(
            operation => operation, operation => operation.Replies.Select(reply => reply.Body is null ? null : schemas.Reply(reply.Body)).ToArray());
        foreach (var operation in operations)
        {
            schemas.AddPayload(operation);
        }

        schemas.AddProblem();

        var frame = JsonNode.Parse(Resources.Read("openapi.json"))!.AsObject();
        frame["info"]!["version"] = typeof(Payload).Assembly.GetName().Version!.ToString(3);
        var components = frame["components"]!.AsObject();
        var common = components["schemas"]!.AsObject();
        components["schemas"] = new JsonObject(
            schemas.All.Concat(common.Select(schema => KeyValuePair.Create(schema.Key, (JsonObject)schema.Value!.DeepClone())))
                .Select(schema => KeyValuePair.Create(schema.Key, (JsonNode?)schema.Value)));
        frame["tags"] = new JsonArray([
            .. OperationKind.All.Select(kind => new JsonObject { ["name"] = kind.Name, ["description"] = kind.Description }),
            .. frame["tags"]!.AsArray().Select(tag => tag!.DeepClone()),
        ]);
        var paths = new JsonObject(operations.Select(operation => KeyValuePair.Create($"/{operation.Route}", (JsonNode?)new JsonObject
        {
            ["post"] = Post(operation, bodies[operation], new FileBodies(operation, schemas)),
        })));
        foreach (var (path, item) in frame["paths"]!.AsObject())
        {
            paths[path] = item!.DeepClone();
        }

        frame["paths"] = paths;
        return Read(frame.ToJsonString());
    }

    /// <summary>Reads a document, of either version.</summary>
    /// <exception cref="InvalidOperationException">It is not valid.</exception>
    public static OpenApiDocument Read(string json)
    {
        var (document, diagnostic) = OpenApiDocument.Parse(json, OpenApiConstants.Json);
        return diagnostic is { Errors: [] } && document is not null
            ? document
            : throw new InvalidOperationException(string.Join('\n', diagnostic!.Errors));
    }

    private static JsonObject Post(Operation operation, JsonNode?[] bodies, FileBodies files)
    {
        var responses = new JsonObject();
        foreach (var (reply, body) in operation.Replies.Zip(bodies))
        {
            responses[reply.Status.ToString(CultureInfo.InvariantCulture)] = Response(reply, body);
        }

        foreach (var (status, name) in Failures(operation))
        {
            responses[status] = Reference("responses", name);
        }

        return new JsonObject
        {
            ["operationId"] = operation.Name,
            ["tags"] = new JsonArray(operation.Kind),
            ["summary"] = operation.Texts.Name,
            ["description"] = operation.Description,
            ["parameters"] = new JsonArray(
            [
                Reference("parameters", operation.Replies.Any(reply => reply.Body is null) ? "PreferRepresentation" : "Prefer"),
                Reference("parameters", operation.IsWrite ? "IdempotencyKey" : "ResultKey"),
                Reference("parameters", "CorrelationId"),
                .. files.Parameters,
            ]),
            ["requestBody"] = new JsonObject
            {
                ["required"] = true,
                ["content"] = new JsonObject(Content(Reference("schemas", operation.Payload.Type.Name)).Concat(files.Content)
                    .Select(content => KeyValuePair.Create(content.Key, content.Value?.DeepClone()))),
            },
            ["responses"] = new JsonObject(responses
                .OrderBy(response => response.Key, StringComparer.Ordinal)
                .Select(response => KeyValuePair.Create(response.Key, response.Value?.DeepClone()))),
        };
    }

    /// <summary>The other replies, each of which the frame describes.</summary>
    private static IEnumerable<(string Status, string Name)> Failures(Operation operation)
    {
        yield return ("202", "Accepted");
        if (operation.Members.Any(member => member.Type == typeof(ModifiedSince)))
        {
            yield return ("304", "NotModified");
        }

        yield return ("400", "Invalid");
        yield return ("401", "NoKey");
        if (operation.IsWrite)
        {
            yield return ("409", "Conflict");
            yield return ("422", "KeyReused");
        }
        else if (operation.Members.Any(member => member.Type == typeof(ExternalId)))
        {
            yield return ("409", "Ambiguous");
        }

        yield return ("503", "Unavailable");
        yield return ("default", "Failed");
    }

    private static JsonObject Response(ReplyAttribute reply, JsonNode? body)
    {
        var response = new JsonObject
        {
            ["description"] = reply.Description,
            ["headers"] = new JsonObject { ["x-correlation-id"] = Reference("headers", "CorrelationId") },
        };
        if (body is not null)
        {
            response["content"] = Content(body);
            if (reply.OrFile)
            {
                response["content"]![MediaTypeNames.Application.Octet] = new JsonObject
                {
                    ["schema"] = new JsonObject { ["type"] = "string", ["format"] = "binary" },
                };
            }
        }

        return response;
    }

    private static JsonObject Content(JsonNode schema) => new() { [MediaTypeNames.Application.Json] = new JsonObject { ["schema"] = schema } };

    private static JsonObject Reference(string kind, string name) => new() { ["$ref"] = $"#/components/{kind}/{name}" };
}
