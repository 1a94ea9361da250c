using System.Text.Json;
using System.Text.Json.Nodes;
using Documents.Camunda;
using Documents.Model;
using Documents.OpenApi;
using Microsoft.OpenApi;
using SalesforceConnector.Operations;
using SalesforceConnector.Triggers.Queues;

namespace Documents;

/// <summary>The files that are made from the app's types.</summary>
/// <param name="Path">Where each is in the repository.</param>
/// <param name="Content">What it should be.</param>
internal sealed record DocumentFile(string Path, string Content)
{
    /// <summary>What writes all of them anew.</summary>
    public const string Command = "dotnet run --project tests/Documents";

    public static async Task<IReadOnlyList<DocumentFile>> MakeAsync()
    {
        var comments = DocComments.Of(typeof(OperationJson).Assembly);
        var operations = Operation.All(comments);
        var openApi = new OpenApiBuilder(operations, comments);
        return
        [
            new("functions/OpenApi/openapi.json", await WriteAsync(openApi.Build(), OpenApiSpecVersion.OpenApi3_1)),
            new("functions/OpenApi/openapi-v2.json", await WriteAsync(Version2.Convert(openApi.Build()), OpenApiSpecVersion.OpenApi2_0)),
            new("functions/OpenApi/operations.http", HttpFile.Build(operations)),
            new("functions/Camunda/azure-salesforce-connector.json", new TemplateBuilder(operations, comments).Build()),
            new("infra/app/operation-queues.json", Queues(operations)),
        ];
    }

    /// <summary>What is in the repository now; empty if there is no such file.</summary>
    public string Committed(string repository) =>
        System.IO.Path.Combine(repository, Path) is var path && File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";

    private static string Queues(IReadOnlyList<Operation> operations) =>
        new JsonArray([.. operations.Select(operation => (JsonNode)OperationQueues.NameOf(operation.Name))])
            .ToJsonString(new JsonSerializerOptions { WriteIndented = true, NewLine = "\n" }) + "\n";

    private static async Task<string> WriteAsync(OpenApiDocument document, OpenApiSpecVersion version)
    {
        // The library leaves true out, which generators of clients tell from nothing, and from a schema that is empty.
        var json = (await document.SerializeAsJsonAsync(version)).Replace(
            "\"additionalProperties\": { }", "\"additionalProperties\": true", StringComparison.Ordinal) + "\n";
        // What is written must be readable.
        OpenApiBuilder.Read(json);
        return json;
    }
}
