using System.CommandLine;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.Options;

namespace LocalHost;

/// <summary>The command line: starts the local system, makes the pass, and serves until Ctrl+C.</summary>
internal sealed class LocalHostCommand(TextWriter output, TextWriter error)
{
    private const int Failure = 1;
    private const int Interrupted = 130;

    private readonly Option<bool> _once = new("--once") { Description = "Exit after the pass: with 0, or with 1 if any step failed." };
    private readonly Option<bool> _noPass = new("--no-pass") { Description = "Only serve, without the pass over the operations." };
    private readonly Option<string?> _key = new("--key") { Description = "Ask callers for this function key, as Azure does. None is asked without it." };
    private readonly Option<int> _port = PortOption("--port", 7071, "The functions' port; 0 takes a free one.");
    private readonly Option<int> _simulatorPort = PortOption("--simulator-port", 7072, "The Salesforce simulator's port; 0 takes a free one.");

    public static Task<int> InvokeAsync(
        IReadOnlyList<string> args, TextWriter output, TextWriter error, CancellationToken cancellationToken = default)
    {
        var configuration = new InvocationConfiguration
        {
            Output = output,
            Error = error,

            // Longer than the hosts take to stop.
            ProcessTerminationTimeout = TimeSpan.FromSeconds(30),
        };
        return new LocalHostCommand(output, error).Build().Parse(args).InvokeAsync(configuration, cancellationToken);
    }

    private RootCommand Build()
    {
        var command = new RootCommand("Runs the connector on this machine: its functions, a simulated Salesforce org and a key vault.")
        {
            _once, _noPass, _port, _simulatorPort, _key,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(_once) && result.GetValue(_noPass))
            {
                result.AddError("--once exits after the pass and --no-pass makes none: give one of them.");
            }
        });
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        // Ctrl+C is watched for only once this has returned for the first time.
        await Task.Yield();
        try
        {
            await using var system = await LocalSystem.StartAsync(
                new LocalSystemOptions
                {
                    Port = arguments.GetValue(_port),
                    SimulatorPort = arguments.GetValue(_simulatorPort),
                    Key = arguments.GetValue(_key),
                },
                cancellationToken);
            await system.DescribeAsync(output);

            var passed = arguments.GetValue(_noPass) || await PassAsync(system, arguments.GetValue(_key), cancellationToken);
            if (arguments.GetValue(_once))
            {
                return passed ? 0 : Failure;
            }

            await output.WriteLineAsync($"Serving at {system.Functions.BaseUrl} until Ctrl+C.");
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return 0;
        }
        catch (Exception exception) when (exception is PortException or FunctionsHostException or OptionsValidationException)
        {
            await error.WriteLineAsync(exception.Message);
            return Failure;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Interrupted;
        }
    }

    private async Task<bool> PassAsync(LocalSystem system, string? key, CancellationToken cancellationToken)
    {
        using var pass = new OperationsPass(system.Functions, key, output);
        var passed = await pass.RunAsync(cancellationToken);
        var stats = system.Salesforce.Stats;
        await output.WriteLineAsync(
            $"{pass.Passed} of {pass.Total} steps passed; Salesforce logins: {stats.Logins}, API calls: {stats.Calls}");
        return passed;
    }

    private static Option<int> PortOption(string name, int byDefault, string description) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => byDefault,
        CustomParser = argument =>
        {
            if (int.TryParse(argument.Tokens.Single().Value, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
                && port <= IPEndPoint.MaxPort)
            {
                return port;
            }

            argument.AddError($"{name} must be a number from 0 to {IPEndPoint.MaxPort}.");
            return byDefault;
        },
    };
}
