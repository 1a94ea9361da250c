using System.Collections;
using System.Diagnostics;

namespace Connector.Tests;

/// <summary>Runs what tests/ProcessEngine holds: programs of others, on Node.js.</summary>
internal static class Node
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LockRetry = TimeSpan.FromMilliseconds(200);

    // All else may hold secrets, which are none of these programs' business.
    private static readonly HashSet<string> Passed = new(StringComparer.OrdinalIgnoreCase)
    {
        "APPDATA", "COMSPEC", "HOME", "LANG", "LOCALAPPDATA", "PATH", "PATHEXT", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "USERPROFILE",
    };

    // npm also needs to know where its packages are.
    private static readonly string[] PassedToNpm = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "NODE_EXTRA_CA_CERTS", "NPM_CONFIG_"];

    /// <summary>Why Node.js cannot be used here; <see langword="null"/> when it can.</summary>
    public static string? Unavailable => Find("node") is null ? "Node.js is not on the PATH" : Find("npm") is null ? "npm is not on the PATH" : null;

    private static string Folder
    {
        get
        {
            var at = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(at.FullName, "Connector.sln")))
            {
                at = at.Parent ?? throw new DirectoryNotFoundException($"There is no Connector.sln above {AppContext.BaseDirectory}.");
            }

            return Path.Combine(at.FullName, "tests", "ProcessEngine");
        }
    }

    /// <summary>Installs what is missing, then runs test files with Node's own runner.</summary>
    /// <returns>The exit code, and all that was printed.</returns>
    public static async Task<(int ExitCode, string Output)> RunTestsAsync(
        string file, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        await InstallAsync(cancellationToken);
        return await RunAsync("node", ["--test", file], environment, isNpm: false, cancellationToken);
    }

    private static async Task InstallAsync(CancellationToken cancellationToken)
    {
        // Two test runs at the same time must not install into the same folder.
        using var installing = await LockAsync(Path.Combine(Folder, "obj", "install.lock"), cancellationToken);
        var installed = new FileInfo(Path.Combine(Folder, "node_modules", ".package-lock.json"));
        if (installed.Exists && installed.LastWriteTimeUtc >= File.GetLastWriteTimeUtc(Path.Combine(Folder, "package-lock.json")))
        {
            return;
        }

        var (exitCode, output) = await RunAsync("npm", ["ci", "--no-audit", "--no-fund"], new Dictionary<string, string>(), isNpm: true, cancellationToken);
        exitCode.ShouldBe(0, $"npm ci failed:\n{output}");
    }

    private static async Task<FileStream> LockAsync(string path, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await Task.Delay(LockRetry, TimeProvider.System, cancellationToken);
            }
        }
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(
        string program, string[] arguments, IReadOnlyDictionary<string, string> environment, bool isNpm, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Find(program)!, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            var name = (string)variable.Key;
            if (Passed.Contains(name) || (isNpm && Array.Exists(PassedToNpm, prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))))
            {
                start.Environment[name] = (string?)variable.Value;
            }
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeout);
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
            var errors = process.StandardError.ReadToEndAsync(timeout.Token);
            await process.WaitForExitAsync(timeout.Token);
            return (process.ExitCode, await output + await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static string? Find(string program)
    {
        string[] names = OperatingSystem.IsWindows() ? [$"{program}.exe", $"{program}.cmd"] : [program];
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .SelectMany(folder => names.Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);
    }
}
