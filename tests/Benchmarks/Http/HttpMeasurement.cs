using Benchmarks.Peers;
using LocalHost;

namespace Benchmarks.Http;

/// <summary>Calls through the connector beside the same calls by other ways.</summary>
internal sealed class HttpMeasurement(int rounds, int calls, int warmUpSteps, TextWriter output)
{
    private const string Direct = "direct";
    private const string Proxy = "proxy";
    private const string Connector = "connector";
    private const string Jsforce = "jsforce";

    // A slow peer, or a slow machine, makes a cell smaller, not the run longer.
    private static readonly TimeSpan CellLimit = TimeSpan.FromSeconds(1);

    // A peer is warm when its compiler has little left to do; what it compiles while it is measured would count as its own work.
    private static readonly TimeSpan WarmUpStep = TimeSpan.FromSeconds(1);

    private const int FewMethods = 20;

    private static readonly Operation[] Operations = [Operation.GetRecord, Operation.CreateRecord];
    private static readonly int[] ClientCounts = [1, 16, 64];

    private readonly Dictionary<(string Target, Operation Operation, int Clients), List<Cell>> _cells = [];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var org = await PeerProcess.StartAsync("org");
        await using var proxy = await PeerProcess.StartAsync("proxy", org.Announcement);
        await using var connector = await PeerProcess.StartAsync("connector", org.Announcement);
        List<Target> targets = [new(Direct, org, IsOrgsOwn: true), new(Proxy, proxy, IsOrgsOwn: true), new(Connector, connector, IsOrgsOwn: false)];
        using var load = new Load();

        await WarmUpAsync(load, targets, cancellationToken);
        var logins = await org.AskAsync<OrgCounts>(FixedOrg.CountsQuestion);
        await using var jsforce = await StartJsforceAsync(org.Url, cancellationToken);
        if (jsforce is not null)
        {
            targets.Add(new Target(Jsforce, jsforce, IsOrgsOwn: false));
            await WarmUpAsync(load, targets[^1..], cancellationToken);
        }

        var before = await org.AskAsync<OrgCounts>(FixedOrg.CountsQuestion);
        for (var round = 0; round < rounds; round++)
        {
            foreach (var operation in Operations)
            {
                foreach (var clients in ClientCounts)
                {
                    // Another one first each time, so that what one leaves behind does not always meet the same next one.
                    foreach (var target in targets.Skip(round % targets.Count).Concat(targets.Take(round % targets.Count)))
                    {
                        await MeasureAsync(load, target, operation, clients, org, cancellationToken);
                    }
                }
            }
        }

