using System.CommandLine;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Benchmarks.Http;
using Benchmarks.Micro;
using Benchmarks.Queue;
using Benchmarks.Start;
using Benchmarks.Streaming;

// Measures the connector beside what it can be compared with, in one run on one machine, and prints the figures.
var parts = new Option<string[]>("--only")
{
    Description = "The parts to run; all of them without it.",
    AllowMultipleArgumentsPerToken = true,
    DefaultValueFactory = _ => ["http", "streaming", "queue", "start"],
};
parts.AcceptOnlyFromAmong("http", "streaming", "queue", "start");
var rounds = Number("--rounds", 5, "How often everything is measured, in turns; medians are printed.");
var calls = Number("--calls", 10_000, "How many calls make one cell of the HTTP table in one round, if they are done within a second.");
var messages = Number("--messages", 600, "How many messages are worked off in one round.");
var warmUp = Number("--warm-up", 20, "How many seconds each peer may take at most until its compiler has nothing left to do.");
var command = new RootCommand("Measures the connector beside a bare proxy, a handler on jsforce, a plain loop on a queue and an empty app.")
{
    parts, rounds, calls, messages, warmUp,
};
command.SetAction(async (arguments, cancellationToken) =>
{
    foreach (var part in arguments.GetValue(parts)!)
    {
        await (part switch
        {
            "http" => new HttpMeasurement(arguments.GetValue(rounds), arguments.GetValue(calls), arguments.GetValue(warmUp), Console.Out).RunAsync(cancellationToken),
            "streaming" => new StreamingMeasurement(arguments.GetValue(rounds), Console.Out).RunAsync(cancellationToken),
            "queue" => new QueueMeasurement(arguments.GetValue(rounds), arguments.GetValue(messages), Console.Out).RunAsync(cancellationToken),
            _ => new StartMeasurement(arguments.GetValue(rounds), Console.Out).RunAsync(cancellationToken),
        });
    }
});

var filter = new Option<string>("--filter") { Description = "The benchmarks to run, such as *Payload*.", DefaultValueFactory = _ => "*" };
var micro = new Command("micro", "Measures payload reading, path building and error classification by BenchmarkDotNet.") { filter };
micro.SetAction(arguments =>
{
    // In this process, as it is built already.
    var job = Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance);
    BenchmarkSwitcher.FromAssembly(typeof(PayloadBenchmarks).Assembly).Run(
        ["--filter", arguments.GetValue(filter)!], ManualConfig.Create(DefaultConfig.Instance).AddJob(job));
});
command.Subcommands.Add(micro);
return await command.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });

static Option<int> Number(string name, int byDefault, string description) => new(name)
{
    Description = description,
    DefaultValueFactory = _ => byDefault,
};
