using System.Diagnostics;
using System.Text.Json;
using Benchmarks.Probe;
using LocalHost;
using SalesforceConnector.Triggers.Queues;

namespace Benchmarks.Peers;

/// <summary>A function app on the local host: the host runs in this process, the app's worker in one of its own.</summary>
internal sealed class HostedApp : IAsyncDisposable
{
    // The app must have a connection, though nobody may listen there.
    private const string Nowhere = "UseDevelopmentStorage=true";

    private readonly FunctionsHost _host;
    private readonly LocalKeyVault? _vault;

    private HostedApp(FunctionsHost host, LocalKeyVault? vault, Process worker, long startedAt)
    {
        _host = host;
        _vault = vault;
        Worker = worker;
        StartedAt = startedAt;
    }

    public Uri Url => _host.BaseUrl;

    public Process Worker { get; }

    /// <summary>The timestamp of the moment at which the worker's process was started.</summary>
    public long StartedAt { get; }

    public static async Task<HostedApp> StartAsync(HostedAppOptions options, WorkerGateway? gateway = null, CancellationToken cancellationToken = default)
    {
        var vault = options.Org is null ? null : await LocalKeyVault.StartAsync(
            new Dictionary<string, string>
            {
                ["salesforce-client-id"] = options.ClientId,
                ["salesforce-client-secret"] = options.ClientSecret,
            },
            cancellationToken);
        try
        {
            Process? process = null;
            var startedAt = 0L;
            var startAsync = WorkerProcess.In(options.Folder, static _ => { }, started => process = started);
            var host = await FunctionsHost.StartAsync(
                new FunctionsHostOptions
                {
                    AppFolder = options.Folder,
                    Gateway = gateway,
                    StartWorker = (address, id, settings, cancellation) =>
                    {
                        startedAt = TimeProvider.System.GetTimestamp();
                        return startAsync(address, id, settings, cancellation);
                    },
                    Settings = SettingsOf(options, vault),
                    ListensTo = options.QueueFunctions.Contains,
                    // A worker that dies while it is measured must not be replaced unseen.
                    MaxWorkerErrors = 0,
                },
                cancellationToken);
            return new HostedApp(host, vault, process!, startedAt);
        }
        catch when (vault is not null)
        {
            await vault.DisposeAsync();
            throw;
        }
    }

    /// <summary>Hosts an app as a peer; what it announces is an <see cref="Announcement"/>.</summary>
    public static async Task RunAsync(string options)
    {
        await using var app = await StartAsync(JsonSerializer.Deserialize<HostedAppOptions>(options)!);
        await Conversation.HoldAsync(JsonSerializer.Serialize(new Announcement(app.Url, app.Worker.Id)));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        if (_vault is not null)
        {
            await _vault.DisposeAsync();
        }
    }

    private static Dictionary<string, string?> SettingsOf(HostedAppOptions options, LocalKeyVault? vault)
    {
        var settings = new Dictionary<string, string?> { ["Storage"] = options.Storage ?? Nowhere };
        if (options.Probe is { } pipe)
        {
            settings[Usage.PipeVariable] = pipe;
            // The local host's own, which ends the worker with its host, and the probe's.
            settings["DOTNET_STARTUP_HOOKS"] = string.Join(Path.PathSeparator, typeof(FunctionsHost).Assembly.Location, typeof(Usage).Assembly.Location);
        }

        foreach (var (name, value) in options.Settings)
        {
            settings[name] = value;
        }

        if (vault is null)
        {
            return settings;
        }

        settings["Salesforce__BaseUrl"] = options.Org!.AbsoluteUri;
        settings["Salesforce__AllowLoopback"] = "true";
        settings["KeyVault__Uri"] = LocalKeyVault.VaultUri;
        if (options.Storage is null)
        {
            // Or each login would look for a table first.
            settings["Salesforce__ShareTokens"] = "false";
        }

        foreach (var (name, value) in AppStorage.Settings(new QueueOptions()).Concat(vault.Variables))
        {
            settings[name] = value;
        }

        return settings;
    }

    /// <summary>What a peer that hosts an app says when it is ready.</summary>
    internal sealed record Announcement(Uri Url, int WorkerId);
}

/// <param name="Folder">What a build or a publish of the app yields.</param>
/// <param name="Org">The org that the connector calls; <see langword="null"/> for another app.</param>
internal sealed record HostedAppOptions(string Folder, Uri? Org)
{
    public string ClientId { get; init; } = Sample.ClientId;

    public string ClientSecret { get; init; } = Sample.ClientSecret;

    /// <summary>The connection string of the queues' storage; none is needed for HTTP.</summary>
    public string? Storage { get; init; }

    /// <summary>The queue functions that the host listens for. An instance that serves HTTP on Flex Consumption listens to none.</summary>
    public IReadOnlyList<string> QueueFunctions { get; init; } = [];

    /// <summary>App settings besides those that every app has.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>The pipe on which the worker tells its <see cref="Usage"/>, if it is to be asked.</summary>
    public string? Probe { get; init; }
}
