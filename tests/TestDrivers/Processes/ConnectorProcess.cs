using System.Diagnostics;
using LocalHost;
using Microsoft.Extensions.Logging;
using SalesforceSimulator;

namespace TestDrivers;

/// <summary>The connector as Azure runs it: its worker in a process of its own, with an org and a vault in this one.</summary>
internal sealed class ConnectorProcess : IAsyncDisposable
{
    private readonly FunctionsHost _host;
    private readonly List<Process> _workers;

    private ConnectorProcess(Simulator org, LocalKeyVault vault, FunctionsHost host, CollectedLog log, List<Process> workers)
    {
        (Org, Vault, _host, Log, _workers) = (org, vault, host, log, workers);
        Client = new HttpClient { BaseAddress = new Uri(host.BaseUrl, "api/") };
    }

    public Simulator Org { get; }

    public LocalKeyVault Vault { get; }

    public CollectedLog Log { get; }

    public HttpClient Client { get; }

    /// <summary>How many workers have been started so far.</summary>
    public int Starts
    {
        get
        {
            lock (_workers)
            {
                return _workers.Count;
            }
        }
    }

    /// <summary>The worker's process id.</summary>
    public int WorkerId
    {
        get
        {
            lock (_workers)
            {
                return _workers[^1].Id;
            }
        }
    }

    /// <summary>The memory that the worker holds at the moment, in bytes.</summary>
    public long WorkingSet
    {
        get
        {
            lock (_workers)
            {
                _workers[^1].Refresh();
                return _workers[^1].WorkingSet64;
            }
        }
    }

    /// <param name="folder">The app's; by default the output of its build.</param>
    /// <param name="jwt">Logs in by JWT bearer: the vault has the key salesforce-jwt, and nothing a client secret.</param>
    public static async Task<ConnectorProcess> StartAsync(
        string? folder = null, AzuriteAccount? storage = null, string? key = null, IReadOnlyDictionary<string, string?>? settings = null, bool jwt = false)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var vault = await LocalKeyVault.StartAsync(
            jwt
                ? new Dictionary<string, string>()
                : new Dictionary<string, string>
                {
                    ["salesforce-client-id"] = OrgCredentials.ClientId,
                    ["salesforce-client-secret"] = OrgCredentials.ClientSecret,
                },
            cancellationToken);
        var options = jwt ? new SimulatorOptions { ClientSecret = null, JwtApp = new JwtApp(vault.AddCertificate("salesforce-jwt")) } : new SimulatorOptions();
        var org = await Simulator.StartAsync(options, cancellationToken);
        var appSettings = new Dictionary<string, string?>(vault.Variables)
        {
            ["Salesforce__BaseUrl"] = org.BaseUrl.ToString(),
            ["Salesforce__AllowLoopback"] = "true",
            ["Salesforce__ShareTokens"] = storage is null ? "false" : "true",
            ["Salesforce__WarmUp"] = "false",
            ["KeyVault__Uri"] = LocalKeyVault.VaultUri,
            ["Storage"] = storage?.ConnectionString ?? "UseDevelopmentStorage=true",
            ["AzureFunctionsJobHost__extensions__queues__maxPollingInterval"] = "00:00:00.2",
            ["AzureFunctionsJobHost__extensions__queues__visibilityTimeout"] = "00:00:01",
            [FirstGeneration.Variable] = FirstGeneration.Size,
        };
        if (options.JwtApp is { } app)
        {
            appSettings["Salesforce__Login"] = "jwt";
            appSettings["Salesforce__ConsumerKey"] = OrgCredentials.ClientId;
            appSettings["Salesforce__UserName"] = app.UserName;
        }

        foreach (var (name, value) in settings ?? new Dictionary<string, string?>())
        {
            appSettings[name] = value;
        }

        if (storage is not null)
        {
            await AppStorage.CreateAsync(storage.ConnectionString, AppStorage.OptionsOf(appSettings), cancellationToken);
        }

        var log = new CollectedLog();
        var workers = new List<Process>();
        folder ??= FunctionsHostOptions.BuiltApp;
        var host = await FunctionsHost.StartAsync(
            new FunctionsHostOptions
            {
                AppFolder = folder,
                StartWorker = WorkerProcess.In(folder, _ => { }, process =>
                {
                    lock (workers)
                    {
                        workers.Add(process);
                    }
                }),
                Key = key,
                ListensTo = _ => storage is not null,
                Settings = appSettings,
                ConfigureLogging = logging => logging.SetMinimumLevel(LogLevel.Information)
                    // The host's own; the worker's come under a prefix.
                    .AddFilter("Microsoft", LogLevel.Warning)
                    .AddFilter("Yarp", LogLevel.Warning)
                    // Azure's clients tell what they do to the whole process, which has other tests' clients too.
                    // For this provider: host.json has a level for Azure.Core, and the longer name would win.
                    .AddFilter<CollectedLog>("Azure", LogLevel.None)
                    .AddProvider(log),
            },
            cancellationToken);
        return new ConnectorProcess(org, vault, host, log, workers);
    }

    /// <summary>Ends the worker's process at once, as a crash does.</summary>
    public void KillWorker()
    {
        lock (_workers)
        {
            _workers[^1].Kill();
        }
    }

    public Task<HttpResponseMessage> PostAsync(string route, object payload) => Client.PostAsync(
        new Uri(route, UriKind.Relative), System.Net.Http.Json.JsonContent.Create(payload), TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _host.DisposeAsync();
        await Vault.DisposeAsync();
        await Org.DisposeAsync();
        Log.Text.ShouldNotContain(OrgCredentials.ClientSecret);
        TelemetryScan.HasSecret(Log.Text).ShouldBeFalse();
    }
}
