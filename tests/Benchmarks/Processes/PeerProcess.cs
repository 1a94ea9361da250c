using System.Diagnostics;
using System.Text.Json;
using Benchmarks.Peers;
using Benchmarks.Probe;
using LocalHost;

namespace Benchmarks.Processes;

/// <summary>A program that is measured, or measured against, in a process of its own.</summary>
internal sealed class PeerProcess : IMeasuredProcess, IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromMinutes(2);
    private static readonly NodePackage Node = new("Benchmarks", "jsforce");

    private readonly Process _process;
    private readonly Task<string> _errors;

    private PeerProcess(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>The first line it printed: where it listens.</summary>
    public string Announcement { get; private set; } = "";

    public Uri Url => new(Announcement);

    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Starts a peer of Benchmarks.Peers, which lies beside this program.</summary>
    public static Task<PeerProcess> StartAsync(params string[] arguments) => StartAsync(new Dictionary<string, string>(), arguments);

    /// <inheritdoc cref="StartAsync(string[])"/>
    /// <param name="environment">Variables that are other than this process's.</param>
    public static Task<PeerProcess> StartAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Benchmarks.Peers.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            WorkingDirectory = AppContext.BaseDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return WaitAsync(Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start."));
    }

    /// <summary>Starts the handler on jsforce.</summary>
    /// <exception cref="NodeException">There is no Node.js, or npm could not install jsforce.</exception>
    public static async Task<PeerProcess> StartJsforceAsync(Uri org, CancellationToken cancellationToken)
    {
        await Node.InstallAsync(cancellationToken);
        return await WaitAsync(Node.Start(
            ["handler.mjs", org.GetLeftPart(UriPartial.Authority)],
            new Dictionary<string, string>
            {
                ["CLIENT_ID"] = Sample.ClientId,
                ["CLIENT_SECRET"] = Sample.ClientSecret,
                ["NODE_ENV"] = "production",
            }));
    }

    /// <summary>Asks it something by a line, which it answers with one.</summary>
    public async Task<T> AskAsync<T>(string question)
    {
        await _process.StandardInput.WriteLineAsync(question);
        var answer = await _process.StandardOutput.ReadLineAsync().WaitAsync(AnswerTimeout, TimeProvider.System) ?? throw await EndedAsync();
        return JsonSerializer.Deserialize<T>(answer, JsonSerializerOptions.Web)!;
    }

    public Task<Usage> AskForUsageAsync() => AskAsync<Usage>(Conversation.UsageQuestion);

    public ValueTask DisposeAsync() => new(_process.EndAsync());

    private static async Task<PeerProcess> WaitAsync(Process process)
    {
        var peer = new PeerProcess(process);
        peer.Announcement = await process.StandardOutput.ReadLineAsync().WaitAsync(StartTimeout, TimeProvider.System) ?? throw await peer.EndedAsync();
        return peer;
    }

    private async Task<InvalidOperationException> EndedAsync() =>
        new($"{_process.StartInfo.FileName} {string.Join(' ', _process.StartInfo.ArgumentList)} ended: {(await _errors).Trim()}");
}
