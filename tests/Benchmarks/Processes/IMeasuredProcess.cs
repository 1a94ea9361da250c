using Benchmarks.Probe;

namespace Benchmarks.Processes;

/// <summary>A process that is measured, or measured against.</summary>
internal interface IMeasuredProcess
{
    /// <summary>The processor time that it has taken so far.</summary>
    TimeSpan ProcessorTime { get; }

    /// <summary>The memory that it has in use, as the operating system counts it.</summary>
    long ResidentBytes { get; }

    Task<Usage> AskForUsageAsync();
}
