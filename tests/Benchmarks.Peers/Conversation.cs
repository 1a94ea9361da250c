using System.Runtime;
using System.Text.Json;

namespace Benchmarks.Peers;

/// <summary>
/// How a peer talks with who started it: it says where it listens, answers each line with one, and ends when its input
/// does, however the other process ended.
/// </summary>
internal static class Conversation
{
    /// <summary>Asks for a <see cref="Usage"/>; every peer answers it.</summary>
    public const string UsageQuestion = "usage";

    public static Task HoldAsync(Uri url) =>
        HoldAsync(url.AbsoluteUri, _ => throw new InvalidOperationException("There is no other question to this peer."));

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

/// <summary>What a process has used so far, by what only the process itself knows.</summary>
/// <param name="AllocatedBytes">Of managed memory, since the start; <see langword="null"/> where it is not counted.</param>
/// <param name="HeapBytes">Of managed memory, in use now.</param>
/// <param name="CompiledMethods">Since the start, each as often as it was compiled: what grows still is not warm yet.</param>
internal sealed record Usage(long? AllocatedBytes, long HeapBytes, long? CompiledMethods)
{
    public static Usage Current => new(
        GC.GetTotalAllocatedBytes(precise: true), GC.GetTotalMemory(forceFullCollection: false), JitInfo.GetCompiledMethodCount());
}
