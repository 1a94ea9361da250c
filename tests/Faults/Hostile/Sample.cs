using System.Text.Json.Nodes;

namespace Faults;

/// <summary>A valid payload of an operation, where it is posted and which queue it goes on.</summary>
internal sealed record Sample(string Route, string Queue, string Payload)
{
    private const string Reference = "#/components/schemas/";

    /// <summary>The examples of all operations in the connector's own OpenAPI document.</summary>
    public static IReadOnlyList<Sample> Read(JsonNode openApi) =>
    [
        .. from path in openApi["paths"]!.AsObject()
           let post = path.Value!["post"]
           where post?["requestBody"] is not null
           let schema = (string)post["requestBody"]!["content"]!["application/json"]!["schema"]!["$ref"]!
           from payload in openApi["components"]!["schemas"]![schema[Reference.Length..]]!["examples"]!.AsArray()
           select new Sample(path.Key.TrimStart('/'), QueueOf((string)post["operationId"]!), payload!.ToJsonString()),
    ];

    // CreateRecord has the queue salesforce-create-record.
    private static string QueueOf(string operation) =>
        "salesforce" + string.Concat(operation.Select(c => char.IsAsciiLetterUpper(c) ? $"-{char.ToLowerInvariant(c)}" : $"{c}"));
}
