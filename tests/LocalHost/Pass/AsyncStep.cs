using System.Text.Json.Nodes;

namespace LocalHost;

/// <summary>An asynchronous request of the pass, whose result is fetched later.</summary>
/// <param name="Prefer">Further preferences besides <c>respond-async</c>.</param>
/// <inheritdoc cref="HttpStep"/>
internal sealed record AsyncStep(
    string Title, string Function, Func<string> Payload, string Prefer, int Status, Func<JsonNode?, string?> Check) : PassStep(Title)
{
    private const int Accepted = 202;

    public override bool NeedsQueues => true;

    public override async Task<string?> RunAsync(PassCalls calls, CancellationToken cancellationToken)
    {
        if (calls.Find(Function) is not { } url)
        {
            return $"expected a function named {Function}, but it does not exist";
        }

        var reply = await calls.PostAsync(
            url,
            Payload(),
            cancellationToken,
            ("Prefer", $"respond-async, {Prefer}"),
            ("Idempotency-Key", Guid.NewGuid().ToString()));
        if (reply is not { Status: Accepted, Location: { } result, RetryAfter: { } pause })
        {
            return $"expected status {Accepted} with Location and Retry-After, got {reply.Status}";
        }

        var patience = new PassPatience();
        do
        {
            await Task.Delay(pause, TimeProvider.System, cancellationToken);
            reply = await calls.GetAsync(result, cancellationToken);
        }
        while (reply.Status == Accepted && patience.HasTimeLeft);

        return reply.FailureOf(Status, Check);
    }
}
