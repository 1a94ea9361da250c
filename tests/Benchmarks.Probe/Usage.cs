using System.Runtime;

namespace Benchmarks.Probe;

/// <summary>What a process has used so far, by what only the process itself knows.</summary>
/// <param name="AllocatedBytes">Of managed memory, since the start; <see langword="null"/> where it is not counted.</param>
/// <param name="HeapBytes">Of managed memory, in use now.</param>
/// <param name="CompiledMethods">Since the start, each as often as it was compiled: what grows still is not warm yet.</param>
internal sealed record Usage(long? AllocatedBytes, long HeapBytes, long? CompiledMethods)
{
    /// <summary>The environment variable that names the pipe on which a process with the probe answers.</summary>
    public const string PipeVariable = "BENCHMARKS_PROBE";

    public static Usage Current => new(
        GC.GetTotalAllocatedBytes(precise: true), GC.GetTotalMemory(forceFullCollection: false), JitInfo.GetCompiledMethodCount());
}
