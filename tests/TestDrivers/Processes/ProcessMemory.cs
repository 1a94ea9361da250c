using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace TestDrivers;

/// <summary>Looks for bytes in the memory of processes.</summary>
internal static class ProcessMemory
{
    // A part of a number that is long enough to know it by, wherever a block of the memory ends.
    private const int Overlap = 4_096;
    private const int Block = 16 << 20;

    private static readonly string Program = Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "createdump");

    /// <summary>Why the memory of processes cannot be looked through here; <see langword="null"/> when it can.</summary>
    public static string? Unavailable =>
        OperatingSystem.IsLinux() && File.Exists(Program) ? null : "Processes are dumped by createdump, which the runtime has on Linux";

    /// <returns>A text as it stands in files and on the wire, and as .NET keeps it.</returns>
    public static IEnumerable<KeyValuePair<string, byte[]>> Text(string name, string text) =>
        [new($"{name}, UTF-8", Encoding.UTF8.GetBytes(text)), new($"{name}, UTF-16", Encoding.Unicode.GetBytes(text))];

    /// <summary>Dumps a process, and looks through all of it.</summary>
    /// <returns>The names of what was found.</returns>
    public static async Task<IReadOnlySet<string>> FindAsync(int processId, IReadOnlyDictionary<string, byte[]> sought)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "process.dmp");
        using var process = Process.Start(new ProcessStartInfo(Program, ["--full", "--name", path, $"{processId}"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = await Task.WhenAll(
            process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken),
            process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.ShouldBe(0, string.Concat(output));

        var found = new HashSet<string>();
        await using var dump = File.OpenRead(path);
        var block = new byte[Block];
        var kept = 0;
        int read;
        while ((read = await dump.ReadAsync(block.AsMemory(kept), TestContext.Current.CancellationToken)) > 0)
        {
            var content = block.AsMemory(0, kept + read);
            found.UnionWith(sought.Where(entry => content.Span.IndexOf(entry.Value) >= 0).Select(entry => entry.Key));
            kept = Math.Min(Overlap, content.Length);
            content[^kept..].CopyTo(block);
        }

        return found;
    }

    /// <summary>Looks through what this process can write to.</summary>
    /// <param name="inverted">
    /// What is sought, with each bit inverted. Otherwise it would find itself, as it is in the same memory.
    /// </param>
    /// <returns>The names of what was found.</returns>
    public static IReadOnlySet<string> FindHere(IReadOnlyDictionary<string, byte[]> inverted)
    {
        var found = new HashSet<string>();
        using var memory = File.OpenHandle("/proc/self/mem");
        var block = new byte[Block];
        foreach (var (start, end) in WritableRegions())
        {
            var kept = 0;
            for (var at = start; at < end && found.Count < inverted.Count;)
            {
                int read;
                try
                {
                    read = RandomAccess.Read(memory, block.AsSpan(kept, (int)Math.Min(Block - kept, end - at)), at);
                }
                catch (IOException)
                {
                    // The region is gone since it was listed, or may not be read.
                    break;
                }

                // Regions and what is kept are whole words.
                foreach (ref var word in MemoryMarshal.Cast<byte, ulong>(block.AsSpan(kept, read)))
                {
                    word = ~word;
                }

                var content = block.AsSpan(0, kept + read);
                foreach (var (name, bytes) in inverted)
                {
                    if (content.IndexOf(bytes) >= 0)
                    {
                        found.Add(name);
                    }
                }

                at += read;
                kept = Math.Min(Overlap, content.Length);
                content[^kept..].CopyTo(block);
            }
        }

        return found;
    }

    private static IEnumerable<(long Start, long End)> WritableRegions() =>
        from line in File.ReadAllLines("/proc/self/maps")
        let fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        where fields[1].StartsWith("rw", StringComparison.Ordinal)
        let ends = fields[0].Split('-')
        select (Address(ends[0]), Address(ends[1]));

    private static long Address(string text) => long.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
