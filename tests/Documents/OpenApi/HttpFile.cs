using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Documents.Model;
using SalesforceConnector.Triggers.Http;

namespace Documents.OpenApi;

/// <summary>A file of requests, one for each example of each operation, which editors send on a click.</summary>
/// <remarks>The format of Visual Studio, Rider and the REST Client of Visual Studio Code.</remarks>
internal static class HttpFile
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Build(IReadOnlyList<Operation> operations)
    {
        var text = new StringBuilder(
            """
            # Every operation, with examples that work on the local system: dotnet run --project tests/LocalHost -- --no-pass
            # On Azure, the host is https://{app}.azurewebsites.net, and the key a function key of the app.
            @host = http://localhost:7071
            @key = none

            """.ReplaceLineEndings("\n"));
        foreach (var operation in operations)
        {
            foreach (var (index, example) in operation.Examples.Index())
            {
                text.Append(
                    $$$"""

                    ### {{{operation.Name}}}{{{(index == 0 ? "" : $", example {index + 1}")}}}
                    POST {{host}}/{{{HttpOperation.RoutePrefix}}}/{{{operation.Route}}}
                    Content-Type: application/json
                    x-functions-key: {{key}}

                    {{{JsonNode.Parse(example)!.ToJsonString(Readable)}}}

                    """.ReplaceLineEndings("\n"));
            }
        }

        return text.ToString();
    }
}
