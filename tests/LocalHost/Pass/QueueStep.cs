using System.Text.Json.Nodes;

namespace LocalHost;

/// <summary>A message of the pass and its expected result.</summary>
/// <param name="Operation">The operation to whose queue the message is sent.</param>
/// <param name="Payload">The payload, the same as over HTTP.</param>
/// <param name="Status">The expected status in the result.</param>
/// <param name="Check">Checks the result's body. Returns what was expected, or <see langword="null"/> if it is correct.</param>
internal sealed record QueueStep(string Title, string Operation, string Payload, int Status, Func<JsonNode?, string?> Check) : PassStep(Title)
{
    private const int Created = 201;

    public override bool NeedsQueues => true;

    public override async Task<string?> RunAsync(PassCalls calls, CancellationToken cancellationToken)
    {
        var correlationId = Guid.NewGuid().ToString();
        var sent = await calls.EnqueueAsync(
            Operation,
            $$"""
            {
              "correlationId": "{{correlationId}}",
              "payload": {{Payload}}
            }
            """,
            cancellationToken);
        if (sent.Status != Created)
        {
            return $"expected status {Created} from the queue, got {sent.Status}";
        }

        return await calls.ReceiveResultAsync(correlationId, cancellationToken) is { } result
            ? new PassReply((int?)result["status"] ?? 0, result["body"]).FailureOf(Status, Check)
            : $"expected a result within {PassPatience.Length.TotalSeconds:F0} s, but none arrived";
    }
}
