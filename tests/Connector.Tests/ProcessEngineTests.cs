using System.Text.RegularExpressions;
using Connector.Tests.Drivers;
using LocalHost;

namespace Connector.Tests;

/// <summary>Programs that none of us wrote, run against the connector.</summary>
public sealed partial class ProcessEngineTests(AzuriteFixture azurite)
{
    private static readonly NodePackage Package = new("ProcessEngine");

    // What is always done later, and so by way of a queue. The host looks at each queue five times a second, for as long as the
    // programs run, which costs more than most of the programs.
    private static readonly string[] DoneLater = ["BulkQuery", "BulkWrite"];

    [Theory]
    [InlineData("element-template.test.mjs")]
    [InlineData("camundas-template.test.mjs")]
    [InlineData("bpmn-engine.test.mjs")]
    [InlineData("event-process.test.mjs")]
    [InlineData("documents.test.mjs")]
    [InlineData("agent.test.mjs")]
    [InlineData("openapi.test.mjs")]
    [InlineData("clients.test.mjs")]
    [InlineData("respond-async.test.mjs")]
    [InlineData("docs.test.mjs")]
    [InlineData("properties-panel.test.mjs")]
    public async Task Engine_parts_work_with_the_connector(string file)
    {
        const string Key = "a-function-key";
        Assert.SkipWhen(NodePackage.Unavailable is not null, NodePackage.Unavailable ?? "");
        await Package.InstallAsync(TestContext.Current.CancellationToken);
        await using var app = await ConnectorApp.StartAsync(
            new Dictionary<string, string?>
            {
                ["OpenApi__Page"] = "true",
                // What is tried again is to be left to the engine.
                ["Salesforce__MaxRetries"] = "0",
            },
            storage: await azurite.TakeAccountAsync(),
            key: Key,
            listensTo: file == "respond-async.test.mjs" ? null : DoneLater);
        // What the example process imports.
        foreach (var (name, employees) in new[] { ("accounts", 1), ("refused", -1) })
        {
            var csv = $"External_Id__c,Name,NumberOfEmployees\n{name}-1,A,1\n{name}-2,B,{employees}\n";
            await app.Queues.UploadBlobAsync("salesforce-bulk", $"imports/{name}.csv", System.Text.Encoding.UTF8.GetBytes(csv));
        }

        var (exitCode, output) = await Package.RunAsync(
            ["--test", file],
            new Dictionary<string, string>
            {
                ["CONNECTOR_URL"] = app.Client.BaseAddress!.GetLeftPart(UriPartial.Authority),
                ["CONNECTOR_KEY"] = Key,
                ["SALESFORCE_SIMULATOR_URL"] = app.Org.BaseUrl.GetLeftPart(UriPartial.Authority),
            },
            TestContext.Current.CancellationToken);

        exitCode.ShouldBe(0, output);
        var skipped = SkippedByNode().Match(output);
        Assert.SkipWhen(skipped.Success, $"{file}: {skipped.Groups["reason"].Value}");
    }

    [Fact]
    public async Task Every_operation_can_be_tried_on_the_page_of_a_fresh_local_system()
    {
        Assert.SkipWhen(NodePackage.Unavailable is not null, NodePackage.Unavailable ?? "");
        await Package.InstallAsync(TestContext.Current.CancellationToken);
        await using var host = LocalHostProcess.Start("--port", "0", "--simulator-port", "0");
        var serving = (await host.LineAsync("Serving at ")).Split(' ')[2];

        var (exitCode, output) = await Package.RunAsync(
            ["--test", "try-it-out.test.mjs"],
            new Dictionary<string, string>
            {
                ["CONNECTOR_URL"] = new Uri(serving).GetLeftPart(UriPartial.Authority),
                ["CONNECTOR_KEY"] = "",
                ["SALESFORCE_SIMULATOR_URL"] = "",
            },
            TestContext.Current.CancellationToken);

        exitCode.ShouldBe(0, output);
        var skipped = SkippedByNode().Match(output);
        Assert.SkipWhen(skipped.Success, $"try-it-out.test.mjs: {skipped.Groups["reason"].Value}");
    }

    [GeneratedRegex(@"# SKIP (?<reason>.+)")]
    private static partial Regex SkippedByNode();
}
