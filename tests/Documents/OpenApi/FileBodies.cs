using System.Net.Mime;
using System.Text.Json.Nodes;
using Documents.Model;

namespace Documents.OpenApi;

/// <summary>
/// The bodies besides JSON of an operation that takes a file: the file itself, with the payload's members as query parameters,
/// and a form with the file and the members. There are none of another operation.
/// </summary>
internal sealed class FileBodies
{
    // Those that stand for the file, and what is no text.
    private static readonly string[] OtherMembers = ["content", "contentUrl", "authentication"];

    public FileBodies(Operation operation, Schemas schemas)
    {
        if (!operation.Texts.TakesFile)
        {
            return;
        }

        var members = schemas.Payload(operation)["properties"]!.AsObject()
            .Where(member => !OtherMembers.Contains(member.Key))
            .Select(member => KeyValuePair.Create(member.Key, member.Value!.AsObject()))
            .ToArray();
        Parameters = [.. members.Select(member => Parameter(member.Key, member.Value))];
        var file = new JsonObject { ["type"] = "string", ["format"] = "binary", ["title"] = "File" };
        Content = new JsonObject
        {
            [MediaTypeNames.Multipart.FormData] = new JsonObject
            {
                ["schema"] = new JsonObject
                {
                    ["type"] = "object",
                    ["title"] = "Form with a file",
                    // Generated clients would have parameters of the same names twice.
                    ["description"] = "A member can be a query parameter, a field of its own, or in payload.",
                    ["required"] = new JsonArray("file"),
                    ["properties"] = new JsonObject
                    {
                        ["file"] = file.DeepClone(),
                        ["payload"] = new JsonObject
                        {
                            ["type"] = "string",
                            ["contentMediaType"] = MediaTypeNames.Application.Json,
                            ["title"] = "Members as JSON",
                            ["description"] = "A JSON object with members.",
                        },
                    },
                    ["additionalProperties"] = new JsonObject { ["type"] = "string" },
                },
            },
            [MediaTypeNames.Application.Octet] = new JsonObject { ["schema"] = file },
        };
    }

    /// <summary>The members as query parameters.</summary>
    public IReadOnlyList<JsonObject> Parameters { get; } = [];

    /// <summary>The further media types of the body.</summary>
    public JsonObject Content { get; } = [];

    private static JsonObject Parameter(string name, JsonObject schema)
    {
        var described = schema.DeepClone().AsObject();
        described.Remove("description");
        return new JsonObject
        {
            ["name"] = name,
            ["in"] = "query",
            ["description"] = $"{schema["description"]} As a parameter it goes with a body that is a file.",
            ["schema"] = described,
        };
    }
}
