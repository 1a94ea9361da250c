using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce;
using SalesforceConnector.Triggers.Queues;
using SalesforceSimulator;
using SalesforceSimulator.Events;

namespace LocalHost;

/// <summary>The whole system on one machine: the functions, a simulated org, a key vault, and the storage.</summary>
internal sealed class LocalSystem : IAsyncDisposable
{
    public const string ClientIdSecret = "salesforce-client-id";
    public const string ClientSecretSecret = "salesforce-client-secret";

    /// <summary>The key that signs the webhooks of events of a simulated org.</summary>
    public const string EventSignatureKey = "the-key-of-local-webhooks";

    private const string SigningKey = "salesforce-jwt";
    private const string WebhookSetting = "__Deliver__Webhook";

    private readonly LocalSystemOptions _options;
    private readonly LocalKeyVault _keyVault;
    private readonly IDisposable _published;

    private LocalSystem(
        LocalSystemOptions options, Simulator? salesforce, LocalKeyVault keyVault, LocalStorage storage, FunctionsHost functions, LogSwitch log)
    {
        Log = log;
        _options = options;
        _published = keyVault.Access.Publish(functions.BaseUrl.Port);
        Salesforce = salesforce;
        _keyVault = keyVault;
        Storage = storage;
        Functions = functions;
    }

    /// <summary>The simulated org; <see langword="null"/> if a running one or a real one is used.</summary>
    public Simulator? Salesforce { get; }

    public LocalStorage Storage { get; }

    public FunctionsHost Functions { get; }

    /// <summary>Controls what of the functions' log is printed.</summary>
    public LogSwitch Log { get; }

