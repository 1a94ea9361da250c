using System.Runtime.InteropServices;

namespace LocalHost;

internal static class DotnetPath
{
    /// <summary>The dotnet executable of the current runtime. PATH may contain none or another one.</summary>
    public static string Value { get; } = Path.GetFullPath(Path.Combine(
        RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
}
