using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Connector.Tests.Drivers;
using SalesforceConnector.Operations.Bulk;

namespace Connector.Tests.OpenApi;

/// <summary>The examples in the documents work on the sample data of the local system.</summary>
public sealed partial class ExampleTests
{
    private static readonly JsonNode Version31 = JsonNode.Parse(Repository.Read("functions", "OpenApi", "openapi.json"))!;

    private static readonly JsonNode Version2 = JsonNode.Parse(Repository.Read("functions", "OpenApi", "openapi-v2.json"))!;

    [Fact]
    public async Task Every_example_succeeds_on_a_fresh_local_system()
    {
        await using var host = LocalHostProcess.Start("--port", "0", "--simulator-port", "0");
        using var client = new HttpClient { BaseAddress = new Uri((await host.LineAsync("Serving at ")).Split(' ')[2]) };
        var failures = new List<string>();
        // Of what takes several attempts, the result; and a job can be looked at when there is one.
        client.DefaultRequestHeaders.Add("Prefer", "wait=60");
        foreach (var (operation, example) in from operation in Operation.All
                                             orderby operation.Name == nameof(BulkJob)
                                             from example in Examples(operation)
                                             select (operation, example))
        {
            using var payload = new StringContent(example, Encoding.UTF8, "application/json");
            using var reply = await client.PostAsync(new Uri($"api/{operation.Route}", UriKind.Relative), payload, TestContext.Current.CancellationToken);
            var body = await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            // Of several records or requests each must have succeeded.
            if (!reply.IsSuccessStatusCode || reply.StatusCode == HttpStatusCode.Accepted || PartRefused().IsMatch(body))
            {
                failures.Add($"{operation.Name} {example}: {(int)reply.StatusCode} {body}");
            }
        }

        failures.ShouldBeEmpty();
    }

    [Fact]
    public void The_example_in_version_2_is_the_first_one()
    {
        foreach (var operation in Operation.All)
        {
            // Microsoft.OpenApi writes no empty object in 2.0.
            var example = Version2["definitions"]![operation.Payload.Type.Name]!["example"]?.ToJsonString() ?? "{}";
            example.ShouldBe(Examples(operation)[0], operation.Name);
        }
    }

    [GeneratedRegex("\"success\":false|\"httpStatusCode\":[45]")]
    private static partial Regex PartRefused();

    private static string[] Examples(Operation operation) =>
        [.. Version31["components"]!["schemas"]![operation.Payload.Type.Name]!["examples"]!.AsArray().Select(example => example!.ToJsonString())];
}
