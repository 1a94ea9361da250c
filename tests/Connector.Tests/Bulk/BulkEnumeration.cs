using System.Text.Json.Nodes;
using Connector.Tests.Queues.Steps;
using SalesforceSimulator;

namespace Connector.Tests.Bulk;

/// <summary>
/// Runs a bulk operation again and again: undisturbed, and then with each of its steps failing in each way. A step is a request to
/// Storage or a call to Salesforce.
/// </summary>
/// <param name="settings">Settings that make the work of many steps small.</param>
internal sealed class BulkEnumeration(string operation, string queue, string payload, IReadOnlyDictionary<string, string?> settings, ITestOutputHelper output)
{
    private int _runs;

    /// <summary>What is there before each run.</summary>
    public Action<StepApp, Simulator> Prepare { get; init; } = (_, _) => { };

    /// <summary>Whether a run's result, which it is given as text too, is true.</summary>
    public required Action<StepApp, Simulator, JsonNode, string> Check { get; init; }

    /// <param name="door"><c>queue</c>, or <c>HTTP</c> with the same key until there is a result.</param>
    public async Task RunAsync(string door)
    {
        await using var orgs = await OrgFixture.StartAsync(new BulkSettings { QueueMs = 500, ProcessingMs = 1_000 });
        orgs.Org.SetDailyLimit(int.MaxValue);
        await StepFailures.RunAsync(door, output, (failsAt, failure) => RunAsync(door, orgs, failsAt, failure));
    }

    private async Task<IReadOnlyList<(Service Service, string Name)>> RunAsync(
        string door, OrgFixture orgs, int failsAt, Failure failure)
    {
        var id = $"run-{++_runs}";
        await using var app = orgs.App(settings);
        app.Steps.FailsAt = failsAt;
        app.Steps.Failure = failure;
        Prepare(app, orgs.Org);

        var results = door == "queue" ? await SendAsync(app, id) : [await CallAsync(app, id)];

        // One result, the same if it was sent twice; and it is true.
        var result = results.Select(text => JsonNode.Parse(text)!).ToArray();
        result.ShouldNotBeEmpty();
        result.Select(one => Body(one).ToJsonString()).Distinct().ShouldHaveSingleItem();
        Check(app, orgs.Org, Body(result[0]), results[0]);

        // Everything has ended, and nothing was kept.
        app.Table.Entries.ShouldAllBe(entry => entry.State == "Finished");
        app.Queues.On(queue).ShouldBeEmpty();
        app.Queues.On("salesforce-poison").ShouldBeEmpty();
        return app.Steps.All;
    }

    private static JsonNode Body(JsonNode result) => result["body"] ?? result;

    private async Task<IReadOnlyList<string>> SendAsync(StepApp app, string id)
    {
        app.Queues.Put(queue, $$"""{"correlationId":"{{id}}","payload":{{payload}}}""");
        await app.RunUntilQuietAsync();
        return app.Results;
    }

    // As an engine does: again, with the same key, until it is accepted; then it asks until there is a result.
    private async Task<string> CallAsync(StepApp app, string id)
    {
        (int Status, string Body)? accepted = null;
        for (var i = 0; accepted is not { Status: 202 }; i++)
        {
            i.ShouldBeLessThan(1_000, accepted?.Body);
            accepted = await app.CallAsync(operation, payload, ("Idempotency-Key", id));
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
