using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using SalesforceSimulator;

namespace LocalHost;

/// <summary>The connector on one machine: its functions, the org they call and the vault they take its secrets from.</summary>
internal sealed class LocalSystem : IAsyncDisposable
{
    private static readonly Dictionary<string, string> Secrets = new()
    {
        ["salesforce-client-id"] = "local-client-id",
        ["salesforce-client-secret"] = "local-client-secret",
    };

    private readonly LocalSystemOptions _options;
    private readonly LocalKeyVault _keyVault;

    private LocalSystem(LocalSystemOptions options, Simulator salesforce, LocalKeyVault keyVault, FunctionsHost functions)
    {
        _options = options;
        Salesforce = salesforce;
        _keyVault = keyVault;
        Functions = functions;
    }

    public Simulator Salesforce { get; }

    public FunctionsHost Functions { get; }

    /// <exception cref="PortException">A port is taken.</exception>
    /// <exception cref="FunctionsHostException">The functions or host.json are not what the host accepts.</exception>
    public static async Task<LocalSystem> StartAsync(LocalSystemOptions options, CancellationToken cancellationToken)
    {
        var started = new Stack<IAsyncDisposable>();
        try
        {
            var salesforce = await ListenAsync(options.SimulatorPort, "--simulator-port", () =>
                Simulator.StartAsync(new SimulatorOptions { Port = options.SimulatorPort }, cancellationToken));
            started.Push(salesforce);

            var keyVault = await LocalKeyVault.StartAsync(Secrets, cancellationToken);
            started.Push(keyVault);

            var functions = await ListenAsync(options.Port, "--port", () =>
                StartFunctionsAsync(options, salesforce, keyVault, cancellationToken));
            return new LocalSystem(options, salesforce, keyVault, functions);
        }
        catch
        {
            foreach (var part in started)
            {
                await part.DisposeAsync();
            }

            throw;
        }
    }

    /// <summary>Prints what is running and where.</summary>
    public async Task DescribeAsync(TextWriter output)
    {
        await output.WriteLineAsync($"Functions, {(_options.Key is null ? "no key asked" : $"key {_options.Key}")}:");
        foreach (var function in Functions.Functions)
        {
            var methods = function.Methods.Count == 0 ? "any" : string.Join(',', function.Methods);
            await output.WriteLineAsync(
                $"  {function.Name,-14} {methods} {new Uri(Functions.BaseUrl, function.Route)} ({function.Level})");
        }

        await output.WriteLineAsync(
            $"""
            Salesforce, simulated:
              {Salesforce.BaseUrl}
            Key Vault, with {string.Join(", ", Secrets.Keys)}:
              {LocalKeyVault.VaultUri}, answered by {_keyVault.BaseUrl}

            """);
    }

    public async ValueTask DisposeAsync()
    {
        await Functions.DisposeAsync();
        await _keyVault.DisposeAsync();
        await Salesforce.DisposeAsync();
    }

    private static Task<FunctionsHost> StartFunctionsAsync(
        LocalSystemOptions options, Simulator salesforce, LocalKeyVault keyVault, CancellationToken cancellationToken) =>
        FunctionsHost.StartAsync(
            new FunctionsHostOptions
            {
                Port = options.Port,
                Key = options.Key,
                Settings = new Dictionary<string, string?>
                {
                    ["Salesforce__BaseUrl"] = salesforce.BaseUrl.AbsoluteUri,
                    ["Salesforce__ApiVersion"] = "v67.0",
                    ["Salesforce__AllowLoopback"] = "true",
                    ["KeyVault__Uri"] = LocalKeyVault.VaultUri,
                },
                ConfigureServices = keyVault.AddTo,

                // Warnings and worse only, so that the pass stays readable.
                // A failed start is told by who asked for it, in a line.
                ConfigureLogging = logging => logging.AddSimpleConsole()
                    .SetMinimumLevel(LogLevel.Warning)
                    .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None),
            },
            cancellationToken);

    private static async Task<T> ListenAsync<T>(int port, string option, Func<Task<T>> startAsync)
    {
        try
        {
            return await startAsync();
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            throw new PortException(port, option, exception);
        }
    }
}
