using System.Text.Json.Nodes;

namespace LocalHost;

/// <summary>The parts of a reply that the pass checks.</summary>
/// <param name="Body"><see langword="null"/> if the reply has no JSON body.</param>
internal sealed record PassReply(int Status, JsonNode? Body)
{
    public Uri? Location { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    /// <returns>What was expected and what was received; <see langword="null"/> if the reply is correct.</returns>
    public string? FailureOf(int status, Func<JsonNode?, string?> check)
    {
        if (Status != status)
        {
            return $"expected status {status}, got {Status}";
        }

        return check(Body) is { } expectation ? $"expected {expectation}" : null;
    }
}
