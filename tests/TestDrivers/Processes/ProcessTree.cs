using System.Globalization;

namespace TestDrivers;

/// <summary>The processes of this machine, as Linux tells them in <c>/proc</c>.</summary>
internal static class ProcessTree
{
    /// <summary>The ids of the processes that a process has started and that run.</summary>
    public static IReadOnlyList<int> ChildrenOf(int id) => [.. from process in Read() where process.Value.Parent == id select process.Key];

    /// <summary>The ids of the processes that a process has started, those have started, and so on.</summary>
    public static IReadOnlyList<int> DescendantsOf(int id)
    {
        var processes = Read();
        return [.. processes.Keys.Where(process => IsBelow(process, id, processes))];
    }

    /// <summary>The most memory that a process and each of its descendants has held so far, in bytes.</summary>
    public static IReadOnlyList<long> PeakMemoryOf(int id)
    {
        var processes = Read();
        return
        [
            .. from process in processes
               where process.Key == id || IsBelow(process.Key, id, processes)
               where process.Value.PeakMemory is not null
               select process.Value.PeakMemory!.Value,
        ];
    }

    /// <summary>Whether a process runs: one that has ended and that nobody has waited for does not.</summary>
    public static bool IsRunning(int id) => ReadStatus($"/proc/{id}") is { HasEnded: false };

    private static bool IsBelow(int process, int id, Dictionary<int, Status> processes) =>
        processes.TryGetValue(process, out var status) && (status.Parent == id || IsBelow(status.Parent, id, processes));

    private static Dictionary<int, Status> Read() =>
        (from path in Directory.EnumerateDirectories("/proc")
         where int.TryParse(Path.GetFileName(path), out _)
         let status = ReadStatus(path)
         where status is not null
         select (Id: int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture), Status: status))
        .ToDictionary(process => process.Id, process => process.Status);

    private static Status? ReadStatus(string path)
    {
        try
        {
            var members = File.ReadLines(Path.Combine(path, "status"))
                .Select(line => line.Split([':', '\t', ' '], StringSplitOptions.RemoveEmptyEntries))
                .Where(parts => parts is ["PPid" or "State" or "VmHWM", ..])
                .ToDictionary(parts => parts[0], parts => parts[1]);
            return new Status(
                int.Parse(members["PPid"], CultureInfo.InvariantCulture),
                members["State"] is "Z" or "X",
                members.TryGetValue("VmHWM", out var kibibytes) ? 1_024 * long.Parse(kibibytes, CultureInfo.InvariantCulture) : null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended since it was found.
            return null;
        }
    }

    private sealed record Status(int Parent, bool HasEnded, long? PeakMemory);
}
