using Benchmarks.Http;
using Benchmarks.Peers;
using Benchmarks.Processes;
using LocalHost;

namespace Benchmarks.Streaming;

/// <summary>Large replies through the connector: how long they take, and how much the worker grows by them.</summary>
internal sealed class StreamingMeasurement(Apps apps, int rounds, TextWriter output)
{
    private const int WarmUpCalls = 500;
    private const int WarmUpReplies = 200;
    private const int BufferBytes = 64 << 10;
    private const double MiB = 1 << 20;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);
    private static readonly string Large = $"{Table.Number(Sample.LargeReplyBytes / 1e6)} MB";
    private static readonly string Whole = $"{Sample.PagedRecords} records";

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var folder = await apps.ConnectorAsync(cancellationToken);
        var environment = new Dictionary<string, string> { [FirstGeneration.Variable] = FirstGeneration.Size };
        await using var org = await PeerProcess.StartAsync(environment, "org");
        await using var proxy = await PeerProcess.StartAsync(environment, "proxy", org.Announcement);
        await using var connector = await AppProcess.StartAsync(new HostedAppOptions(folder, org.Url) { Settings = environment }, cancellationToken);
        Target[] targets =
        [
            Target.Of("direct", org, Request.Salesforces),
            Target.Of("bare proxy", proxy, Request.Salesforces),
            Target.Of("connector", connector, Request.Payload),
        ];

        // What the process needs for any call at all, and for its compiler to be done with the code that such a reply passes
        // through, is not the large reply's doing.
        using var load = new Load();
        foreach (var target in targets)
        {
            await load.RunAsync(target, Operation.GetRecord, clients: 8, WarmUpCalls, TimeSpan.FromSeconds(10), cancellationToken);
            for (var reply = 0; reply < WarmUpReplies; reply++)
            {
                await PassAsync(new Passage("", target, Operation.LimitedQuery, Sample.LimitedReplyBytes), cancellationToken);
            }
        }

        Passage[] passages =
        [
            .. targets.Select(target => new Passage(Large, target, Operation.Query, Sample.LargeReplyBytes)),
            new(Whole, targets[^1], Operation.WholeResult, (long)Sample.PagedRecords * Sample.Lead.Length),
        ];
        // One kind after the other: what the worker keeps for the one is not the other's growth.
        foreach (var kind in passages.GroupBy(passage => passage.Name))
        {
            for (var round = 0; round < rounds; round++)
            {
                foreach (var passage in kind)
                {
                    passage.Passes.Add(await PassAsync(passage, cancellationToken));
                }
            }
        }

        await PrintAsync(passages);
    }

    private async Task PrintAsync(Passage[] passages)
    {
        var table = new Table("large reply", "through", "MB/s", "time of direct", "resident MiB", "grows by MiB", "managed MiB at most");
        foreach (var passage in passages)
        {
            var own = passage.Passes;
            table.Add(
                passage.Name,
                passage.Target.Name,
                Table.Number(own.Select(pass => pass.Bytes / 1e6 / pass.Elapsed.TotalSeconds).Median()),
                passage.Name == Large ? Table.Number(own.Zip(passages[0].Passes, (pass, direct) => pass.Elapsed / direct.Elapsed).Median(), 2) : "",
                Table.Number(own[0].ResidentBefore / MiB, 1),
                Table.Number(passage.Growth / MiB, 1),
                Table.Number(own.Max(pass => pass.HeapAtMost) / MiB, 1));
        }

        await table.PrintAsync(output);
        var conclusions = new Table("growth of the worker", "measured", "wanted");
        conclusions.Add($"{Large}, {rounds} times", $"{Table.Number(passages[^2].Growth / MiB, 1)} MiB", "16 MiB at most");
        conclusions.Add($"{Whole}, {rounds} times", $"{Table.Number(passages[^1].Growth / MiB, 1)} MiB", "32 MiB at most");
        await conclusions.PrintAsync(output);
    }

    private static async Task<Pass> PassAsync(Passage passage, CancellationToken cancellationToken)
    {
        var process = passage.Target.Process;
        var before = process.ResidentBytes;
        using var ended = new CancellationTokenSource();
        var watching = WatchAsync(process, ended.Token);
        var started = TimeProvider.System.GetTimestamp();
        var bytes = await ReadAsync(passage, cancellationToken);
        var elapsed = TimeProvider.System.GetElapsedTime(started);
        await ended.CancelAsync();
        var (resident, heap) = await watching;
        return bytes >= passage.LeastBytes
            ? new Pass(bytes, elapsed, before, Math.Max(before, resident), heap)
            : throw new InvalidDataException($"{passage.Target.Name} passed {bytes} bytes of {passage.LeastBytes}.");
    }

    private static async Task<long> ReadAsync(Passage passage, CancellationToken cancellationToken)
    {
        using var http = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false });
        using var request = passage.Target.NewRequest(passage.Operation);
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

    /// <summary>A large reply by one of the ways.</summary>
    private sealed record Passage(string Name, Target Target, Operation Operation, long LeastBytes)
    {
        public List<Pass> Passes { get; } = [];

        public long Growth => Passes.Max(pass => pass.ResidentAtMost) - Passes[0].ResidentBefore;
    }

    /// <summary>One large reply, and the most memory that was seen meanwhile.</summary>
    private sealed record Pass(long Bytes, TimeSpan Elapsed, long ResidentBefore, long ResidentAtMost, long HeapAtMost);
}
