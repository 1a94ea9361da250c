using System.Diagnostics;
using System.Text;
using System.Threading.Channels;
using LocalHost;

namespace TestDrivers;

/// <summary>The local host's command in a process of its own, which can be killed. It ends with this process at the latest.</summary>
internal sealed class LocalHostProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly Action<string>? _onLine;
    private readonly Lock _lock = new();
    private readonly StringBuilder _output = new();
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    private LocalHostProcess(Process process, Action<string>? onLine)
    {
        (_process, _onLine) = (process, onLine);
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.ErrorDataReceived += (_, line) => Read(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>All that it has printed, errors too; nothing where each line is told.</summary>
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

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public static LocalHostProcess Start(params string[] arguments) => Start(new Dictionary<string, string>(), arguments);

    /// <param name="environment">Variables that are other than this process's.</param>
    public static LocalHostProcess Start(IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        Start(arguments, environment, null);

    /// <param name="onLine">Is told each line that the process prints, which is not kept then.</param>
    public static LocalHostProcess Start(IEnumerable<string> arguments, Action<string> onLine) =>
        Start(arguments, new Dictionary<string, string>(), onLine);

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

    /// <summary>Ends it at once, with all processes that it has started.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static LocalHostProcess Start(IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, Action<string>? onLine)
    {
        var start = new ProcessStartInfo(DotnetPath.Value, [Path.Combine(AppContext.BaseDirectory, "LocalHost.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.EndWithThisProcess();
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new LocalHostProcess(Process.Start(start)!, onLine);
    }

    private void Read(string? line)
    {
        if (line is null)
        {
            return;
        }

        if (_onLine is not null)
        {
            _onLine(line);
            return;
        }

        lock (_lock)
        {
            _output.AppendLine(line);
        }

        _lines.Writer.TryWrite(line);
    }
}
