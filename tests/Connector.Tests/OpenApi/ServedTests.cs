using System.Net;
using System.Text.Json.Nodes;
using Connector.Tests.Drivers;
using LocalHost;
using Microsoft.Extensions.Options;

namespace Connector.Tests.OpenApi;

/// <summary>The documents and the page, as the Functions host serves them.</summary>
public sealed class ServedTests
{
    [Fact]
    public async Task The_documents_are_served_without_a_key_as_they_are_in_the_repository()
    {
        await using var host = await StartAsync();

        foreach (var name in new[] { "openapi.json", "openapi-v2.json" })
        {
            var (status, type, body) = await GetAsync(host, name);

            status.ShouldBe(HttpStatusCode.OK);
            type.ShouldBe("application/json");
            JsonNode.DeepEquals(JsonNode.Parse(body), JsonNode.Parse(Repository.Read("functions", "OpenApi", name))).ShouldBeTrue(name);
        }
    }

    [Fact]
    public async Task Version_2_names_the_host_that_Azure_gave_the_app()
    {
        await using var host = await StartAsync(("WEBSITE_HOSTNAME", "contoso.azurewebsites.net"));

        var (_, _, body) = await GetAsync(host, "openapi-v2.json");

        ((string?)JsonNode.Parse(body)!["host"]).ShouldBe("contoso.azurewebsites.net");
    }

    [Fact]
    public async Task The_documents_can_be_turned_off()
    {
        await using var host = await StartAsync(("OpenApi__Documents", "false"));

        (await GetAsync(host, "openapi.json")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await GetAsync(host, "openapi-v2.json")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_page_is_off_until_it_is_turned_on()
    {
        await using var host = await StartAsync();

        (await GetAsync(host, "docs")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await GetAsync(host, "docs/index.html")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_page_comes_with_all_that_it_needs()
    {
        await using var host = await StartAsync(("OpenApi__Page", "true"));

        // The address without a file leads to the page.
        var (status, type, html) = await GetAsync(host, "docs");
        status.ShouldBe(HttpStatusCode.OK);
        type.ShouldBe("text/html");
        html.ShouldContain("Salesforce Connector for Azure Functions");
        html.ShouldNotContain("//", customMessage: "The page needs nothing from elsewhere.");

        foreach (var file in new[] { "index.js", "swagger-ui-bundle.js", "swagger-ui.css" })
        {
            (await GetAsync(host, $"docs/{file}")).Status.ShouldBe(HttpStatusCode.OK, file);
        }

        (await GetAsync(host, "docs/nothing.js")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_page_cannot_be_on_without_the_documents() =>
        (await Should.ThrowAsync<OptionsValidationException>(() => StartAsync(("OpenApi__Page", "true"), ("OpenApi__Documents", "false"))))
            .Message.ShouldContain("OpenApi__Page");

    private static async Task<FunctionsHost> StartAsync(params (string Name, string Value)[] settings) =>
        (await ConnectorWorker.StartAsync(
            new FunctionsHostOptions
            {
                Key = "key",
                Settings = new Dictionary<string, string?>(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)))
                {
                    ["Salesforce__BaseUrl"] = "https://mydomain.my.salesforce.com",
                    ["KeyVault__Uri"] = LocalKeyVault.VaultUri,
                    ["Storage"] = "UseDevelopmentStorage=true",
                    ["Salesforce__WarmUp"] = "false",
                },
            })).Host;

    private static async Task<(HttpStatusCode Status, string? Type, string Body)> GetAsync(FunctionsHost host, string route)
    {
        using var client = new HttpClient();
        using var response = await client.GetAsync(new Uri(host.BaseUrl, $"api/{route}"), TestContext.Current.CancellationToken);
        return (response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
