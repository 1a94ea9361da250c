using System.Diagnostics;
using System.Text;

namespace LocalHost;

/// <summary>The app in a process, as the Functions host starts it: <c>dotnet SalesforceConnector.dll</c> in its own folder.</summary>
/// <remarks>The process ends when this process ends or is killed.</remarks>
internal sealed class WorkerProcess : IWorker
{
    private const int MaxLastWords = 30;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly Queue<string> _lastWords = new();

    private WorkerProcess(Process process)
    {
        _process = process;
        Ended = process.WaitForExitAsync();
    }

    public Uri? HttpUri => null;

    public Task Ended { get; }

    public string LastWords
    {
        get
        {
            lock (_lastWords)
            {
                return string.Join('\n', _lastWords);
            }
        }
    }

    /// <summary>Creates the function that starts an app.</summary>
    /// <param name="folder">The output of a build or a publish, with <c>worker.config.json</c>.</param>
    /// <param name="onLine">Receives the app's console output, which does not include its log.</param>
    /// <param name="onStart">Receives the process.</param>
    public static StartWorker In(string folder, Action<string> onLine, Action<Process>? onStart = null) =>
        (gateway, workerId, settings, _) => Task.FromResult<IWorker>(Start(folder, gateway, workerId, settings, onLine, onStart));

    private static WorkerProcess Start(
        string folder,
        Uri gateway,
        string workerId,
        IReadOnlyDictionary<string, string?> settings,
        Action<string> onLine,
        Action<Process>? onStart)
    {
        var start = new ProcessStartInfo(DotnetPath.Value)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        string[] arguments =
        [
            WorkerConfig.PathOfApp(folder),
            "--functions-uri", gateway.AbsoluteUri,
            "--functions-worker-id", workerId,
            "--functions-request-id", Guid.NewGuid().ToString(),
            "--functions-grpc-max-message-length", int.MaxValue.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.EndWithThisProcess();
        start.Environment["FUNCTIONS_APPLICATION_DIRECTORY"] = folder;
        start.Environment["FUNCTIONS_WORKER_RUNTIME"] = "dotnet-isolated";
        // Watching a large folder for settings changes delays the start by seconds, and the settings do not change.
        start.Environment["DOTNET_hostBuilder__reloadConfigOnChange"] = "false";
        start.Environment["ASPNETCORE_HOSTINGSTARTUPASSEMBLIES"] = typeof(WorkerProcess).Assembly.GetName().Name;
        foreach (var (name, value) in settings)
        {
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        var process = Process.Start(start) ?? throw new FunctionsHostException($"{start.FileName} did not start.");
        var worker = new WorkerProcess(process);
        process.OutputDataReceived += (_, line) => worker.Hear(line.Data, onLine);
        process.ErrorDataReceived += (_, line) => worker.Hear(line.Data, onLine);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        onStart?.Invoke(process);
        return worker;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (!_process.HasExited)
            {
                _process.Kill(entireProcessTree: true);
            }

            await Ended.WaitAsync(Patience, TimeProvider.System);
        }
        finally
        {
            _process.Dispose();
        }
    }

    private void Hear(string? line, Action<string> onLine)
    {
        if (line is null)
        {
            return;
        }

        lock (_lastWords)
        {
            _lastWords.Enqueue(line);
            if (_lastWords.Count > MaxLastWords)
            {
                _lastWords.Dequeue();
            }
        }

        onLine(line);
    }
}
