using System.Text.Json;
using Benchmarks.Probe;

namespace Benchmarks.Peers;

/// <summary>
/// How a peer talks with who started it: it says where it listens, answers each line with one, and ends when its input
/// does, however the other process ended.
/// </summary>
internal static class Conversation
{
    /// <summary>Asks for a <see cref="Usage"/>; every peer answers it.</summary>
    public const string UsageQuestion = "usage";

    public static Task HoldAsync(Uri url) => HoldAsync(url.AbsoluteUri);

    /// <param name="announcement">The first line, which says that it is ready.</param>
    public static Task HoldAsync(string announcement) =>
        HoldAsync(announcement, _ => throw new InvalidOperationException("There is no other question to this peer."));

    /// <param name="announcement">The first line, which says that it is ready.</param>
    /// <param name="answerAsync">Answers all questions but that for the usage.</param>
    public static async Task HoldAsync(string announcement, Func<string, Task<string>> answerAsync)
    {
        await Console.Out.WriteLineAsync(announcement);
        while (await Console.In.ReadLineAsync() is { } question)
        {
            await Console.Out.WriteLineAsync(question == UsageQuestion
                ? JsonSerializer.Serialize(Usage.Current, JsonSerializerOptions.Web)
                : await answerAsync(question));
        }
    }
}
