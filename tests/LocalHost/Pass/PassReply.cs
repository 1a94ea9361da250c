using System.Text.Json.Nodes;

namespace LocalHost;

/// <summary>A reply as far as the pass looks at it.</summary>
/// <param name="Body"><see langword="null"/> if there is none, or none that is JSON.</param>
internal sealed record PassReply(int Status, JsonNode? Body)
{
    public Uri? Location { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    /// <returns>What was expected and what came instead, or <see langword="null"/> when the reply is right.</returns>
    public string? FailureOf(int status, Func<JsonNode?, string?> check)
    {
        if (Status != status)
        {
            return $"expected status {status}, got {Status}";
        }

        return check(Body) is { } expectation ? $"expected {expectation}" : null;
    }
}
