using System.CommandLine;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Benchmarks.Cost;
using Benchmarks.Http;
using Benchmarks.Micro;
using Benchmarks.Processes;
using Benchmarks.Queue;
using Benchmarks.Scale;
using Benchmarks.Start;
using Benchmarks.Streaming;

// Measures the connector beside what it can be compared with, in one run on one machine, and prints the figures.
var parts = new Option<string[]>("--only")
{
    Description = "The parts to run; all of them without it.",
    AllowMultipleArgumentsPerToken = true,
    DefaultValueFactory = _ => ["http", "streaming", "queue", "start", "cost", "scale"],
};
parts.AcceptOnlyFromAmong("http", "streaming", "queue", "start", "cost", "scale");
var rounds = Number("--rounds", 5, "How often everything is measured, in turns; medians are printed.");
var calls = Number("--calls", 10_000, "How many calls make one cell of the HTTP table in one round, if they are done within a second.");
var messages = Number("--messages", 600, "How many messages are worked off in one round.");
var warmUp = Number("--warm-up", 20, "How many seconds each peer may take at most until its compiler has nothing left to do.");
var starts = Number("--starts", 10, "How often each app is started.");
var costCalls = Number("--cost-calls", 1_000, "Over how many calls the cost of each operation is counted, by HTTP and again by queue.");
var app = new Option<string?>("--app")
{
    Description = "The folder of a connector that was published or built before; without it, it is published as azd does.",
};
var built = new Option<bool>("--built")
{
    Description = "Publishes nothing: measures both apps as the build has made them, not compiled ahead. Quick, to see that all works.",
};
var command = new RootCommand("Measures the connector on the Functions worker beside an empty function, a bare proxy and a handler on jsforce.")
{
    parts, rounds, calls, messages, warmUp, starts, costCalls, app, built,
};
command.SetAction(async (arguments, cancellationToken) =>
{
    var apps = new Apps(arguments.GetValue(app), arguments.GetValue(built), Console.Out);
    foreach (var part in arguments.GetValue(parts)!)
    {
        await (part switch
        {
            "http" => new HttpMeasurement(apps, arguments.GetValue(rounds), arguments.GetValue(calls), arguments.GetValue(warmUp), Console.Out).RunAsync(cancellationToken),
            "streaming" => new StreamingMeasurement(apps, arguments.GetValue(rounds), Console.Out).RunAsync(cancellationToken),
            "queue" => new QueueMeasurement(apps, arguments.GetValue(rounds), arguments.GetValue(messages), Console.Out).RunAsync(cancellationToken),
            "scale" => new ScaleMeasurement(Console.Out).RunAsync(cancellationToken),
            "cost" => new CostMeasurement(apps, arguments.GetValue(costCalls), Console.Out).RunAsync(cancellationToken),
            _ => new StartMeasurement(apps, arguments.GetValue(starts), Console.Out).RunAsync(cancellationToken),
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
