using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using LocalHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SalesforceConnector.Triggers.Queues;
using SalesforceSimulator;

namespace Connector.Tests.Drivers;

/// <summary>
/// The whole connector on ports of its own: an org, a Key Vault, and the functions as the host serves them, those of
/// queues too if it is given a storage account. At the end
/// it sees to it that the org was asked nothing unforeseen and that no secret went into a log, an answer, a trace or a metric.
/// </summary>
internal sealed class ConnectorApp : IAsyncDisposable
{
    public const string ClientId = OrgCredentials.ClientId;
    public const string ClientSecret = OrgCredentials.ClientSecret;

    /// <summary>The vault's key, of an app that logs in by JWT bearer.</summary>
    public const string SigningKey = "salesforce-jwt";

    /// <summary>The settings of an app that logs in by JWT bearer, for its further instances.</summary>
    public static readonly IReadOnlyDictionary<string, string?> JwtSettings = new Dictionary<string, string?>
    {
        ["Salesforce__Login"] = "jwt",
        ["Salesforce__ConsumerKey"] = ClientId,
        ["Salesforce__UserName"] = "irene.integration@example.com",
    };

    // The host waits longer, as it should: for nobody.
    private static readonly Dictionary<string, string?> HostInAHurry = new()
    {
        ["AzureFunctionsJobHost__extensions__queues__maxPollingInterval"] = "00:00:00.2",
        ["AzureFunctionsJobHost__extensions__queues__visibilityTimeout"] = "00:00:01",
    };

    private readonly FunctionsHost _host;
    private readonly InProcessWorker _worker;
    private readonly AzuriteAccount? _storage;
    private readonly string[]? _listensTo;
    private readonly bool _isFirst;
    private readonly List<string> _secrets = [ClientSecret];

    private ConnectorApp(
        Simulator org,
        LocalKeyVault vault,
        FunctionsHost host,
        InProcessWorker worker,
        CollectedLog log,
        AzuriteAccount? storage,
        string[]? listensTo,
        bool isFirst)
    {
        (Org, Vault, _host, _worker, Log, _storage, _listensTo, _isFirst) = (org, vault, host, worker, log, storage, listensTo, isFirst);
        Client = new HttpClient { BaseAddress = new Uri(host.BaseUrl, "api/") };
    }

    public Simulator Org { get; }

    public LocalKeyVault Vault { get; }

    public CollectedLog Log { get; }

    /// <summary>The queues, of an app that was given a storage account.</summary>
    public QueueDriver Queues => field ??= new QueueDriver(
        _storage?.ConnectionString ?? throw new InvalidOperationException("The app was started without a storage account."));

    public HttpClient Client { get; }

    public IServiceProvider Services => _worker.Services;

    /// <param name="storage">An account for the app, from <see cref="AzuriteFixture"/>; its queue functions run then.</param>
    /// <param name="key">The function key that callers are asked for; <see cref="Client"/> sends none.</param>
    /// <param name="jwt">Logs in by JWT bearer: the vault has a signing key, and nothing a client secret.</param>
    /// <param name="listensTo">
    /// The operations, and DeliverEvent, that run from queues; <see langword="null"/> for all. Others have no queue, so a
    /// message to them fails at once with QueueNotFound. Queues are most of what an app with storage costs.
    /// </param>
    public static async Task<ConnectorApp> StartAsync(
        IReadOnlyDictionary<string, string?>? settings = null,
        TimeProvider? time = null,
        SimulatorOptions? org = null,
        AzuriteAccount? storage = null,
        string? key = null,
        bool jwt = false,
        string[]? listensTo = null)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var vault = await LocalKeyVault.StartAsync(
            jwt
                ? ImmutableDictionary<string, string>.Empty
                : new Dictionary<string, string> { ["salesforce-client-id"] = ClientId, ["salesforce-client-secret"] = ClientSecret },
            cancellationToken);
        if (jwt)
        {
            org = (org ?? new SimulatorOptions()) with { ClientSecret = null, JwtApp = new JwtApp(vault.AddCertificate(SigningKey)) };
            settings = JwtSettings.Concat(settings ?? ImmutableDictionary<string, string?>.Empty).ToDictionary();
        }

