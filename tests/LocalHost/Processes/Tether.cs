using System.Diagnostics;

namespace LocalHost;

internal static class Tether
{
    /// <summary>
    /// Makes a .NET program end with the process that starts it, even if that is killed: <see cref="StartupHook"/> kills the
    /// program when its standard input closes. The program must not read its standard input itself.
    /// </summary>
    public static void EndWithThisProcess(this ProcessStartInfo start)
    {
        start.RedirectStandardInput = true;
        start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(Tether).Assembly.Location;
        start.Environment[StartupHook.TetherVariable] = "1";
    }
}
