using Benchmarks.Http;
using Benchmarks.Peers;
using Benchmarks.Processes;
using LocalHost;

namespace Benchmarks.Start;

/// <summary>From the start of the worker's process to its first reply: the connector beside the empty function.</summary>
/// <remarks>
/// The connector's first reply is a record, with all that comes before the first one: the secrets, the login, the
/// connection. Host, org and vault are there already.
/// </remarks>
internal sealed class StartMeasurement(Apps apps, int starts, TextWriter output)
{
    private const string Empty = "empty function";
    private const string Connector = "connector";

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var folders = new Dictionary<string, string>
        {
            [Empty] = await apps.EmptyFunctionAsync(cancellationToken),
            [Connector] = await apps.ConnectorAsync(cancellationToken),
        };
        await using var org = await PeerProcess.StartAsync("org");
        await using var gateway = await WorkerGateway.StartAsync(cancellationToken);
        using var load = new Load();
        await load.RunAsync(Target.Of("org", org, Request.Salesforces), Operation.GetRecord, clients: 1, calls: 200, TimeSpan.FromSeconds(5), cancellationToken);

        // One round more, the first, which also warms the host and reads the files into the system's cache.
        var times = folders.Keys.ToDictionary(name => name, _ => new List<StartTimes>());
        for (var round = 0; round <= starts; round++)
        {
            foreach (var (name, folder) in folders)
            {
                var time = await StartAsync(name, new HostedAppOptions(folder, name == Connector ? org.Url : null), gateway, cancellationToken);
                if (round > 0)
                {
                    times[name].Add(time);
                }
            }
        }

        await PrintAsync(times);
    }

    private async Task PrintAsync(Dictionary<string, List<StartTimes>> times)
    {
        var table = new Table("start of", "ms until loaded", "least", "most", "ms to first reply", "least", "most", "CPU ms", "MiB resident");
        foreach (var (name, own) in times)
        {
            table.Add([name, .. Range(time => time.Loaded), .. Range(time => time.FirstReply), Median(time => time.ProcessorTime.TotalMilliseconds), Median(time => time.ResidentBytes / (double)(1 << 20))]);

            string[] Range(Func<StartTimes, TimeSpan> value) =>
            [
                Median(time => value(time).TotalMilliseconds),
                Table.Number(own.Min(value).TotalMilliseconds),
                Table.Number(own.Max(value).TotalMilliseconds),
            ];

            string Median(Func<StartTimes, double> value) => Table.Number(own.Select(value).Median());
        }

        await table.PrintAsync(output);
        var conclusions = new Table("start", "of the empty function's", "wanted");
        conclusions.Add("until the functions are loaded", Ratio(time => time.Loaded), "1.25 at most");
        conclusions.Add("to the first reply, which is a record", Ratio(time => time.FirstReply), "1.50 at most");
        conclusions.Add("CPU to the first reply", Ratio(time => time.ProcessorTime), "");
        await conclusions.PrintAsync(output);

        string Ratio(Func<StartTimes, TimeSpan> value) =>
            Table.Number(times[Connector].Zip(times[Empty], (own, empty) => value(own) / value(empty)).Median(), 2);
    }

    private static async Task<StartTimes> StartAsync(
        string name, HostedAppOptions options, WorkerGateway gateway, CancellationToken cancellationToken)
    {
        using var http = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false });
        await using var app = await HostedApp.StartAsync(options, gateway, cancellationToken);
        var loaded = TimeProvider.System.GetElapsedTime(app.StartedAt);
        using var request = Target.NewRequest(app.Url, options.Org is null ? Request.EmptyFunctions : Request.Payload, Operation.GetRecord);
        using var response = await http.SendAsync(request, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        var firstReply = TimeProvider.System.GetElapsedTime(app.StartedAt);
        app.Worker.Refresh();
        return response.IsSuccessStatusCode && text.Contains(Sample.RecordId, StringComparison.Ordinal)
            ? new StartTimes(loaded, firstReply, app.Worker.TotalProcessorTime, app.Worker.WorkingSet64)
            : throw new InvalidDataException($"{name} answered first with {(int)response.StatusCode}: {text}");
    }

    private readonly record struct StartTimes(TimeSpan Loaded, TimeSpan FirstReply, TimeSpan ProcessorTime, long ResidentBytes);
}
