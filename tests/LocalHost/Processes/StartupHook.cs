using System.Diagnostics;
#pragma warning disable CA1050 // Types in namespaces: the runtime looks for a startup hook of just this name.

/// <summary>Runs in a process before its program, and ends it with the process that started it: see <see cref="LocalHost.Tether"/>.</summary>
/// <remarks>
/// A worker outlives a host that was killed, on Azure too, where both then end with their sandbox. Here a worker that was
/// left behind would poll a port that the next run may get.
/// </remarks>
internal static class StartupHook
{
    public const string TetherVariable = "LOCALHOST_TETHER";

    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(TetherVariable) is null)
        {
            return;
        }

        // Neither is for processes that the program starts itself.
        Environment.SetEnvironmentVariable(TetherVariable, null);
        Environment.SetEnvironmentVariable("DOTNET_STARTUP_HOOKS", null);
        new Thread(EndWithStandardInput) { IsBackground = true, Name = "Tether" }.Start();
    }

    private static void EndWithStandardInput()
    {
        using var input = Console.OpenStandardInput();
        var buffer = new byte[64];
        while (input.Read(buffer) > 0)
        {
            // Nothing is said there.
        }

        Process.GetCurrentProcess().Kill();
    }
}