        var after = await org.AskAsync<OrgCounts>(FixedOrg.CountsQuestion);
        await PrintAsync(targets);
        await PrintConclusionsAsync(logins.Logins + after.Logins - before.Logins);
    }

    private async Task WarmUpAsync(Load load, IEnumerable<Target> targets, CancellationToken cancellationToken)
    {
        foreach (var target in targets)
        {
            var compiled = 0L;
            for (var step = 0; step < warmUpSteps; step++)
            {
                foreach (var operation in Operations)
                {
                    await load.RunAsync(target, operation, ClientCounts[step % ClientCounts.Length], int.MaxValue, WarmUpStep / Operations.Length, cancellationToken);
                }

                var before = compiled;
                compiled = (await target.Peer.AskForUsageAsync()).CompiledMethods ?? 0;
                if (step > ClientCounts.Length && compiled - before < FewMethods)
                {
                    break;
                }
            }
        }
    }

    private async Task<PeerProcess?> StartJsforceAsync(Uri org, CancellationToken cancellationToken)
    {
        try
        {
            return await PeerProcess.StartJsforceAsync(org, cancellationToken);
        }
        catch (NodeException exception)
        {
            await output.WriteLineAsync($"Without jsforce: {exception.Message}");
            return null;
        }
    }

    private async Task MeasureAsync(Load load, Target target, Operation operation, int clients, PeerProcess org, CancellationToken cancellationToken)
    {
        var usage = await target.Peer.AskForUsageAsync();
        var (own, orgs) = (target.Peer.ProcessorTime, org.ProcessorTime);
        var result = await load.RunAsync(target, operation, clients, calls, CellLimit, cancellationToken);
        var cell = new Cell(result, target.Peer.ProcessorTime - own, org.ProcessorTime - orgs, (await target.Peer.AskForUsageAsync()).AllocatedBytes - usage.AllocatedBytes);
        if (!_cells.TryGetValue((target.Name, operation, clients), out var cells))
        {
            _cells[(target.Name, operation, clients)] = cells = [];
        }

        cells.Add(cell);
    }

    private async Task PrintAsync(IReadOnlyList<Target> targets)
    {
        var table = new Table("operation", "clients", "through", "calls/s", "p50 ms", "p99 ms", "CPU µs/call", "org's CPU µs", "KiB/call", "of proxy", "of jsforce");
        foreach (var operation in Operations)
        {
            foreach (var clients in ClientCounts)
            {
                foreach (var target in targets)
                {
                    var cells = _cells[(target.Name, operation, clients)];
                    table.Add(
                        operation.Name,
                        Table.Number(clients),
                        target.Name,
                        Table.Number(cells.Select(cell => cell.Result.CallsPerSecond).Median()),
                        Table.Number(cells.Select(cell => cell.Result.Milliseconds.Percentile(0.50)).Median(), 3),
                        Table.Number(cells.Select(cell => cell.Result.Milliseconds.Percentile(0.99)).Median(), 2),
                        target.Name == Direct ? "" : Table.Number(PerCall(cells, cell => cell.ProcessorTime.TotalMicroseconds)),
                        Table.Number(PerCall(cells, cell => cell.OrgsProcessorTime.TotalMicroseconds)),
                        target.Name == Direct || cells[0].AllocatedBytes is null ? "" : Table.Number(PerCall(cells, cell => cell.AllocatedBytes!.Value / 1_024.0), 1),
                        Ratio(target.Name, Proxy, operation, clients),
                        Ratio(target.Name, Jsforce, operation, clients));
                }
            }
        }

        await table.PrintAsync(output);
    }

    private async Task PrintConclusionsAsync(long logins)
    {
        var most = ClientCounts.Max();
        await output.WriteLineAsync(
            $"""
            GetRecord, {most} clients: {Ratio(Connector, Proxy, Operation.GetRecord, most)} of the bare proxy's throughput (wanted 0.80), {Ratio(Connector, Jsforce, Operation.GetRecord, most)} of jsforce's (wanted 3)
            GetRecord, 1 client: {Table.Number(AddedMilliseconds(Connector), 3)} ms added to the direct call at p50 (wanted 0.300); the bare proxy adds {Table.Number(AddedMilliseconds(Proxy), 3)} ms
            Logins: {logins} for {_cells.Where(cells => cells.Key.Target == Connector).Sum(cells => cells.Value.Sum(cell => cell.Result.Milliseconds.Count))} calls through the connector (wanted 1)
            The org alone answers {Ratio(Direct, Proxy, Operation.GetRecord, most)} times what the proxy passes on.

            """);
    }

    // Of one round each: what the machine does beside it meets both alike.
    private string Ratio(string target, string other, Operation operation, int clients) =>
        target != other && _cells.TryGetValue((other, operation, clients), out var others)
            ? Table.Number(_cells[(target, operation, clients)].Zip(others, (own, theirs) => own.Result.CallsPerSecond / theirs.Result.CallsPerSecond).Median(), 2)
            : "";

    private double AddedMilliseconds(string target) =>
        _cells[(target, Operation.GetRecord, 1)].Zip(
            _cells[(Direct, Operation.GetRecord, 1)],
            (own, direct) => own.Result.Milliseconds.Percentile(0.5) - direct.Result.Milliseconds.Percentile(0.5)).Median();

    // Over all rounds: the system counts processor time in steps that are not small beside one round's.
    private static double PerCall(IReadOnlyList<Cell> cells, Func<Cell, double> value) =>
        cells.Sum(value) / cells.Sum(cell => cell.Result.Milliseconds.Count);

    /// <summary>One target's calls of one round, and what they took.</summary>
    private sealed record Cell(LoadResult Result, TimeSpan ProcessorTime, TimeSpan OrgsProcessorTime, long? AllocatedBytes);
}
