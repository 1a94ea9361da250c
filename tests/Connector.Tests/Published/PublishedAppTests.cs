using System.Net;
using System.Net.Http.Json;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.Json.Nodes;
using LocalHost;
using SalesforceSimulator;

namespace Connector.Tests.Published;

/// <summary>What <c>azd</c> deploys, run as a process by the local host.</summary>
public sealed class PublishedAppTests(PublishedAppFixture published, AzuriteFixture azurite)
{
    [Fact]
    public async Task The_pass_over_all_operations_by_HTTP_and_queue_succeeds()
    {
        var account = await azurite.TakeAccountAsync();
        using var output = new LineWriter();

        var exitCode = await LocalHostCommand.InvokeAsync(
            ["--once", "--port", "0", "--simulator-port", "0", "--storage", account.ConnectionString, "--app", await published.FolderAsync()],
            output,
            output,
            TestContext.Current.CancellationToken);

        exitCode.ShouldBe(0, output.ToString());
    }

    [Fact]
    public async Task Errors_keys_and_replies_that_break_off_come_as_documented()
    {
        await using var app = await ConnectorProcess.StartAsync(await published.FolderAsync(), key: "key");
        using (var refused = await app.PostAsync("query", new { soqlQuery = "SELECT Id FROM Account" }))
        {
            await refused.ShouldBeEmptyAsync(HttpStatusCode.Unauthorized);
        }

        app.Client.DefaultRequestHeaders.Add("x-functions-key", "key");
        using (var invalid = await app.PostAsync("query", new { soqlQuery = 1 }))
        {
            invalid.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
            invalid.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
            ((string?)(await invalid.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken))!["errorCode"]).ShouldNotBeNull();
        }

        app.Org.Fill("Account", 20, descriptionLength: 100_000);
        app.Org.AddFaults(new FaultRule { Path = "/services/data/*/query*", Truncate = true });
        await BrokenReply.ShouldBreakAsync(
            () => app.PostAsync("query", new { soqlQuery = "SELECT Id, Description FROM Account WHERE External_Id__c LIKE 'FILL-%'" }));
    }

    [Fact]
    public async Task It_is_the_same_app_that_the_tests_run()
    {
        var built = PublicSurface(Path.Combine(FunctionsHostOptions.BuiltApp, "SalesforceConnector.dll"));

        var surface = PublicSurface(Path.Combine(await published.FolderAsync(), "SalesforceConnector.dll"));
        built.Except(surface).ShouldBeEmpty();
        surface.Except(built).ShouldBeEmpty();
        built.ShouldContain("SalesforceConnector.ConnectorApplication.ConfigureConnector");
        foreach (var file in new[] { "functions.metadata", "host.json", "worker.config.json" })
        {
            (await File.ReadAllTextAsync(Path.Combine(await published.FolderAsync(), file), TestContext.Current.CancellationToken))
                .ShouldBe(await File.ReadAllTextAsync(Path.Combine(FunctionsHostOptions.BuiltApp, file), TestContext.Current.CancellationToken));
        }
    }

    private static List<string> PublicSurface(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        var metadata = file.GetMetadataReader();
        return
        [
            .. from type in metadata.TypeDefinitions.Select(metadata.GetTypeDefinition)
               where (type.Attributes & TypeAttributes.VisibilityMask) == TypeAttributes.Public
               let name = $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}"
               from method in type.GetMethods().Select(metadata.GetMethodDefinition)
               where (method.Attributes & MethodAttributes.MemberAccessMask) == MethodAttributes.Public
               let signature = $"{name}.{metadata.GetString(method.Name)}"
               orderby signature
               select signature,
        ];
    }
}
