using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Connector.Tests.Queues.Steps;

/// <summary>
/// Two that are about the same operation at once, in every order of their steps: a depth-first search through all choices of
/// who goes on next.
/// </summary>
public sealed class InterleavingTests(ITestOutputHelper output)
{
    private const string Queue = "salesforce-create-record";

    private static readonly AsyncLocal<int> Actor = new();

    [Theory]
    [InlineData("two deliveries of a create", "queue", "queue", null)]
    [InlineData("two deliveries of a create by external id", "queue", "queue", "External_Id__c")]
    [InlineData("a direct create beside a queued one of the same key", "queue", "http", null)]
    [InlineData("a direct create by external id beside a queued one", "queue", "http", "External_Id__c")]
    [InlineData("two direct creates of one key", "http", "http", null)]
    [InlineData("a respond-async create beside a queued one of the same key", "queue", "respond-async", null)]
    [InlineData("a respond-async create beside a direct one of the same key", "http", "respond-async", null)]
    public async Task In_every_order_it_is_done_once_and_has_one_result(string name, string first, string second, string? externalIdField)
    {
        await using var orgs = await OrgFixture.StartAsync();
        var broken = new List<string>();
        var orders = 0;
        List<Choice>? path = [];
        while (path is not null)
        {
            orders++;
            try
            {
                await RunAsync(orgs, orders, path, [first, second], externalIdField);
            }
            catch (ShouldAssertException e)
            {
                broken.Add($"{string.Join("", path.Select(choice => choice.Taken))}: {e.Message.ReplaceLineEndings(" ")}");
            }

            path = Next(path);
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {orders} orders, {broken.Count} broken"));
        broken.ShouldBeEmpty();
    }

    /// <param name="path">The choices to take; those that follow are added.</param>
    private static async Task RunAsync(
        OrgFixture orgs, int number, List<Choice> path, IReadOnlyList<string> doors, string? externalIdField)
    {
        var id = $"order-{number}";
        var field = externalIdField is null ? "" : $"\"externalIdField\":\"{externalIdField}\",";
        var payload = $$$"""{"objectType":"Account",{{{field}}}"fields":{"Name":"Order {{{number}}}"}}""";
        await using var app = orgs.App();
        // A login would be one more step of whoever is first.
        (await app.CallAsync("Query", """{"soqlQuery":"SELECT Id FROM Account LIMIT 1"}""")).ShouldNotBeNull().Status.ShouldBe(200);
        var before = orgs.Accounts;

        var gate = new Gate();
        app.Steps.TurnAsync = gate.WaitAsync;
        var replies = new (int Status, string Body)?[doors.Count];
        var actors = doors.Select((door, actor) => Task.Run(async () =>
        {
            Actor.Value = actor + 1;
            try
            {
                replies[actor] = await EnterAsync(app, door, id, payload);
            }
            finally
            {
                gate.End();
            }
        })).ToArray();
        await gate.ScheduleAsync(path, actors.Length);
        await Task.WhenAll(actors);
        app.Steps.TurnAsync = () => Task.CompletedTask;
        await app.RunUntilQuietAsync();

        (orgs.Accounts - before).ShouldBe(1);
        var contents = app.Results.Select(result => (string?)JsonNode.Parse(result)!["body"]?["id"]).ToList();
        if (doors.Contains("queue"))
        {
            contents.ShouldNotBeEmpty();
        }

        for (var i = 0; i < doors.Count; i++)
        {
            switch (doors[i], replies[i])
            {
                case ("http", { Status: 409 }):
                    // Again, as it was told to.
                    app.Time.Advance(TimeSpan.FromMinutes(1));
                    var again = await EnterAsync(app, "http", id, payload);
                    contents.Add((string?)JsonNode.Parse(again!.Value.Body)!["id"]);
                    break;
                case ("http", { } reply):
                    reply.Status.ShouldBeLessThan(300, reply.Body);
                    contents.Add((string?)JsonNode.Parse(reply.Body)!["id"]);
                    break;
                case ("respond-async", { } accepted):
                    accepted.Status.ShouldBe(202, accepted.Body);
                    var fetched = (await app.FetchAsync(id)).ShouldNotBeNull();
                    fetched.Status.ShouldBeLessThan(300, fetched.Body);
                    contents.Add((string?)JsonNode.Parse(fetched.Body)!["id"]);
                    break;
            }
        }

        contents.ShouldAllBe(content => content != null);
        contents.Distinct().ShouldHaveSingleItem();
    }

    private static async Task<(int Status, string Body)?> EnterAsync(StepApp app, string door, string id, string payload)
    {
        switch (door)
        {
            case "http":
                return await app.CallAsync("CreateRecord", payload, ("Idempotency-Key", id));
            case "respond-async":
                return await app.CallAsync("CreateRecord", payload, ("Idempotency-Key", id), ("Prefer", "respond-async"));
            default:
                // The host deletes the message; what the function put back is delivered later.
                await app.InvokeAsync(Queue, $$"""{"correlationId":"{{id}}","payload":{{payload}}}""");
                return null;
        }
    }

    /// <summary>The next path of the depth-first search: the last choice that has another way is taken otherwise.</summary>
    private static List<Choice>? Next(List<Choice> path)
    {
        for (var i = path.Count - 1; i >= 0; i--)
        {
            if (path[i].Taken + 1 < path[i].Ways)
            {
                return [.. path.Take(i), path[i] with { Taken = path[i].Taken + 1 }];
            }
        }

        return null;
    }

    /// <summary>A point where several can go on.</summary>
    private sealed record Choice(int Ways, int Taken);

    /// <summary>Holds everybody at each step, and lets one of them go on at a time.</summary>
    private sealed class Gate
    {
        private readonly ConcurrentDictionary<int, TaskCompletionSource> _waiting = [];
        private readonly Channel<int> _arrived = Channel.CreateUnbounded<int>();

        public Task WaitAsync()
        {
            var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting[Actor.Value] = turn;
            _arrived.Writer.TryWrite(0);
            return turn.Task;
        }

        public void End()
        {
            _arrived.Writer.TryWrite(0);
        }

        public async Task ScheduleAsync(List<Choice> path, int actors)
        {
            // Everybody is at a step, or has ended, before the next one goes on.
            var running = actors;
            for (var at = 0; ; at++)
            {
                for (; running > 0; running--)
                {
                    await _arrived.Reader.ReadAsync(TestContext.Current.CancellationToken);
                }

                int[] waiting = [.. _waiting.Keys.Order()];
                if (waiting.Length == 0)
                {
                    return;
                }

                if (at == path.Count)
                {
                    path.Add(new Choice(waiting.Length, Taken: 0));
                }

                _waiting.TryRemove(waiting[path[at].Taken], out var turn);
                running = 1;
                turn!.SetResult();
            }
        }
    }
}
