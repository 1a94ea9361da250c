using System.CommandLine;
using Microsoft.Extensions.Logging;

namespace LocalHost;

/// <summary>The command: starts the local system, makes the pass, and serves until Ctrl+C.</summary>
internal sealed class LocalHostCommand(TextWriter output, TextWriter error)
{
    private const int Failure = 1;
    private const int Interrupted = 130;

    private readonly LocalHostArguments _arguments = new();

    public static Task<int> InvokeAsync(
        IReadOnlyList<string> args, TextWriter output, TextWriter error, CancellationToken cancellationToken = default)
    {
        var configuration = new InvocationConfiguration
        {
            Output = output,
            Error = error,

            // Longer than the hosts need to stop.
            ProcessTerminationTimeout = TimeSpan.FromSeconds(30),
        };
        return new LocalHostCommand(output, error).Build().Parse(args).InvokeAsync(configuration, cancellationToken);
    }

    private RootCommand Build()
    {
        var command = new RootCommand(
            "Runs the connector on this machine: its functions, a simulated Salesforce org, a key vault, and the storage with its queues.");
        _arguments.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        // Ctrl+C is handled only after this method has first yielded.
        await Task.Yield();
        try
        {
            var options = _arguments.Read(arguments);
            await using var system = await LocalSystem.StartAsync(options, output, cancellationToken);
            await system.DescribeAsync(output);

            var passed = _arguments.NoPass(arguments) || await PassAsync(system, options.Key, cancellationToken);
            if (_arguments.Once(arguments))
            {
                return passed ? 0 : Failure;
            }

            if (!_arguments.Quiet(arguments))
            {
                // From now on, one log line for each call.
                system.Log.Level = LogLevel.Information;
            }

            await output.WriteLineAsync($"Serving at {system.Functions.BaseUrl} until Ctrl+C.");
            await Task.WhenAny(Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken), system.Functions.Failed);
            return cancellationToken.IsCancellationRequested ? 0 : Failure;
        }
        catch (Exception exception) when (exception is PortException or AzuriteException or StorageException or FunctionsHostException)
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
        using var calls = new PassCalls(system.Functions, key, system.SalesforceUrl, system.Storage, output);
        var pass = new OperationsPass(calls, output);
        var passed = await pass.RunAsync(cancellationToken);
        await output.WriteLineAsync(
            system.Salesforce?.Stats is { } stats ? $"{pass.Summary}; Salesforce logins: {stats.Logins}, API calls: {stats.Calls}" : pass.Summary);
        return passed;
    }
}
