using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading.Channels;

namespace Connector.Tests.Drivers;

/// <summary>The local host's command in a process of its own, which can be killed.</summary>
internal sealed class LocalHostProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly Lock _lock = new();
    private readonly StringBuilder _output = new();
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    private LocalHostProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.ErrorDataReceived += (_, line) => Read(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>All that it has printed, errors too.</summary>
    public string Output
    {
        get
        {
            lock (_lock)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>The most memory that it and each process that it started has held so far, in bytes, as Linux tells it.</summary>
    public IReadOnlyList<long> PeakMemory()
    {
        var parents = Directory.EnumerateDirectories("/proc")
            .Where(path => int.TryParse(Path.GetFileName(path), out _))
            .Select(path => (Id: int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture), Status: ReadStatus(path)))
            .Where(process => process.Status.Count > 0)
            .ToDictionary(process => process.Id, process => process.Status);
        return
        [
            .. from process in parents
               where IsInTree(process.Key) && process.Value.TryGetValue("VmHWM", out _)
               select process.Value["VmHWM"] * 1_024,
        ];

        bool IsInTree(int id) =>
            id == _process.Id || (parents.TryGetValue(id, out var status) && status["PPid"] is > 0 and var parent && IsInTree((int)parent));
    }

    // What a process that has just ended leaves unread.
    private static Dictionary<string, long> ReadStatus(string path)
    {
        try
        {
            return File.ReadLines(Path.Combine(path, "status"))
                .Select(line => line.Split([':', '\t', ' '], StringSplitOptions.RemoveEmptyEntries))
                .Where(parts => parts is ["PPid" or "VmHWM", ..])
                .ToDictionary(parts => parts[0], parts => long.Parse(parts[1], CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    public static LocalHostProcess Start(params string[] arguments) => Start(new Dictionary<string, string>(), arguments);

    /// <param name="environment">Variables that are other than this process's.</param>
    public static LocalHostProcess Start(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        // The program of the runtime that this test runs on, as PATH may be one of the variables.
        var dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));
        var start = new ProcessStartInfo(dotnet, [Path.Combine(AppContext.BaseDirectory, "LocalHost.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new LocalHostProcess(Process.Start(start)!);
    }

    /// <summary>Waits for the next line that starts so.</summary>
    public async Task<string> LineAsync(string start)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            await foreach (var line in _lines.Reader.ReadAllAsync(patience.Token))
            {
                if (line.StartsWith(start, StringComparison.Ordinal))
                {
                    return line;
                }
            }
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            // Told below, with what was printed.
        }

        throw new InvalidOperationException($"No line begins with '{start}':\n{Output}");
    }

    /// <summary>The ids of the processes that it has started and that run.</summary>
    public IReadOnlyList<int> Children() =>
    [
        .. from folder in Directory.EnumerateDirectories("/proc")
           let name = Path.GetFileName(folder)
           where int.TryParse(name, out _)
           let parent = ParentOf(name)
           where parent == _process.Id
           select int.Parse(name, System.Globalization.CultureInfo.InvariantCulture),
    ];

    /// <summary>Asks it to end, by SIGTERM.</summary>
    public async Task TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Ends it as a crash does: at once, and no other process with it.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Waits until it ends by itself.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TimeProvider.System);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static int ParentOf(string process)
    {
        try
        {
            // "pid (name) state parent ...", where the name may have spaces and parentheses itself.
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            // It has ended since it was found.
            return 0;
        }
    }

    private void Read(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_lock)
        {
            _output.AppendLine(line);
        }

        _lines.Writer.TryWrite(line);
    }
}
