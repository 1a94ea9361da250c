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
/// Every request to Storage and every call to Salesforce of a bulk write is a step. Each step fails in each way, once a run;
/// in the end every row has been written once, and the result says so.
/// </summary>
public sealed class BulkEnumerationTests(ITestOutputHelper output)
{
    private const string Queue = "salesforce-bulk-write";
    private const string Source = "imports/accounts.csv";
    private const string Payload = """{"objectType":"Account","operation":"insert","source":"imports/accounts.csv"}""";

    // Four rows in two jobs, of which one is refused.
    private static readonly byte[] Rows = Encoding.UTF8.GetBytes(
        "Name,NumberOfEmployees,Description\n" + string.Concat(Enumerable.Range(0, 4).Select(i => $"Row {i},{(i == 1 ? -1 : i)},{new string('x', 30_000)}\n")));

    private static readonly Dictionary<string, string?> Settings = new() { ["Bulk__MaxJobBytes"] = "100000" };

    private int _runs;

    [Theory]
    [InlineData("queue")]
    [InlineData("HTTP")]
    public async Task Whatever_fails_wherever_each_row_is_written_once(string door)
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

        var steps = await RunAsync(door, org, vault, time, failsAt: -1, default);
        var broken = new List<string>();
        for (var step = 0; step < steps.Count; step++)
        {
            foreach (var failure in Enum.GetValues<Failure>().Where(failure => failure != Failure.SentTwice || steps[step].Service != Service.Salesforce))
            {
                try
                {
                    await RunAsync(door, org, vault, time, step, failure);
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

    private async Task<IReadOnlyList<(Service Service, string Name)>> RunAsync(
        string door, Simulator org, LocalKeyVault vault, FakeTimeProvider time, int failsAt, Failure failure)
    {
        var id = $"run-{++_runs}";
        await using var app = new StepApp(org, vault, Settings, time);
        app.BulkBlobs.Put(Source, Rows);
        app.Steps.FailsAt = failsAt;
        app.Steps.Failure = failure;
        var before = org.Stats.Records["Account"];

        var results = door == "queue" ? await SendAsync(app, id) : [await CallAsync(app, id)];

        // One result, the same if it was sent twice; and it is true.
        var result = results.Select(text => JsonNode.Parse(text)!).ToArray();
        result.ShouldNotBeEmpty();
        result.Select(one => Body(one).ToJsonString()).Distinct().ShouldHaveSingleItem();
        var body = Body(result[0]);
        ((int?)body["rowsSent"], (int?)body["successful"], (int?)body["failed"], (int?)body["unprocessed"]).ShouldBe((4, 3, 1, 0), results[0]);
        (org.Stats.Records["Account"] - before).ShouldBe(3);

        // Everything has ended, and nothing was kept.
        app.Table.Entries.ShouldAllBe(entry => entry.State == "Finished");
        app.Queues.On(Queue).ShouldBeEmpty();
        app.Queues.On("salesforce-poison").ShouldBeEmpty();
        Encoding.UTF8.GetString(app.BulkBlobs.All.Single(blob => blob.Key.EndsWith("failed-1.csv", StringComparison.Ordinal)).Value).ShouldContain("\"Row 1\"");
        return app.Steps.All;
    }

    private static JsonNode Body(JsonNode result) => result["body"] ?? result;

    private static async Task<IReadOnlyList<string>> SendAsync(StepApp app, string id)
    {
        app.Queues.Put(Queue, $$"""{"correlationId":"{{id}}","payload":{{Payload}}}""");
        await app.RunUntilQuietAsync();
        return app.Results;
    }

    // As an engine does: again, with the same key, until it is accepted; then it asks until there is a result.
    private static async Task<string> CallAsync(StepApp app, string id)
    {
        (int Status, string Body)? accepted = null;
        for (var i = 0; accepted is not { Status: 202 }; i++)
        {
            i.ShouldBeLessThan(1_000, accepted?.Body);
            accepted = await app.CallAsync("BulkWrite", Payload, ("Idempotency-Key", id));
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
