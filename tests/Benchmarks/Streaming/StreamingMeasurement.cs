using Benchmarks.Http;
using Benchmarks.Peers;
using Benchmarks.Processes;

namespace Benchmarks.Streaming;

/// <summary>One large reply through the connector: how long it takes, and how much the worker grows by it.</summary>
internal sealed class StreamingMeasurement(Apps apps, int rounds, TextWriter output)
{
    private const int WarmUpCalls = 500;
    private const int BufferBytes = 64 << 10;
    private const double MiB = 1 << 20;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var folder = await apps.ConnectorAsync(cancellationToken);
        await using var org = await PeerProcess.StartAsync("org");
        await using var proxy = await PeerProcess.StartAsync("proxy", org.Announcement);
        await using var connector = await AppProcess.StartAsync(new HostedAppOptions(folder, org.Url), cancellationToken);
        Target[] targets =
        [
            Target.Of("direct", org, Request.Salesforces),
            Target.Of("bare proxy", proxy, Request.Salesforces),
            Target.Of("connector", connector, Request.Payload),
        ];

        // What the process needs for any call at all is not the large reply's doing.
        using var load = new Load();
        foreach (var target in targets)
        {
            await load.RunAsync(target, Operation.GetRecord, clients: 8, WarmUpCalls, TimeSpan.FromSeconds(10), cancellationToken);
        }

        var passes = targets.ToDictionary(target => target.Name, _ => new List<Pass>());
        for (var round = 0; round < rounds; round++)
        {
            foreach (var target in targets)
            {
                passes[target.Name].Add(await PassAsync(target, cancellationToken));
            }
        }

        var table = new Table("large reply through", "MB/s", "time of direct", "resident MiB", "grows by MiB", "managed MiB at most");
        foreach (var target in targets)
        {
            var own = passes[target.Name];
            table.Add(
                target.Name,
                Table.Number(own.Select(pass => pass.Bytes / 1e6 / pass.Elapsed.TotalSeconds).Median()),
                Table.Number(own.Zip(passes["direct"], (pass, direct) => pass.Elapsed / direct.Elapsed).Median(), 2),
                Table.Number(own[0].ResidentBefore / MiB, 1),
                Table.Number((own.Max(pass => pass.ResidentAtMost) - own[0].ResidentBefore) / MiB, 1),
                Table.Number(own.Max(pass => pass.HeapAtMost) / MiB, 1));
        }

        await table.PrintAsync(output);
        var conclusions = new Table("large reply", "measured", "wanted");
        conclusions.Add(
            $"{Table.Number(Sample.LargeReplyBytes / 1e6)} MB, {rounds} times: growth of the worker",
            $"{Table.Number((passes["connector"].Max(pass => pass.ResidentAtMost) - passes["connector"][0].ResidentBefore) / MiB, 1)} MiB",
            "16 MiB at most");
        await conclusions.PrintAsync(output);
    }

    private static async Task<Pass> PassAsync(Target target, CancellationToken cancellationToken)
    {
        var before = target.Process.ResidentBytes;
        using var ended = new CancellationTokenSource();
        var watching = WatchAsync(target.Process, ended.Token);
        var started = TimeProvider.System.GetTimestamp();
        var bytes = await ReadAsync(target, cancellationToken);
        var elapsed = TimeProvider.System.GetElapsedTime(started);
        await ended.CancelAsync();
        var (resident, heap) = await watching;
        return bytes >= Sample.LargeReplyBytes
            ? new Pass(bytes, elapsed, before, Math.Max(before, resident), heap)
            : throw new InvalidDataException($"{target.Name} passed {bytes} bytes of {Sample.LargeReplyBytes}.");
    }

    private static async Task<long> ReadAsync(Target target, CancellationToken cancellationToken)
    {
        using var http = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false });
        using var request = target.NewRequest(Operation.Query);
        using var response = await http.SendAsync(request, cancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[BufferBytes];
        long bytes = 0;
        while (await body.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            bytes += read;
        }

        return bytes;
    }

    private static async Task<(long Resident, long Heap)> WatchAsync(IMeasuredProcess process, CancellationToken ended)
    {
        var (resident, heap) = (0L, 0L);
        while (!ended.IsCancellationRequested)
        {
            heap = Math.Max(heap, (await process.AskForUsageAsync()).HeapBytes);
            resident = Math.Max(resident, process.ResidentBytes);
            await Task.Delay(Look, TimeProvider.System, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return (resident, heap);
    }

    /// <summary>One large reply, and the most memory that was seen meanwhile.</summary>
    private sealed record Pass(long Bytes, TimeSpan Elapsed, long ResidentBefore, long ResidentAtMost, long HeapAtMost);
}
