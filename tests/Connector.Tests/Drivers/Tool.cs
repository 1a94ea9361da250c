using System.Diagnostics;

namespace Connector.Tests.Drivers;

/// <summary>A program of the machine that a test runs to its end.</summary>
internal static class Tool
{
    /// <summary>Runs it, and fails the test if it does not end with exit code 0.</summary>
    public static async Task<(string Output, string Errors)> RunAsync(
        string program, IEnumerable<string> arguments, string folder, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.ShouldBe(0, $"{program} {string.Join(' ', start.ArgumentList)}: {await output}{await errors}");
        return (await output, await errors);
    }
}
