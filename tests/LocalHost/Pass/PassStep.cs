using System.Text.Json.Nodes;

namespace LocalHost;

/// <summary>One request of the pass and what its reply must be.</summary>
/// <param name="Title">What the step shows, in a few words.</param>
/// <param name="Function">The function it calls.</param>
/// <param name="Payload">The request's body, made when its turn comes: ids come from earlier replies.</param>
/// <param name="Status">The status that is expected.</param>
/// <param name="Check">Looks at the reply's body; answers what was expected of it, or <see langword="null"/> when it is right.</param>
internal sealed record PassStep(string Title, string Function, Func<string> Payload, int Status, Func<JsonNode?, string?> Check)
{
    /// <summary>The header <c>Prefer</c>, if the step sends one.</summary>
    public string? Prefer { get; init; }
}
