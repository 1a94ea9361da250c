using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Connector.Tests.Drivers;
using LocalHost;

namespace Connector.Tests.Documentation;

/// <summary>The pages' pieces of programs, other than commands of a shell, are run too.</summary>
public sealed partial class SnippetTests(AzuriteFixture azurite)
{
    private const string Queues = "functions/Triggers/Queues/README.md";
    private const string Infra = "infra/README.md";
    private const string ShownQueue = "https://account.queue.core.windows.net/salesforce-create-record";

    private static readonly Dictionary<string, string> NoNoise = new()
    {
        ["POWERSHELL_TELEMETRY_OPTOUT"] = "1",
        ["POWERSHELL_UPDATECHECK"] = "Off",
        ["NO_COLOR"] = "1",
    };

    private static readonly NodePackage Package = new("ProcessEngine");

    // Languages that other tests run, or that are no programs.
    private static readonly string[] RunElsewhere = ["sh", "json", "http", "text", "kusto", "mermaid"];

    [Fact]
    public void Each_program_on_the_pages_is_run_by_a_test_here()
    {
        var programs = from page in Pages.All
                       from language in Fence().Matches(Repository.Read(page)).Select(fence => fence.Groups["language"].Value)
                       where !RunElsewhere.Contains(language)
                       select $"{page}: {language}";
        programs.ShouldBe(
            [
                "README.md: powershell", "functions/OpenApi/README.md: js", $"{Queues}: csharp", $"{Queues}: js",
                $"{Infra}: powershell", $"{Infra}: powershell",
            ]);
    }

    [Fact]
    public async Task A_producer_in_CSharp_sends_what_the_connector_takes()
    {
        var account = await azurite.TakeAccountAsync();
        await using var app = await ConnectorApp.StartAsync(storage: account, listensTo: ["CreateRecord"]);
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

        await CompiledCode.Load("Producer", send).GetType("Producer")!.GetMethod("SendAsync")!.CreateDelegate<Func<Task>>()();

        await CreatedAsync(app);
    }

    [Fact]
    public async Task A_producer_in_JavaScript_sends_what_the_connector_takes()
    {
        var account = await azurite.TakeAccountAsync();
        await using var app = await ConnectorApp.StartAsync(storage: account, listensTo: ["CreateRecord"]);
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

    [Fact]
    public async Task What_is_shown_for_PowerShell_calls_the_connector_and_keeps_secrets_off_screen_and_command_line()
    {
        const string Key = "a-function-key";
        await using var local = await ConnectorApp.StartAsync();
        await using var deployed = await ConnectorApp.StartAsync(key: Key);
        // What Azure's tools would be asked, and what is typed.
        var tools = $$"""
            $ErrorActionPreference = 'Stop'
            function azd { if ($args[2] -eq 'SERVICE_CONNECTOR_URI') { '{{Address(deployed)}}' } else { $args[2] } }
            function az {
              # What is in a file, others cannot see.
              $file = [array]::IndexOf($args, '--file') + 1
              $call = if ($file) { "az $args".Replace("$($args[$file])", "[$(Get-Content -Raw $args[$file])]") } else { "az $args" }
              [Console]::Error.WriteLine($call)
              if ($args[0] -eq 'functionapp') { '{{Key}}' }
            }
            function Read-Host([switch] $MaskInput) { if (-not $MaskInput) { throw 'The secret is shown.' }; 'typed' }

            """;

        var (called, _) = await RunPowerShellAsync(
            Snippet("README.md", "powershell").Replace("http://localhost:7071", Address(local), StringComparison.Ordinal).TrimEnd() + " | ConvertTo-Json -Compress -Depth 9");
        var (output, told) = await RunPowerShellAsync(tools + string.Concat(Snippets(Infra, "powershell")).TrimEnd() + " | ConvertTo-Json -Compress -Depth 9");

        ((int?)JsonNode.Parse(called)!["totalSize"]).ShouldBe(1);
        ((int?)JsonNode.Parse(output)!["totalSize"]).ShouldBe(3);
        told.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBe(
            [
                "az keyvault secret set --vault-name AZURE_KEY_VAULT_NAME --name salesforce-client-id --file [typed] --encoding utf-8 --output none",
                "az functionapp keys list --resource-group AZURE_RESOURCE_GROUP --name AZURE_FUNCTION_NAME --query functionKeys.default --output tsv",
            ]);
    }

    private static string Address(ConnectorApp app) => app.Client.BaseAddress!.GetLeftPart(UriPartial.Authority);

    // PowerShell is a tool of this repository, so that it need not be installed.
    private static async Task<(string Output, string Errors)> RunPowerShellAsync(string script)
    {
        await Tool.RunAsync("dotnet", ["tool", "restore"], Repository.Root, NoNoise);
        using var folder = new TemporaryFolder();
        return await Tool.RunAsync(
            "dotnet", ["tool", "run", "pwsh", "-NoProfile", "-NonInteractive", "-File", folder.Write("snippet.ps1", script)], Repository.Root, NoNoise);
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

    private static string Snippet(string page, string language) => Snippets(page, language).Single();

    private static IEnumerable<string> Snippets(string page, string language) =>
        Regex.Matches(Repository.Read(page), $@"^```{language}\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline).Select(block => block.Groups[1].Value);

    private static async Task<string> RunNodeAsync(string program)
    {
        Assert.SkipWhen(NodePackage.Unavailable is not null, NodePackage.Unavailable ?? "");
        await Package.InstallAsync(TestContext.Current.CancellationToken);
        var (exitCode, output) = await Package.RunAsync(["--input-type=module", "--eval", program], new Dictionary<string, string>(), TestContext.Current.CancellationToken);
        exitCode.ShouldBe(0, output);
        return output;
    }

    [GeneratedRegex("^```(?<language>[a-z]+)", RegexOptions.Multiline)]
    private static partial Regex Fence();
}
