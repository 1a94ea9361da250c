using System.Diagnostics;
using System.Runtime.InteropServices;
using Benchmarks.Http;
using LocalHost;

namespace Benchmarks.Start;

/// <summary>From the start of a process to its first reply: the connector beside an ASP.NET Core app that does nothing.</summary>
/// <remarks>
/// The connector's first reply is a record, with all that comes before the first one: the secrets, the login, the
/// connection. Org and vault are there already; of the local host no more is started than serves the functions.
/// </remarks>
internal sealed class StartMeasurement(int rounds, TextWriter output)
{
    private const string Empty = "empty app";
    private const string Compiled = "connector, ReadyToRun";
    private const string Plain = "connector, without";

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var org = await PeerProcess.StartAsync("org");
        using var load = new Load();
        await load.RunAsync(new Target("org", org, IsOrgsOwn: true), Operation.GetRecord, clients: 1, calls: 200, TimeSpan.FromSeconds(5), cancellationToken);

        var published = Directory.CreateTempSubdirectory("benchmarks");
        try
        {
            var compiled = await PublishAsync(published.FullName, cancellationToken);
            var starts = new Dictionary<string, (string Program, string[] Arguments)>
            {
                [Empty] = (Path.Combine(AppContext.BaseDirectory, "Benchmarks.EmptyApp.dll"), []),
                [Compiled] = (compiled, ["connector", org.Announcement]),
                [Plain] = (Path.Combine(AppContext.BaseDirectory, "Benchmarks.Peers.dll"), ["connector", org.Announcement]),
            };
            var times = starts.Keys.ToDictionary(name => name, _ => new List<StartTimes>());

            // One round more, the first, which also reads the files into the system's cache.
            for (var round = 0; round <= rounds; round++)
            {
                foreach (var (name, (program, arguments)) in starts)
                {
                    var time = await StartAsync(name, program, arguments, cancellationToken);
                    if (round > 0)
                    {
                        times[name].Add(time);
                    }
                }
            }

            await PrintAsync(times);
        }
        finally
        {
            published.Delete(recursive: true);
        }
    }

    private async Task PrintAsync(Dictionary<string, List<StartTimes>> times)
    {
        var table = new Table("start of", "ms to listening", "ms to first reply", "of the empty app");
        foreach (var (name, own) in times)
        {
            table.Add(
                name,
                Table.Number(own.Select(time => time.Listening.TotalMilliseconds).Median()),
                Table.Number(own.Select(time => time.FirstReply.TotalMilliseconds).Median()),
                Ratio(name));
        }

        await table.PrintAsync(output);
        await output.WriteLineAsync($"Start to first reply: {Ratio(Compiled)} of the empty app's time (wanted: 1.5 at most), {Ratio(Plain)} without ReadyToRun\n");

        string Ratio(string name) => Table.Number(times[name].Zip(times[Empty], (own, empty) => own.FirstReply / empty.FirstReply).Median(), 2);
    }

    private static async Task<StartTimes> StartAsync(string name, string program, string[] arguments, CancellationToken cancellationToken)
    {
        using var http = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false });
        var started = TimeProvider.System.GetTimestamp();
        await using var peer = await PeerProcess.StartAsync(program, arguments);
        var listening = TimeProvider.System.GetElapsedTime(started);
        using var request = name == Empty
            ? new HttpRequestMessage(HttpMethod.Get, peer.Url)
            : new Target(name, peer, IsOrgsOwn: false).NewRequest(Operation.GetRecord);
        using var response = await http.SendAsync(request, cancellationToken);
        var firstReply = TimeProvider.System.GetElapsedTime(started);
        return response.IsSuccessStatusCode
            ? new StartTimes(listening, firstReply)
            : throw new InvalidDataException($"{name} answered first with {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellationToken)}");
    }

    /// <summary>Publishes the peers as the app is published, compiled ahead.</summary>
    /// <returns>The program.</returns>
    private async Task<string> PublishAsync(string folder, CancellationToken cancellationToken)
    {
        await output.WriteLineAsync("Publishing with ReadyToRun, which takes a minute.");
        var to = Path.Combine(folder, "published");
        var start = new ProcessStartInfo(
            "dotnet",
            [
                // FunctionsWorker: to publish is to build for the Functions host, elsewhere.
                "publish", Path.Combine(RepositoryRoot.Path, "tests", "Benchmarks.Peers"), "--configuration", "Release", "--output", to,
                "--runtime", RuntimeInformation.RuntimeIdentifier, "--no-self-contained", "-p:PublishReadyToRun=true", "-p:FunctionsWorker=false",
                "--artifacts-path", Path.Combine(folder, "artifacts"),
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var publish = Process.Start(start)!;
        var errors = publish.StandardError.ReadToEndAsync(cancellationToken);
        var printed = await publish.StandardOutput.ReadToEndAsync(cancellationToken);
        await publish.WaitForExitAsync(cancellationToken);
        return publish.ExitCode == 0
            ? Path.Combine(to, "Benchmarks.Peers.dll")
            : throw new InvalidOperationException($"dotnet publish failed: {printed}{await errors}");
    }

    private readonly record struct StartTimes(TimeSpan Listening, TimeSpan FirstReply);
}
