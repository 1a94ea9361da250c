using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Connector.Tests.OpenApi;

/// <summary>
/// Says in OpenAPI 2.0 what the 3.1 document says, as custom connectors of Power Automate and Logic Apps import it:
/// parameters, replies and text members written out where they are used, their titles as <c>x-ms-summary</c>.
/// </summary>
internal sealed class Version2(JsonObject document)
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public string Write() =>
        new JsonObject
        {
            ["swagger"] = "2.0",
            ["info"] = new JsonObject
            {
                ["title"] = Copy(document["info"]!["title"]),
                ["version"] = Copy(document["info"]!["version"]),
                ["description"] = Copy(document["info"]!["description"]),
                ["contact"] = Copy(document["info"]!["contact"]),
                ["license"] = new JsonObject
                {
                    ["name"] = Copy(document["info"]!["license"]!["name"]),
                    ["url"] = $"https://spdx.org/licenses/{document["info"]!["license"]!["identifier"]}.html",
                },
            },
            ["host"] = "my-function-app.azurewebsites.net",
            ["basePath"] = Copy(document["servers"]![0]!["url"]),
            ["schemes"] = new JsonArray("https"),
            ["consumes"] = new JsonArray("application/json"),
            ["produces"] = new JsonArray("application/json"),
            ["securityDefinitions"] = Copy(document["components"]!["securitySchemes"]),
            ["security"] = Copy(document["security"]),
            ["tags"] = Copy(document["tags"]),
            ["paths"] = Map(document["paths"], path => Map(path, Operation)),
            ["definitions"] = Map(
                document["components"]!["schemas"], Schema, (_, schema) => TypeOf(schema) == "object"),
        }.ToJsonString(Indented) + "\n";

    private JsonObject Operation(JsonNode? operation)
    {
        JsonArray parameters = [.. operation!["parameters"]!.AsArray().Select(Parameter)];
        if (operation["requestBody"] is { } body)
        {
            parameters.Add(new JsonObject
            {
                ["name"] = "payload",
                ["in"] = "body",
                ["required"] = Copy(body["required"]),
                ["schema"] = Schema(Content(body)),
            });
        }

        return new JsonObject
        {
            ["operationId"] = Copy(operation["operationId"]),
            ["tags"] = Copy(operation["tags"]),
            ["summary"] = Copy(operation["summary"]),
            ["description"] = Copy(operation["description"]),
            ["parameters"] = parameters,
            ["responses"] = Map(operation["responses"], Response),
        };
    }

    private JsonObject Parameter(JsonNode? parameter)
    {
        var resolved = Resolve(parameter);
        var written = new JsonObject();
        foreach (var (name, value) in resolved)
        {
            if (name != "schema")
            {
                written[name] = Copy(value);
            }
        }

        foreach (var (name, value) in Schema(resolved["schema"]))
        {
            // A parameter has no example in 2.0.
            if (name is not ("title" or "description" or "example"))
            {
                written[name] = Copy(value);
            }
        }

        return written;
    }

    private JsonObject Response(JsonNode? response)
    {
        var resolved = Resolve(response);
        var written = new JsonObject { ["description"] = Copy(resolved["description"]) };
        if (resolved["content"] is not null)
        {
            written["schema"] = Schema(Content(resolved));
        }

        if (resolved["headers"] is { } headers)
        {
            written["headers"] = Map(headers, header => new JsonObject
            {
                ["description"] = Copy(Resolve(header)["description"]),
                ["type"] = Copy(Resolve(header)["schema"]!["type"]),
            });
        }

        return written;
    }

    private JsonObject Schema(JsonNode? schema)
    {
        if (schema!["$ref"] is { } reference)
        {
            var resolved = Resolve(schema);
            if (TypeOf(resolved) == "object")
            {
                return new JsonObject { ["$ref"] = ((string)reference!).Replace("components/schemas", "definitions", StringComparison.Ordinal) };
            }

            var merged = (JsonObject)resolved.DeepClone();
            foreach (var (name, value) in schema.AsObject().Where(member => member.Key != "$ref"))
            {
                merged[name] = Copy(value);
            }

            return Schema(merged);
        }

        var written = new JsonObject();
        foreach (var (name, value) in schema.AsObject())
        {
            switch (name)
            {
                case "title":
                    written["title"] = Copy(value);
                    written["x-ms-summary"] = Copy(value);
                    break;
                case "examples":
                    written["example"] = Copy(value![0]);
                    break;
                case "properties":
                    written["properties"] = Map(value, Schema);
                    break;
                case "items":
                    written["items"] = Schema(value);
                    break;
                case "type":
                    written["type"] = TypeOf(schema);
                    if (value is JsonArray types && types.Any(type => (string?)type == "null"))
                    {
                        written["x-nullable"] = true;
                    }

                    break;
                // 2.0 has one type or any.
                case "anyOf":
                    if (value!.AsArray().Select(choice => TypeOf(Resolve(choice))).Distinct().ToArray() is [{ } type])
                    {
                        written["type"] = type;
                    }

                    break;
                case "dependentRequired" or "$comment" or "if" or "then":
                    break;
                case "additionalProperties" when value is JsonObject:
                    written["additionalProperties"] = true;
                    break;
                default:
                    written[name] = Copy(value);
                    break;
            }
        }

        return written;
    }

    private JsonObject Resolve(JsonNode? node)
    {
        if (node!["$ref"] is not { } reference)
        {
            return node.AsObject();
        }

        JsonNode target = document;
        foreach (var name in ((string)reference!).Split('/').Skip(1))
        {
            target = target[name] ?? throw new InvalidOperationException($"{reference} leads nowhere.");
        }

        return target.AsObject();
    }

    // Of several types the first is the usual one.
    private static string? TypeOf(JsonNode? schema) => (string?)(schema!["type"] is JsonArray types ? types[0] : schema["type"]);

    private static JsonNode? Content(JsonNode body) => body["content"]!.AsObject().Single().Value!["schema"];

    private static JsonObject Map(JsonNode? node, Func<JsonNode?, JsonObject> write, Func<string, JsonNode?, bool>? where = null) =>
        new(node!.AsObject()
            .Where(member => where is null || where(member.Key, member.Value))
            .Select(member => KeyValuePair.Create(member.Key, (JsonNode?)write(member.Value))));

    private static JsonNode? Copy(JsonNode? node) => node?.DeepClone();
}