        var simulator = await Simulator.StartAsync(org, cancellationToken);
        return await StartAsync(simulator, vault, settings, time, storage, key, listensTo, isFirst: true);
    }

    /// <summary>Starts one more instance of this app: the same org, vault and storage.</summary>
    public Task<ConnectorApp> StartInstanceAsync(IReadOnlyDictionary<string, string?>? settings = null, TimeProvider? time = null) =>
        StartAsync(Org, Vault, settings, time, _storage, key: null, _listensTo, isFirst: false);

    private static async Task<ConnectorApp> StartAsync(
        Simulator simulator,
        LocalKeyVault vault,
        IReadOnlyDictionary<string, string?>? settings,
        TimeProvider? time,
        AzuriteAccount? storage,
        string? key,
        string[]? listensTo,
        bool isFirst)
    {
        foreach (var name in listensTo ?? [])
        {
            AppStorage.Triggers.Keys.ShouldContain(name, $"{nameof(listensTo)} has an operation that no queue triggers.");
        }

        bool Listens(string name) => storage is not null && (listensTo?.Contains(name) ?? true);
        var cancellationToken = TestContext.Current.CancellationToken;
        var appSettings = new Dictionary<string, string?>(AppStorage.Settings(new QueueOptions()).Concat(HostInAHurry))
        {
            // A login ahead of the calls would be one that tests do not expect.
            ["Salesforce__WarmUp"] = "false",
            ["Salesforce__ShareTokens"] = storage is null ? "false" : "true",
        };
        if (simulator.HasEvents)
        {
            appSettings["Events__Endpoint"] = simulator.Events.Url.ToString();
        }

        foreach (var (name, value) in settings ?? ImmutableDictionary<string, string?>.Empty)
        {
            appSettings[name] = value;
        }

        if (isFirst && storage is not null)
        {
            await AppStorage.CreateAsync(storage.ConnectionString, AppStorage.OptionsOf(appSettings), cancellationToken, Listens);
        }

        var log = new CollectedLog();
        var (host, worker) = await ConnectorWorker.StartAsync(
            new FunctionsHostOptions
            {
                Key = key,
                ListensTo = function => Listens(function.Replace(QueueOperation.FromQueue, "", StringComparison.Ordinal)),
                Settings = new Dictionary<string, string?>(appSettings)
                {
                    ["Salesforce__BaseUrl"] = simulator.BaseUrl.ToString(),
                    ["Salesforce__AllowLoopback"] = "true",
                    ["Salesforce__RetryDelay"] = "00:00:00.001",
                    ["KeyVault__Uri"] = LocalKeyVault.VaultUri,
                    ["Storage"] = storage?.ConnectionString ?? appSettings.GetValueOrDefault("Storage", "UseDevelopmentStorage=true"),
                },
                ConfigureLogging = logging => logging.SetMinimumLevel(LogLevel.Information).AddProvider(log),
            },
            services =>
            {
                vault.AddTo(services);
                services.AddSingleton(time ?? TimeProvider.System);
            },
            logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log));
        return new ConnectorApp(simulator, vault, host, worker, log, storage, listensTo, isFirst);
    }

    /// <summary>Posts a payload: an anonymous object, or text that goes out as it is.</summary>
    public async Task<Reply> PostAsync(string route, object payload, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, route);
        request.Content = new ByteArrayContent(payload switch
        {
            byte[] bytes => bytes,
            string text => Encoding.UTF8.GetBytes(text),
            _ => JsonSerializer.SerializeToUtf8Bytes(payload),
        });
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await SendAsync(request);
    }

    public async Task<Reply> GetAsync(string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await SendAsync(request);
    }

    /// <summary>Asks for the result of an accepted request until it is there.</summary>
    public async Task<Reply> FetchResultAsync(Reply accepted, params (string Name, string Value)[] headers)
    {
        accepted.Status.ShouldBe(HttpStatusCode.Accepted, accepted.Body);
        Reply? result = null;
        await QueueDriver.WaitAsync(
            async () => (result = await GetAsync(accepted.Headers["Location"], headers)).Status != HttpStatusCode.Accepted,
            () => $"the result at {accepted.Headers["Location"]}");
        return result!;
    }

    /// <summary>A secret that this test brought in, which must not be found in the log either.</summary>
    public string Secret(string value)
    {
        _secrets.Add(value);
        return value;
    }

    /// <summary>The last request that the org got, besides logins.</summary>
    public RecordedRequest LastCall => Calls[^1];

    public IReadOnlyList<RecordedRequest> Calls =>
        [.. Org.Requests.Where(request =>
            request.Path.StartsWith("/services/data", StringComparison.Ordinal) || request.Path.StartsWith("/services/apexrest", StringComparison.Ordinal))];

    /// <returns>An access token of the org, had without the connector.</returns>
    public Task<string> LogInAtOrgAsync() => LogInAsync(Org);

    /// <inheritdoc cref="LogInAtOrgAsync"/>
    public static async Task<string> LogInAsync(Simulator org)
    {
        using var client = new HttpClient { BaseAddress = org.BaseUrl };
        return await OrgCredentials.LogInAsync(client, TestContext.Current.CancellationToken);
    }

    private async Task<Reply> SendAsync(HttpRequestMessage request)
    {
        using var response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        var reply = new Reply(
            response.StatusCode,
            response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
                .ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        // For each reply of each test: no expression, which is compiled anew each time.
        _secrets.Where(secret => reply.Body.Contains(secret, StringComparison.Ordinal)).ShouldBeEmpty();
        TelemetryScan.HasSecret(reply.Body + string.Concat(reply.Headers.Values)).ShouldBeFalse();
        if (_listensTo is not null && reply.Body.Contains("STORAGE_UNAVAILABLE", StringComparison.Ordinal))
        {
            Log.Text.Contains("QueueNotFound", StringComparison.Ordinal)
                .ShouldBeFalse($"{request.RequestUri} sends to the queue of an operation that {nameof(StartAsync)} was not given in listensTo.");
        }

        return reply;
    }

    public Task StopFunctionsAsync() => _host.DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _host.DisposeAsync();
        if (_isFirst)
        {
            await Vault.DisposeAsync();
            await Org.DisposeAsync();
            Org.UnexpectedRequests.ShouldBeEmpty();
            Org.NotKnownRequests.ShouldBeEmpty();
        }

        foreach (var secret in _secrets)
        {
            Log.Text.ShouldNotContain(secret);
        }

        TelemetryScan.HasSecret(Log.Text).ShouldBeFalse();
        TelemetryScan.Secrets.ShouldBeEmpty();
    }
}
