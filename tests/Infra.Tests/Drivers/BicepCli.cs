using System.Diagnostics;
using System.Reflection;

namespace Infra.Tests.Drivers;

/// <summary>The Bicep compiler, as restored with the packages of this project.</summary>
internal static class BicepCli
{
    private static readonly string? Tool = typeof(BicepCli).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .SingleOrDefault(metadata => metadata.Key == "Bicep")?.Value;

    /// <summary>Why there is no compiler here; <see langword="null"/> when there is one.</summary>
    public static string? Unavailable =>
        Tool is null ? "The Bicep compiler comes by NuGet for Linux on x64 only; the deployment is not checked on this machine"
        : File.Exists(Tool) ? null
        : $"The Bicep compiler is not at {Tool}";

    public static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Tool!, arguments)
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // It is one file, which unpacks itself; HOME, where it would do so, need not be writable.
        start.Environment["DOTNET_BUNDLE_EXTRACT_BASE_DIR"] = Path.Combine(AppContext.BaseDirectory, "bicep");
        return Process.Start(start)!;
    }

    /// <returns>The exit code, and all that was printed, errors first.</returns>
    public static async Task<(int ExitCode, string Output)> RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        using var process = Start(arguments);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, await errors + await output);
    }
}
