using System.Runtime.Loader;
using System.Text.Json;
using System.Text.RegularExpressions;
using Connector.Tests.Drivers;
using LocalHost;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Connector.Tests.Documentation;

/// <summary>The pages' pieces of programs, other than commands of a shell, are run too.</summary>
public sealed partial class SnippetTests(AzuriteFixture azurite)
{
    private const string Queues = "functions/Triggers/Queues/README.md";
    private const string ShownQueue = "https://account.queue.core.windows.net/salesforce-create-record";

    private static readonly NodePackage Package = new("ProcessEngine");

    // Languages that other tests run, or that are no programs. Those of PowerShell are run by Infra.Tests.
    private static readonly string[] RunElsewhere = ["sh", "json", "http", "text", "kusto", "mermaid", "powershell"];

    [Fact]
    public void Each_program_on_the_pages_is_run_by_a_test_here()
    {
        var programs = from page in Pages.All
                       from language in Fence().Matches(Repository.Read(page)).Select(fence => fence.Groups["language"].Value)
                       where !RunElsewhere.Contains(language)
                       select $"{page}: {language}";
        programs.ShouldBe(["functions/OpenApi/README.md: js", $"{Queues}: csharp", $"{Queues}: js"]);
    }

    [Fact]
    public async Task A_producer_in_CSharp_sends_what_the_connector_takes()
    {
        var account = await azurite.TakeAccountAsync();
        await using var app = await ConnectorApp.StartAsync(storage: account);
        var (url, key) = Queue(account);
        var send = $$""""
            using System;
            using System.Threading.Tasks;
            using Azure.Storage;
            using Azure.Storage.Queues;
            public static class Producer
            {
                public static async Task SendAsync()
                {
                    {{Snippet(Queues, "csharp").Replace(ShownQueue, url, StringComparison.Ordinal)
                        .Replace("new DefaultAzureCredential()", $"""new StorageSharedKeyCredential("{account.Name}", "{key}")""", StringComparison.Ordinal)}}
                }
            }
            """";

        await Compile(send)();

        await CreatedAsync(app);
    }

    [Fact]
    public async Task A_producer_in_JavaScript_sends_what_the_connector_takes()
    {
        var account = await azurite.TakeAccountAsync();
        await using var app = await ConnectorApp.StartAsync(storage: account);
        var (url, key) = Queue(account);
        await RunNodeAsync("import { QueueClient, StorageSharedKeyCredential } from '@azure/storage-queue';\n"
            + Snippet(Queues, "js").Replace(ShownQueue, url, StringComparison.Ordinal)
                .Replace("new DefaultAzureCredential()", $"new StorageSharedKeyCredential('{account.Name}', '{key}')", StringComparison.Ordinal));

        await CreatedAsync(app);
    }

    [Fact]
    public async Task A_script_of_Camunda_7_makes_BPMN_errors_of_failures_only()
    {
        await using var app = await ConnectorApp.StartAsync();
        var created = await app.PostAsync("/api/records/create", """{"objectType":"Account","fields":{"Name":"Acme"}}""");
        var refused = await app.PostAsync("/api/records/create", """{"objectType":"Account","fields":{}}""");
        var replies = JsonSerializer.Serialize(new[] { created.Body, refused.Body });

        // As in the engine: the reply's body is a variable, the last value is the output, and Java classes are reached by their package.
        var output = await RunNodeAsync($$"""
            import { runInNewContext } from 'node:vm';
            class BpmnError extends Error { constructor(code) { super(code); } }
            const org = { camunda: { bpm: { engine: { delegate: { BpmnError } } } } };
            for (const response of {{replies}}) {
              try {
                console.log(runInNewContext({{JsonSerializer.Serialize(Snippet("functions/OpenApi/README.md", "js"))}}, { response, org }));
              } catch (error) {
                console.log(error instanceof BpmnError, error.message);
              }
            }
            """);

        output.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldSatisfyAllConditions(
            lines => lines.Length.ShouldBe(2),
            lines => lines[0].ShouldMatch("^001[A-Za-z0-9]{15}$"),
            lines => lines[1].ShouldBe("true REQUIRED_FIELD_MISSING"));
    }

    private static async Task CreatedAsync(ConnectorApp app)
    {
        var result = await app.Queues.ReceiveResultAsync("order-4711");
        ((int?)result["status"]).ShouldBe(201);
    }

    private static (string Url, string Key) Queue(AzuriteAccount account)
    {
        var settings = account.ConnectionString.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(setting => setting.Split('=', 2)).ToDictionary(setting => setting[0], setting => setting[1]);
        return ($"{settings["QueueEndpoint"]}/salesforce-create-record", settings["AccountKey"]);
    }

    private static string Snippet(string page, string language) =>
        Regex.Match(Repository.Read(page), $@"^```{language}\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline).Groups[1].Value;

    private static async Task<string> RunNodeAsync(string program)
    {
        Assert.SkipWhen(NodePackage.Unavailable is not null, NodePackage.Unavailable ?? "");
        await Package.InstallAsync(TestContext.Current.CancellationToken);
        var (exitCode, output) = await Package.RunAsync(["--input-type=module", "--eval", program], new Dictionary<string, string>(), TestContext.Current.CancellationToken);
        exitCode.ShouldBe(0, output);
        return output;
    }

    private static Func<Task> Compile(string source)
    {
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create(
            "Producer",
            [CSharpSyntaxTree.ParseText(source, cancellationToken: TestContext.Current.CancellationToken)],
            references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        using var assembly = new MemoryStream();
        compilation.Emit(assembly, cancellationToken: TestContext.Current.CancellationToken).Diagnostics
            .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Select(diagnostic => diagnostic.ToString()).ShouldBeEmpty();
        assembly.Position = 0;
        return new AssemblyLoadContext("Producer").LoadFromStream(assembly).GetType("Producer")!.GetMethod("SendAsync")!.CreateDelegate<Func<Task>>();
    }

    [GeneratedRegex("^```(?<language>[a-z]+)", RegexOptions.Multiline)]
    private static partial Regex Fence();
}
