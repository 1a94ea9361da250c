using System.Text.Json.Nodes;

namespace LocalHost;

/// <summary>A request of the pass and its expected reply.</summary>
/// <param name="Function">The function to call.</param>
/// <param name="Payload">Creates the request's body when the step runs, because it can contain ids from earlier replies.</param>
/// <param name="Status">The expected status.</param>
/// <param name="Check">Checks the reply's body. Returns what was expected, or <see langword="null"/> if it is correct.</param>
internal sealed record HttpStep(string Title, string Function, Func<string> Payload, int Status, Func<JsonNode?, string?> Check) : PassStep(Title)
{
    /// <summary>The header <c>Prefer</c>, if the step sends one.</summary>
    public string? Prefer { get; init; }

    public override async Task<string?> RunAsync(PassCalls calls, CancellationToken cancellationToken)
    {
        if (calls.Find(Function) is not { } url)
        {
            return $"expected a function named {Function}, but it does not exist";
        }

        var reply = await calls.PostAsync(url, Payload(), cancellationToken, ("Prefer", Prefer));
        return reply.FailureOf(Status, Check);
    }
}
