using System.Text.Json.Nodes;

namespace Connector.Tests.Queues.Steps;

/// <summary>One way for an operation to come in, and what must be true of it in the end, wherever a step failed.</summary>
/// <param name="Name">What the test's output calls it.</param>
/// <param name="Operation">The operation's name.</param>
/// <param name="Payload">Its payload; <c>{n}</c> stands for a number of the run's own.</param>
internal sealed record Scenario(string Name, string Operation, string Payload)
{
    private static readonly TimeSpan ClientPause = TimeSpan.FromMinutes(1);

    /// <summary>How the request comes.</summary>
    public Door Door { get; init; } = Door.Queue;

    /// <summary>Whether carrying it out twice would do something twice.</summary>
    public bool Forbidden { get; init; }

    /// <summary>Whether it makes records of which one run must leave <see cref="Makes"/>.</summary>
    public int Makes { get; init; }

    /// <summary>Whether the operation deletes a record that is made before each run.</summary>
    public bool Deletes { get; init; }

    /// <summary>Whether the result's body does not fit in a message.</summary>
    public bool LargeResult { get; init; }

    public override string ToString() => Name;

    /// <summary>Sends the request and waits for its result.</summary>
    /// <returns>All results that there are, of which all must be the same.</returns>
    public async Task<IReadOnlyList<JsonObject>> RunAsync(StepApp app, string id, string payload)
    {
        switch (Door)
        {
            case Door.Queue:
                app.Queues.Put(Queue, $$"""{"correlationId":"{{id}}","payload":{{payload}}}""");
                await app.RunUntilQuietAsync();
                return Sent(app);
            case Door.PoisonQueue:
                app.Queues.Put($"{Queue}-poison", $$"""{"correlationId":"{{id}}","payload":{{payload}}}""", lifetime: TimeSpan.FromDays(7));
                await app.RunUntilQuietAsync();
                return Sent(app);
            case Door.RespondAsync:
                await CallAsync(app, payload, status => status == 202, ("Idempotency-Key", id), ("Prefer", "respond-async"));
                await app.RunUntilQuietAsync();
                return [await FetchAsync(app, id)];
            default:
                return [await CallAsync(app, payload, _ => true, ("Idempotency-Key", id))];
        }
    }

    private string Queue => SalesforceConnector.Triggers.Queues.OperationQueues.NameOf(Operation);

    private static JsonObject[] Sent(StepApp app) => [.. app.Results.Select(result => JsonNode.Parse(result)!.AsObject())];

    // As an engine does: again, with the same key, until there is an answer that will not change.
    private async Task<JsonObject> CallAsync(StepApp app, string payload, Func<int, bool> isAnswer, params (string, string)[] headers)
    {
        for (var i = 0; i < 1_000; i++)
        {
            if (await app.CallAsync(Operation, payload, headers) is { } reply && isAnswer(reply.Status) && ToResult(reply) is { } result && !IsRetryable(result))
            {
                return result;
            }

            app.Time.Advance(ClientPause);
        }

        throw new InvalidOperationException("There was no answer.");
    }

    private static async Task<JsonObject> FetchAsync(StepApp app, string id)
    {
        for (var i = 0; i < 1_000; i++)
        {
            if (await app.FetchAsync(id) is { Status: not (202 or 503) } reply)
            {
                return ToResult(reply);
            }

            app.Time.Advance(ClientPause);
        }

        throw new InvalidOperationException("There was no result.");
    }

    private static bool IsRetryable(JsonObject result) => (bool?)result["error"]?["retryable"] == true;

    private static JsonObject ToResult((int Status, string Body) reply) => new()
    {
        ["status"] = reply.Status,
        ["error"] = reply.Status >= 400 ? JsonNode.Parse(reply.Body) : null,
        ["text"] = reply.Body,
    };
}

internal enum Door
{
    Queue,
    PoisonQueue,
    RespondAsync,
    DirectWithKey,
}
