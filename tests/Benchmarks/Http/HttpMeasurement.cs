using Benchmarks.Peers;
using Benchmarks.Processes;
using LocalHost;

namespace Benchmarks.Http;

/// <summary>Calls through the connector beside the same calls by other ways.</summary>
internal sealed class HttpMeasurement(Apps apps, int rounds, int calls, int warmUpSteps, TextWriter output)
{
    private const string Direct = "direct";
    private const string Proxy = "bare proxy";
    private const string Empty = "empty function";
    private const string Plain = "plain function";
    private const string Connector = "connector";
    private const string Jsforce = "jsforce";
    private const string JsforceBehindProxy = "jsforce behind a proxy";

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
        var (connectorFolder, emptyFolder) = (await apps.ConnectorAsync(cancellationToken), await apps.EmptyFunctionAsync(cancellationToken));
        await using var org = await PeerProcess.StartAsync("org");
        await using var proxy = await PeerProcess.StartAsync("proxy", org.Announcement);
        await using var empty = await AppProcess.StartAsync(new HostedAppOptions(emptyFolder, Org: null), cancellationToken);
        await using var plain = await AppProcess.StartAsync(
            new HostedAppOptions(emptyFolder, Org: null)
            {
                Settings = new Dictionary<string, string> { ["PLAIN_ORG"] = org.Url.AbsoluteUri, ["PLAIN_TOKEN"] = Sample.Token },
            },
            cancellationToken);
        await using var connector = await AppProcess.StartAsync(new HostedAppOptions(connectorFolder, org.Url), cancellationToken);
        List<Target> targets =
        [
            Target.Of(Direct, org, Request.Salesforces),
            Target.Of(Proxy, proxy, Request.Salesforces),
            Target.Of(Empty, empty, Request.EmptyFunctions),
            Target.Of(Plain, plain, Request.PlainFunctions),
            Target.Of(Connector, connector, Request.Payload),
        ];
        using var load = new Load();

        await WarmUpAsync(load, targets, cancellationToken);
        await using var jsforce = await StartJsforceAsync(org.Url, cancellationToken);
        // What a Functions host does for a handler of one's own is to forward the request: so does the proxy, and no more.
        await using var jsforceProxy = jsforce is null ? null : await PeerProcess.StartAsync("proxy", jsforce.Announcement);
        if (jsforce is not null)
        {
            targets.Add(Target.Of(Jsforce, jsforce, Request.Payload));
            targets.Add(new Target(JsforceBehindProxy, jsforce, jsforceProxy!.Url, Request.Payload) { Host = jsforceProxy });
            await WarmUpAsync(load, targets[^2..], cancellationToken);
        }

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

        var counts = await org.AskAsync<OrgCounts>(FixedOrg.CountsQuestion);
        await PrintAsync(targets);
        // jsforce has logged in once as well.
        await PrintConclusionsAsync(counts.Logins - (jsforce is null ? 0 : 1));
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
                compiled = ((await target.Process.AskForUsageAsync()).CompiledMethods ?? 0)
                    + (target.Host is { } host ? (await host.AskForUsageAsync()).CompiledMethods ?? 0 : 0);
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
        var usage = await target.Process.AskForUsageAsync();
        var (own, host, orgs) = (target.Process.ProcessorTime, target.Host?.ProcessorTime, org.ProcessorTime);
        var result = await load.RunAsync(target, operation, clients, calls, CellLimit, cancellationToken);
        var cell = new Cell(
            result,
            target.Process.ProcessorTime - own,
            target.Host?.ProcessorTime - host,
            org.ProcessorTime - orgs,
            (await target.Process.AskForUsageAsync()).AllocatedBytes - usage.AllocatedBytes);
        if (!_cells.TryGetValue((target.Name, operation, clients), out var cells))
        {
            _cells[(target.Name, operation, clients)] = cells = [];
        }

        cells.Add(cell);
    }

    private async Task PrintAsync(IReadOnlyList<Target> targets)
    {
        var table = new Table(
            "operation", "clients", "through", "calls/s", "p50 ms", "p99 ms", "CPU µs/call", "host's CPU µs", "org's CPU µs", "KiB/call", "of empty function", "of plain function", "of jsforce behind a proxy");
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
                        target.Host is null ? "" : Table.Number(PerCall(cells, cell => cell.HostsProcessorTime!.Value.TotalMicroseconds)),
                        Table.Number(PerCall(cells, cell => cell.OrgsProcessorTime.TotalMicroseconds)),
                        target.Name == Direct || cells[0].AllocatedBytes is null ? "" : Table.Number(PerCall(cells, cell => cell.AllocatedBytes!.Value / 1_024.0), 1),
                        Ratio(target.Name, Empty, operation, clients),
                        Ratio(target.Name, Plain, operation, clients),
                        Ratio(target.Name, JsforceBehindProxy, operation, clients));
                }
            }
        }

        await table.PrintAsync(output);
    }

    private async Task PrintConclusionsAsync(long logins)
    {
        var table = new Table("HTTP", "measured", "wanted");
        foreach (var operation in Operations)
        {
            foreach (var clients in ClientCounts)
            {
                var isWanted = operation == Operation.GetRecord && clients == ClientCounts.Max();
                table.Add($"{operation.Name}, clients: {clients}, throughput of the empty function's", Ratio(Connector, Empty, operation, clients), isWanted ? "0.90 at least" : "");
                table.Add($"{operation.Name}, clients: {clients}, throughput of the plain function's", Ratio(Connector, Plain, operation, clients), "");
                table.Add($"{operation.Name}, clients: {clients}, throughput of jsforce's behind a proxy", Ratio(Connector, JsforceBehindProxy, operation, clients), isWanted ? "2.5 at least" : "");
            }
        }

        table.Add("GetRecord, clients: 1, p50 above that of empty function and direct call together", $"{Table.Number(AddedMilliseconds(), 3)} ms", "0.300 ms at most");
        table.Add($"Logins for {CallsThroughConnector} calls and those to warm up", Table.Number(logins), "1");
        await table.PrintAsync(output);
    }

    private int CallsThroughConnector =>
        _cells.Where(cells => cells.Key.Target == Connector).Sum(cells => cells.Value.Sum(cell => cell.Result.Milliseconds.Count));

    // Of one round each: what the machine does beside it meets both alike.
    private string Ratio(string target, string other, Operation operation, int clients) =>
        target != other && _cells.TryGetValue((other, operation, clients), out var others)
            ? Table.Number(_cells[(target, operation, clients)].Zip(others, (own, theirs) => own.Result.CallsPerSecond / theirs.Result.CallsPerSecond).Median(), 2)
            : "";

    private double AddedMilliseconds()
    {
        var (direct, empty, own) = (P50(Direct), P50(Empty), P50(Connector));
        return own.Select((milliseconds, round) => milliseconds - empty[round] - direct[round]).Median();

        double[] P50(string target) =>
            [.. _cells[(target, Operation.GetRecord, ClientCounts.Min())].Select(cell => cell.Result.Milliseconds.Percentile(0.5))];
    }

    // Over all rounds: the system counts processor time in steps that are not small beside one round's.
    private static double PerCall(IReadOnlyList<Cell> cells, Func<Cell, double> value) =>
        cells.Sum(value) / cells.Sum(cell => cell.Result.Milliseconds.Count);

    /// <summary>One target's calls of one round, and what they took.</summary>
    private sealed record Cell(
        LoadResult Result, TimeSpan ProcessorTime, TimeSpan? HostsProcessorTime, TimeSpan OrgsProcessorTime, long? AllocatedBytes);
}