    /// <param name="output">Receives a line for each part that starts.</param>
    /// <exception cref="PortException">A port is in use.</exception>
    /// <exception cref="AzuriteException">Azurite did not start.</exception>
    /// <exception cref="StorageException">The given storage cannot be used.</exception>
    /// <exception cref="FunctionsHostException">The functions or host.json are not valid.</exception>
    public static async Task<LocalSystem> StartAsync(LocalSystemOptions options, TextWriter output, CancellationToken cancellationToken)
    {
        var started = new Stack<IAsyncDisposable>();
        var steps = new StartSteps(output, TimeProvider.System);
        try
        {
            // The org's app holds either a secret or a certificate, and the vault its counterpart.
            var org = new SimulatorOptions { Port = options.SimulatorPort, Events = options.Events ? new EventOptions { Tls = false } : null };
            var keyVault = await LocalKeyVault.StartAsync(SecretsOf(options, org), cancellationToken);
            started.Push(keyVault);
            keyVault.OnMissing = name =>
                output.WriteLine($"The vault has no secret {name}. Put it: dotnet run --project tests/LocalHost -- secret {name}");
            if (options.Jwt)
            {
                org = org with { ClientSecret = null, JwtApp = new JwtApp(keyVault.AddCertificate(SigningKey)) };
            }

            var salesforce = options.Salesforce is null && options.RealOrg is null
                ? await steps.RunAsync("the simulated Salesforce org", () =>
                    ListenAsync(options.SimulatorPort, "--simulator-port", () => Simulator.StartAsync(org, cancellationToken)))
                : null;
            if (salesforce is not null)
            {
                started.Push(salesforce);
            }

            var settings = SettingsOf(options, org, salesforce?.BaseUrl ?? options.RealOrg ?? options.Salesforce!, options.Events ? salesforce!.Events.Url : null);
            var storage = await StartStorageAsync(options, AppStorage.OptionsOf(settings), steps, cancellationToken);
            started.Push(storage);

            settings.TryAdd(StorageConnection.Name, storage.ConnectionString);
            if (storage.Unavailable is not null)
            {
                // Otherwise each login would try to reach a table that does not exist.
                settings.TryAdd("Salesforce__ShareTokens", "false");
            }

            var log = new LogSwitch();
            var functions = await steps.RunAsync("the functions", () => ListenAsync(options.Port, "--port", () =>
                StartFunctionsAsync(options, settings, keyVault, storage.Unavailable is null, log, cancellationToken)));
            return new LocalSystem(options, salesforce, keyVault, storage, functions, log);
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

    /// <summary>The URL of the org.</summary>
    public Uri SalesforceUrl => Salesforce?.BaseUrl ?? _options.RealOrg ?? _options.Salesforce!;

    /// <summary>The names of the secrets and keys in the vault.</summary>
    public IEnumerable<string> SecretNames => _keyVault.Names;

    public async ValueTask DisposeAsync()
    {
        _published.Dispose();
        await Functions.DisposeAsync();
        await Storage.DisposeAsync();
        await _keyVault.DisposeAsync();
        if (Salesforce is not null)
        {
            await Salesforce.DisposeAsync();
        }
    }

    private static IReadOnlyDictionary<string, string> SecretsOf(LocalSystemOptions options, SimulatorOptions org) =>
        options.RealOrg is not null ? options.Secrets
        : (options.Jwt ? [] : new Dictionary<string, string> { [ClientIdSecret] = org.ClientId, [ClientSecretSecret] = org.ClientSecret! })
            .Concat(EventSecretsOf(options)).ToDictionary();

    private static IEnumerable<KeyValuePair<string, string>> EventSecretsOf(LocalSystemOptions options) =>
        from setting in options.Settings.Keys
        where setting.StartsWith("Events__Topics__", StringComparison.OrdinalIgnoreCase) && setting.EndsWith(WebhookSetting, StringComparison.OrdinalIgnoreCase)
        select KeyValuePair.Create($"events-{setting.Split("__")[2].ToLowerInvariant()}-signature", EventSignatureKey);

    private static Dictionary<string, string?> SettingsOf(LocalSystemOptions options, SimulatorOptions org, Uri salesforce, Uri? events)
    {
        var settings = new Dictionary<string, string?>(AppStorage.Settings(new QueueOptions()))
        {
            ["Salesforce__BaseUrl"] = salesforce.AbsoluteUri,
            ["Salesforce__ApiVersion"] = "v67.0",
            ["Salesforce__AllowLoopback"] = "true",
            ["OpenApi__Page"] = "true",
            ["KeyVault__Uri"] = LocalKeyVault.VaultUri,

            // Shorter than in Azure, where each poll has a cost.
            ["AzureFunctionsJobHost__extensions__queues__maxPollingInterval"] = "00:00:01",
        };
        if (org.JwtApp is { } app)
        {
            settings["Salesforce__Login"] = OrgOptions.JwtLogin;
            settings["Salesforce__ConsumerKey"] = org.ClientId;
            settings["Salesforce__UserName"] = app.UserName;
        }

        if (events is not null)
        {
            settings["Events__Endpoint"] = events.AbsoluteUri;
            settings["Events__Topics__accounts__Topic"] = "/data/AccountChangeEvent";
            settings["Events__Topics__orders__Topic"] = "/event/Order__e";
        }

        foreach (var (name, value) in options.Settings)
        {
            settings[name] = value;
        }

        return settings;
    }

    private static async Task<LocalStorage> StartStorageAsync(
        LocalSystemOptions options, QueueOptions queues, StartSteps steps, CancellationToken cancellationToken)
    {
        if (options.Storage is not null)
        {
            return await LocalStorage.UseAsync(options.Storage, queues, cancellationToken);
        }

        // Azurite also reports a port in use, but not in a form that differs from other failures.
        foreach (var port in new[] { options.Azurite.BlobPort, options.Azurite.QueuePort, options.Azurite.TablePort })
        {
            await ListenAsync(port, "--azurite-ports", () =>
            {
                using var probe = new TcpListener(IPAddress.Loopback, port);
                probe.Start();
                return Task.FromResult(port);
            });
        }

        return await LocalStorage.StartAsync(options.Azurite, queues, steps, cancellationToken);
    }

    private static Task<FunctionsHost> StartFunctionsAsync(
        LocalSystemOptions options,
        Dictionary<string, string?> settings,
        LocalKeyVault keyVault,
        bool queues,
        LogSwitch log,
        CancellationToken cancellationToken) =>
        FunctionsHost.StartAsync(
            new FunctionsHostOptions
            {
                Port = options.Port,
                Key = options.Key,
                AppFolder = options.AppFolder ?? FunctionsHostOptions.BuiltApp,
                Settings = new Dictionary<string, string?>(settings.Concat(keyVault.Variables)),
                ListensTo = _ => queues,
                Timers = queues,
                QueueLease = options.QueueLease,
                ConfigureLogging = logging => logging.AddConsole(console => console.FormatterName = LogLines.FormatterName)
                    .AddConsoleFormatter<LogLines, ConsoleFormatterOptions>()
                    .SetMinimumLevel(LogLevel.Information)
                    .AddFilter(WorkerLog.CategoryPrefix, level => level >= log.Level)
                    .AddFilter(typeof(HttpDispatcher).FullName, level => level >= log.Level)
                    .AddFilter("Azure.Core", LogLevel.Error)
                    .AddFilter("Microsoft", LogLevel.Warning)
                    .AddFilter("Yarp", LogLevel.None)
                    // The caller reports a failed start in one line.
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
