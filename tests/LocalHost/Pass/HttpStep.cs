using System.Text.Json.Nodes;

namespace LocalHost;

/// <summary>One request of the pass and what its reply must be.</summary>
/// <param name="Function">The function it calls.</param>
/// <param name="Payload">The request's body, made when its turn comes: ids come from earlier replies.</param>
/// <param name="Status">The status that is expected.</param>
/// <param name="Check">Looks at the reply's body; answers what was expected of it, or <see langword="null"/> when it is right.</param>
internal sealed record HttpStep(string Title, string Function, Func<string> Payload, int Status, Func<JsonNode?, string?> Check) : PassStep(Title)
{
    /// <summary>The header <c>Prefer</c>, if the step sends one.</summary>
    public string? Prefer { get; init; }

    public override async Task<string?> RunAsync(PassCalls calls, CancellationToken cancellationToken)
    {
        if (calls.Find(Function) is not { } url)
        {
            return $"expected a function named {Function}, but there is none";
        }

        var reply = await calls.PostAsync(url, Payload(), cancellationToken, ("Prefer", Prefer));
        return reply.FailureOf(Status, Check);
    }
}
