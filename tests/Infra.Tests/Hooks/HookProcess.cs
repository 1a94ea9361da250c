using System.Diagnostics;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;

namespace Infra.Tests.Hooks;

/// <summary>A hook run as azd runs it: by its shell, with the values of the azd environment as variables.</summary>
internal sealed partial class HookProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly string PowerShell = typeof(HookProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(metadata => metadata.Key == "PowerShell").Value!;

    // PowerShell asks its terminal where the cursor is, and waits for the answer.
    private const string CursorQuestion = "\e[6n";
    private const string CursorAnswer = "\e[1;1R";

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly SemaphoreSlim _heard = new(0);
    private readonly Task _hearing;

    private HookProcess(Process process)
    {
        _process = process;
        _hearing = Task.WhenAll(HearAsync(process.StandardOutput), HearAsync(process.StandardError));
    }

    /// <summary>Why hooks cannot be run here; <see langword="null"/> when they can.</summary>
    public static string? Unavailable => OperatingSystem.IsLinux() ? null : "The hooks are run on Linux only, where a terminal can be had for them";

    /// <summary>What was printed, without what moves a terminal's cursor and colours its text.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return Escape().Replace(_output.ToString(), "").Replace("\r", "", StringComparison.Ordinal);
            }
        }
    }

    /// <param name="hook">The file under infra/hooks.</param>
    /// <param name="terminal">Whether standard input is a terminal.</param>
    public static HookProcess Start(string hook, StandIn standIn, IReadOnlyDictionary<string, string> environment, bool terminal = false)
    {
        Assert.SkipWhen(Unavailable is not null, Unavailable ?? "");
        var path = Repository.PathOf($"infra/hooks/{hook}");
        string[] command = hook.EndsWith(".ps1", StringComparison.Ordinal) ? ["dotnet", PowerShell, "-NoProfile", "-File", path] : ["sh", path];
        // "script" gives the command a terminal, and passes on what is typed and printed.
        var start = terminal
            ? new ProcessStartInfo("script", ["--quiet", "--return", "--echo", "never", "--command", string.Join(' ', command), "/dev/null"])
            : new ProcessStartInfo(command[0], command[1..]);
        // azd runs hooks in the project's folder.
        start.WorkingDirectory = standIn.Folder;
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.Environment["PATH"] = standIn.SearchPath;
        start.Environment["STAND_IN"] = standIn.Folder;
        start.Environment["HOOK_PAUSE_SECONDS"] = "0";
        start.Environment["HOOK_ATTEMPTS"] = "3";
        start.Environment["POWERSHELL_TELEMETRY_OPTOUT"] = "1";
        start.Environment["TERM"] = "dumb";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        if (!terminal)
        {
            process.StandardInput.Close();
        }

        return new HookProcess(process);
    }

    /// <summary>Waits until that is printed, and types a line and Enter.</summary>
    public async Task AnswerAsync(string prompt, string line)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        while (!Output.Contains(prompt, StringComparison.Ordinal))
        {
            await _heard.WaitAsync(patience.Token);
        }

        await _process.StandardInput.WriteAsync(line + "\r");
        await _process.StandardInput.FlushAsync(patience.Token);
    }

    /// <returns>Its exit code, and all that it printed.</returns>
    public async Task<(int ExitCode, string Output)> EndAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        await _process.WaitForExitAsync(patience.Token);
        await _hearing.WaitAsync(patience.Token);
        return (_process.ExitCode, Output);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
        _heard.Dispose();
    }

    private async Task HearAsync(StreamReader reader)
    {
        var buffer = new char[1024];
        while (await reader.ReadAsync(buffer) is > 0 and var read)
        {
            var text = new string(buffer, 0, read);
            lock (_output)
            {
                _output.Append(text);
            }

            for (var at = text.IndexOf(CursorQuestion, StringComparison.Ordinal); at >= 0; at = text.IndexOf(CursorQuestion, at + 1, StringComparison.Ordinal))
            {
                await _process.StandardInput.WriteAsync(CursorAnswer);
                await _process.StandardInput.FlushAsync();
            }

            _heard.Release();
        }
    }

    [GeneratedRegex(@"\x1B\[[0-9;?]*[A-Za-z]")]
    private static partial Regex Escape();
}
