using System.CommandLine;
using Microsoft.Extensions.Logging;

namespace LocalHost;

/// <summary>The command: starts the local system, makes the pass, and serves until Ctrl+C.</summary>
internal sealed class LocalHostCommand(TextWriter output, TextWriter error, TextReader? input)
{
    private const int Failure = 1;
    private const int Interrupted = 130;

    private readonly LocalHostArguments _arguments = new();
    private readonly SecretPrompt _prompt = new(output, input);

    public static Task<int> InvokeAsync(
        IReadOnlyList<string> args, TextWriter output, TextWriter error, CancellationToken cancellationToken = default) =>
        InvokeAsync(args, output, error, input: null, cancellationToken);

    /// <param name="input">What secrets are read from; <see langword="null"/> for the terminal.</param>
    public static Task<int> InvokeAsync(
        IReadOnlyList<string> args, TextWriter output, TextWriter error, TextReader? input, CancellationToken cancellationToken)
    {
        var configuration = new InvocationConfiguration
        {
            Output = output,
            Error = error,

            // Longer than the hosts need to stop.
            ProcessTerminationTimeout = TimeSpan.FromSeconds(30),
        };
        // The vault tells of missing secrets while the command prints.
        return new LocalHostCommand(TextWriter.Synchronized(output), error, input).Build().Parse(args).InvokeAsync(configuration, cancellationToken);
    }

    private RootCommand Build()
    {
        var command = new RootCommand(
            "Runs the connector on this machine: its functions, a simulated Salesforce org, a key vault, and the storage with its queues.");
        _arguments.AddTo(command);
        command.Subcommands.Add(new SecretCommand(output, error, _prompt).Build());
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        // Ctrl+C is handled only after this method has first yielded.
        await Task.Yield();
        try
        {
            var options = await AskAsync(_arguments.Read(arguments), cancellationToken);
            if (options is null)
            {
                await error.WriteLineAsync("Without client id and secret nothing is started.");
                return Failure;
            }

            await using var system = await LocalSystem.StartAsync(options, output, cancellationToken);
            var banner = new Banner(system, options, output);
            await banner.PrintAsync();
            if (_arguments.List(arguments))
            {
                await banner.ListAsync();
            }

            if (!_arguments.NoPass(arguments))
            {
                var passed = await PassAsync(system, options.Key, cancellationToken);
                if (_arguments.Once(arguments))
                {
                    return passed ? 0 : Failure;
                }

                // Once more, as the pass is longer than a screen.
                await banner.PrintAsync();
            }
            else if (options.RealOrg is not null)
            {
                await new OrgCheck(system.Functions, options.Key, output).PrintAsync(cancellationToken);
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

    /// <returns>The options with the secrets of a real org; <see langword="null"/> if they were not given.</returns>
    private async Task<LocalSystemOptions?> AskAsync(LocalSystemOptions options, CancellationToken cancellationToken)
    {
        if (options.RealOrg is null)
        {
            return options;
        }

        await output.WriteLineAsync($"Client id (consumer key) and secret of the External Client App in {options.RealOrg.Host}:");
        return await _prompt.AskAsync(LocalSystem.ClientIdSecret, cancellationToken) is { } id
            && await _prompt.AskAsync(LocalSystem.ClientSecretSecret, cancellationToken) is { } secret
                ? options with { Secrets = new Dictionary<string, string> { [LocalSystem.ClientIdSecret] = id, [LocalSystem.ClientSecretSecret] = secret } }
                : null;
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
