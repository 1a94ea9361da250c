using System.Diagnostics;
using System.IO.Pipes;
using System.Text.Json;
using Benchmarks.Peers;
using Benchmarks.Probe;

namespace Benchmarks.Processes;

/// <summary>The worker of a function app. Its host is a process of its own, and is measured apart.</summary>
internal sealed class AppProcess : IMeasuredProcess, IAsyncDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(30);

    private readonly Process _worker;
    private readonly NamedPipeClientStream _probe;
    private readonly StreamReader _answers;
    private readonly StreamWriter _questions;

    private AppProcess(PeerProcess host, Uri url, Process worker, NamedPipeClientStream probe)
    {
        (Host, Url, _worker, _probe) = (host, url, worker, probe);
        _answers = new StreamReader(probe, leaveOpen: true);
        _questions = new StreamWriter(probe, leaveOpen: true) { AutoFlush = true };
    }

    public PeerProcess Host { get; }

    /// <summary>Where the host listens.</summary>
    public Uri Url { get; }

    public TimeSpan ProcessorTime
    {
        get
        {
            _worker.Refresh();
            return _worker.TotalProcessorTime;
        }
    }

    public long ResidentBytes
    {
        get
        {
            _worker.Refresh();
            return _worker.WorkingSet64;
        }
    }

    public static async Task<AppProcess> StartAsync(HostedAppOptions options, CancellationToken cancellationToken)
    {
        var pipe = $"benchmarks-{Guid.NewGuid():N}";
        var host = await PeerProcess.StartAsync("app", JsonSerializer.Serialize(options with { Probe = pipe }));
        var probe = new NamedPipeClientStream(".", pipe, PipeDirection.InOut, PipeOptions.Asynchronous);
        try
        {
            var announcement = JsonSerializer.Deserialize<HostedApp.Announcement>(host.Announcement)!;
            await probe.ConnectAsync(ConnectTimeout, cancellationToken);
            return new AppProcess(host, announcement.Url, Process.GetProcessById(announcement.WorkerId), probe);
        }
        catch
        {
            await probe.DisposeAsync();
            await host.DisposeAsync();
            throw;
        }
    }

    public async Task<Usage> AskForUsageAsync()
    {
        await _questions.WriteLineAsync("usage");
        var answer = await _answers.ReadLineAsync() ?? throw new InvalidOperationException("The worker has ended.");
        return JsonSerializer.Deserialize<Usage>(answer, JsonSerializerOptions.Web)!;
    }

    public async ValueTask DisposeAsync()
    {
        _answers.Dispose();
        await _questions.DisposeAsync();
        await _probe.DisposeAsync();
        await Host.DisposeAsync();
        _worker.Dispose();
    }
}
