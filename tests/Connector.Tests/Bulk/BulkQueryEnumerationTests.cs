using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Connector.Tests.Drivers;
using Connector.Tests.Queues.Steps;
using LocalHost;
using Microsoft.Extensions.Time.Testing;
using SalesforceSimulator;

namespace Connector.Tests.Bulk;

/// <summary>
/// Every request to Storage and every call to Salesforce of a bulk query is a step. Each step fails in each way, once a run; in
/// the end the blob has the same bytes as without a failure, and there is one result.
/// </summary>
public sealed class BulkQueryEnumerationTests(ITestOutputHelper output)
{
    private const string Queue = "salesforce-bulk-query";

    // The sample data's 12 accounts in three pages.
    private static readonly Dictionary<string, string?> Settings = new() { ["Bulk__QueryPageRows"] = "5" };

    private int _runs;

    [Theory]
    [InlineData("queue", "csv")]
    [InlineData("HTTP", "jsonl")]
    public async Task Whatever_fails_wherever_the_blob_has_the_same_bytes(string door, string format)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var time = new FakeTimeProvider();
        await using var org = await Simulator.StartAsync(
            new SimulatorOptions { Time = time, Bulk = new BulkSettings { QueueMs = 500, ProcessingMs = 1_000 } }, cancellationToken);
        org.SetDailyLimit(int.MaxValue);
        await using var vault = await LocalKeyVault.StartAsync(
            new Dictionary<string, string>
            {
                ["salesforce-client-id"] = ConnectorApp.ClientId,
                ["salesforce-client-secret"] = ConnectorApp.ClientSecret,
            },
            cancellationToken);

        var (steps, undisturbed) = await RunAsync(door, format, org, vault, time, failsAt: -1, default);
        undisturbed.ShouldContain("GenePoint");
        steps.Count(step => step.Name.EndsWith("/results", StringComparison.Ordinal)).ShouldBe(3);
        var broken = new List<string>();
        for (var step = 0; step < steps.Count; step++)
        {
            foreach (var failure in Enum.GetValues<Failure>().Where(failure => failure != Failure.SentTwice || steps[step].Service != Service.Salesforce))
            {
                try
                {
                    var (_, blob) = await RunAsync(door, format, org, vault, time, step, failure);
                    blob.ShouldBe(undisturbed);
                }
                catch (ShouldAssertException e)
                {
                    broken.Add($"{failure} at step {step} ({steps[step].Service}, {steps[step].Name}): {e.Message.ReplaceLineEndings(" ")}");
                }
            }
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{door}: {steps.Count} steps, {_runs} runs, {broken.Count} broken"));
        broken.ShouldBeEmpty();
    }

    private async Task<(IReadOnlyList<(Service Service, string Name)> Steps, string Blob)> RunAsync(
        string door, string format, Simulator org, LocalKeyVault vault, FakeTimeProvider time, int failsAt, Failure failure)
    {
        var id = $"run-{++_runs}";
        var payload = $$"""{"soqlQuery":"SELECT Id, Name, Industry, Description FROM Account ORDER BY Id","format":"{{format}}"}""";
        await using var app = new StepApp(org, vault, Settings, time);
        app.Steps.FailsAt = failsAt;
        app.Steps.Failure = failure;

        var results = door == "queue" ? await SendAsync(app, id, payload) : [await CallAsync(app, id, payload)];

        // One result, the same if it was sent twice; and it is true.
        var result = results.Select(text => JsonNode.Parse(text)!).ToArray();
        result.ShouldNotBeEmpty();
        result.Select(one => Body(one).ToJsonString()).Distinct().ShouldHaveSingleItem();
        var body = Body(result[0]);
        ((int?)body["rows"]).ShouldBe(12, results[0]);
        var blob = app.BulkBlobs.All[(string)body["blob"]!];
        ((int?)body["bytes"]).ShouldBe(blob.Length);

        // Everything has ended, and nothing was kept.
        app.BulkBlobs.All.Count.ShouldBe(1);
        app.Table.Entries.ShouldAllBe(entry => entry.State == "Finished");
        app.Queues.On(Queue).ShouldBeEmpty();
        app.Queues.On("salesforce-poison").ShouldBeEmpty();
        return (app.Steps.All, Encoding.UTF8.GetString(blob));
    }

    private static JsonNode Body(JsonNode result) => result["body"] ?? result;

    private static async Task<IReadOnlyList<string>> SendAsync(StepApp app, string id, string payload)
    {
        app.Queues.Put(Queue, $$"""{"correlationId":"{{id}}","payload":{{payload}}}""");
        await app.RunUntilQuietAsync();
        return app.Results;
    }

    // As an engine does: again, with the same key, until it is accepted; then it asks until there is a result.
    private static async Task<string> CallAsync(StepApp app, string id, string payload)
    {
        (int Status, string Body)? accepted = null;
        for (var i = 0; accepted is not { Status: 202 }; i++)
        {
            i.ShouldBeLessThan(1_000, accepted?.Body);
            accepted = await app.CallAsync("BulkQuery", payload, ("Idempotency-Key", id));
            app.Time.Advance(accepted is { Status: 202 } ? TimeSpan.Zero : TimeSpan.FromMinutes(1));
        }

        await app.RunUntilQuietAsync();
        (int Status, string Body)? reply = null;
        for (var i = 0; reply is not { Status: not (202 or 503) }; i++)
        {
            i.ShouldBeLessThan(1_000, reply?.Body);
            reply = await app.FetchAsync(id);
            app.Time.Advance(reply is { Status: not (202 or 503) } ? TimeSpan.Zero : TimeSpan.FromMinutes(1));
        }

        return reply.Value.Body;
    }
}
