using System.Runtime.InteropServices;

namespace LocalHost;

internal static class DotnetPath
{
    /// <summary>The program of the runtime that runs here, as PATH may have none or another one.</summary>
    public static string Value { get; } = Path.GetFullPath(Path.Combine(
        RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
}
