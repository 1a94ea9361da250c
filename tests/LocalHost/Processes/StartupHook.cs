using System.Diagnostics;
#pragma warning disable CA1050 // Types in namespaces: the runtime requires this name, without a namespace.

/// <summary>Ends a process together with the process that started it; see <see cref="LocalHost.Tether"/>.</summary>
/// <remarks>
/// A worker survives a killed host. On Azure, both end with their sandbox. Here, an orphaned worker would keep connecting
/// to a port that the next run may get.
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

        // Child processes of the program must not inherit these.
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
            // Standard input carries no data; only its end matters.
        }

        Process.GetCurrentProcess().Kill();
    }
}
