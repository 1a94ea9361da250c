using System.Globalization;
using TestDrivers;

namespace Faults;

/// <summary>The functions in a process of their own, which can be killed as a machine's failure would, and started again.</summary>
internal sealed class Functions(string connectionString, Uri org) : IAsyncDisposable
{
    // Short, so that what a killed process held is delivered again within the run; each longer than the one before it.
    private static readonly string[] ShortTimes =
    [
        "Salesforce__AttemptTimeout=00:00:02",
        "Salesforce__Timeout=00:00:08",
        "Salesforce__RetryDelay=00:00:00.05",
        "Salesforce__RefusedLoginPause=00:00:01",
        "Queues__FirstRetryDelay=00:00:01",
        "Queues__LongestRetryDelay=00:00:04",
        "Salesforce__InvocationTimeout=00:00:10",
        "AzureFunctionsJobHost__functionTimeout=00:00:11",
        "Queues__AttemptLease=00:00:12",
    ];

    private const string QueueLease = "00:00:10";

    private readonly int _port = FreePort.Next();

    private LocalHostProcess? _process;

    /// <summary>App settings beside those of all runs.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>Is told what the process prints. Warnings of attempts that fail are expected, and nobody reads them else.</summary>
    public Action<string> OnLine { get; init; } = static _ => { };

    /// <summary>Where the functions are, in each of their lives.</summary>
    public Uri BaseUrl => new($"http://localhost:{_port}/api/");

    public bool HasExited => _process is { HasExited: true };

    public void Start() => _process = LocalHostProcess.Start(
        [
            "--no-pass", "--port", _port.ToString(CultureInfo.InvariantCulture), "--storage", connectionString, "--salesforce", org.ToString(), "--queue-lease", QueueLease,
            .. ShortTimes.Concat(Settings).SelectMany(setting => new[] { "--settings", setting }),
        ],
        OnLine);

    /// <summary>Ends the process at once (SIGKILL), with its worker: nothing of it runs on.</summary>
    public async Task KillAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
            _process = null;
        }
    }

    public ValueTask DisposeAsync() => new(KillAsync());
}
