using System.Collections;
using System.Diagnostics;

namespace LocalHost;

/// <summary>A folder under tests/ with Node.js programs and, once installed, their npm packages.</summary>
internal sealed class NodePackage(params string[] path)
{
    private const int OldestNode = 20;

    private static readonly TimeSpan RunTimeout = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LockRetry = TimeSpan.FromMilliseconds(200);

    // Other environment variables can contain secrets, which these programs do not need.
    private static readonly HashSet<string> Passed = new(StringComparer.OrdinalIgnoreCase)
    {
        "APPDATA", "COMSPEC", "HOME", "LANG", "LOCALAPPDATA", "PATH", "PATHEXT", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "USERPROFILE",
    };

    // npm also needs its registry configuration.
    private static readonly string[] PassedToNpm = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "NODE_EXTRA_CA_CERTS", "NPM_CONFIG_"];

    private static readonly Dictionary<string, string> NoVariables = [];

    private static readonly Lazy<string?> Checked = new(Check);

    /// <summary>Why Node.js cannot be used; <see langword="null"/> if it can.</summary>
    public static string? Unavailable => Checked.Value;

    /// <summary>Whether the packages in package-lock.json are installed.</summary>
    public bool IsInstalled
    {
        get
        {
            var installed = new FileInfo(Path.Combine(Folder, "node_modules", ".package-lock.json"));
            return installed.Exists && installed.LastWriteTimeUtc >= File.GetLastWriteTimeUtc(Path.Combine(Folder, "package-lock.json"));
        }
    }

    private string Folder => Path.Combine([RepositoryRoot.Path, "tests", .. path]);

    /// <summary>Installs the packages in package-lock.json, unless they are installed.</summary>
    /// <exception cref="NodeException">Node.js is missing, or npm failed.</exception>
    public async Task InstallAsync(CancellationToken cancellationToken)
    {
        if (Unavailable is { } reason)
        {
            throw new NodeException(reason);
        }

        // Two processes must not install into the same folder at the same time.
        using var installing = await LockAsync(Path.Combine(Folder, "obj", "install.lock"), cancellationToken);
        if (!IsInstalled)
        {
            using var npm = Start("npm", ["ci", "--no-audit", "--no-fund"], NoVariables);
            var (exitCode, output) = await EndAsync(npm, cancellationToken);
            if (exitCode != 0)
            {
                throw new NodeException($"npm ci failed in {Folder}: {output.Trim()}");
            }
        }
    }

    /// <summary>Runs a Node.js program in the folder and waits for its end. It is killed if this process ends first.</summary>
    /// <returns>The exit code and the output.</returns>
    public async Task<(int ExitCode, string Output)> RunAsync(
        IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        // As a URL, which is what --import takes on every system.
        var tether = new Uri(Path.Combine(RepositoryRoot.Path, "tests", "LocalHost", "Node", "tether.mjs"));
        using var node = Start(["--import", tether.AbsoluteUri, .. arguments], environment);
        return await EndAsync(node, cancellationToken);
    }

    /// <summary>Starts a Node.js program in the folder, with redirected standard streams.</summary>
    public Process Start(IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment) =>
        Start("node", arguments, environment);

    private Process Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(Find(program)!, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            var name = (string)variable.Key;
            if (Passed.Contains(name)
                || (program == "npm" && Array.Exists(PassedToNpm, prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))))
            {
                start.Environment[name] = (string?)variable.Value;
            }
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    private static string? Check()
    {
        if (Find("node") is not { } node)
        {
            return "Node.js is not on the PATH";
        }

        if (Find("npm") is null)
        {
            return "npm is not on the PATH";
        }

        using var process = Process.Start(new ProcessStartInfo(node, "--version") { RedirectStandardOutput = true })!;
        var version = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return version.StartsWith('v') && int.TryParse(version.AsSpan(1, Math.Max(version.IndexOf('.', StringComparison.Ordinal) - 1, 0)), out var major) && major >= OldestNode
            ? null
            : $"Node.js {version} is too old, {OldestNode} or later is needed";
    }

    private static async Task<(int ExitCode, string Output)> EndAsync(Process process, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(RunTimeout);
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

    private static string? Find(string program)
    {
        string[] names = OperatingSystem.IsWindows() ? [$"{program}.exe", $"{program}.cmd"] : [program];
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .SelectMany(folder => names.Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);
    }
}
