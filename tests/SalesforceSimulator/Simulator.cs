using System.IO.Compression;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SalesforceSimulator.Endpoints.Logins;
using SalesforceSimulator.Events;
using SalesforceSimulator.Events.Service;
using SalesforceSimulator.Http;

namespace SalesforceSimulator;

/// <summary>A Salesforce org on loopback, with sample data, for tests and local work.</summary>
public sealed class Simulator : IAsyncDisposable
{
    // Kestrel must accept requests that the simulator itself rejects.
    private const int LongestRequestLine = 4 * 1024 * 1024;

    private readonly WebApplication _app;
    private readonly Org _org;
    private readonly AdminDoor _admin;
    private readonly SimulatorOptions _options;
    private SimulatorEvents? _events;

    private Simulator(SimulatorOptions options)
    {
        _options = options;
        _org = new Org(options);
        _admin = new AdminDoor(_org);
        var oauth = new OAuth(_org, InstanceUrl);
        _app = Build(options, new FrontDoor(_org, new Router(_org, oauth), _admin));
    }

    /// <summary>The org's URL: <c>http://localhost:{port}</c>, or <c>http://127.0.0.1:{port}</c> with any free port.</summary>
    public Uri BaseUrl { get; private set; } = null!;

    /// <summary>The org's events and its Pub/Sub API.</summary>
    /// <exception cref="InvalidOperationException">The org has none: see <see cref="SimulatorOptions.Events"/>.</exception>
    public SimulatorEvents Events => _events ?? throw new InvalidOperationException("The org has no events. Set SimulatorOptions.Events.");

    /// <summary>Whether the org has events.</summary>
    public bool HasEvents => _events is not null;

    /// <summary>Statistics of the org; the same as <c>GET /__admin/stats</c>.</summary>
    public SimulatorStats Stats => _admin.Stats;

    /// <summary>The last 1,000 requests in order, without those to <c>/__admin</c>.</summary>
    public IReadOnlyList<RecordedRequest> Requests => _org.Requests.All;

    /// <summary>Requests with a path or method that no resource supports. Tests of clients assert that there are none.</summary>
    public IReadOnlyList<RecordedRequest> UnexpectedRequests => _org.Requests.Unexpected;

    /// <summary>Requests whose reply the simulator does not know. It replied with 501 in plain text.</summary>
    public IReadOnlyList<RecordedRequest> NotKnownRequests => _org.Requests.NotKnown;

    /// <summary>Starts an org.</summary>
    /// <exception cref="IOException">The port is in use.</exception>
    public static async Task<Simulator> StartAsync(SimulatorOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new SimulatorOptions();
        var simulator = new Simulator(options);
        try
        {
            await simulator._app.StartAsync(cancellationToken);
            simulator.BaseUrl = options.Port == 0
                ? new Uri(simulator._app.Urls.First())
                : new Uri($"http://localhost:{options.Port}");
            await simulator.StartEventsAsync(cancellationToken);
        }
        catch
        {
            await simulator.DisposeAsync();
            throw;
        }

        return simulator;
    }

    /// <summary>Restores the initial state: sample data, counters, credentials and limits; removes tokens, faults and recorded requests.</summary>
    public void Reset() => _admin.Reset();

    /// <summary>Adds fault rules after the active ones.</summary>
    /// <exception cref="ArgumentException">A rule is invalid. No rule was added.</exception>
    public void AddFaults(params IEnumerable<FaultRule> rules) => _org.Faults.Add([.. rules]);

    /// <summary>Removes all fault rules.</summary>
    public void ClearFaults() => _org.Faults.Clear();

    /// <summary>Ends all sessions. Further calls with their tokens get INVALID_SESSION_ID.</summary>
    public void ExpireTokens() => _admin.ExpireTokens();

    /// <summary>Changes the client secret that the token endpoint accepts.</summary>
    public void SetClientSecret(string clientSecret) => _admin.SetClientSecret(clientSecret);

    /// <summary>Changes the certificate and the policies that logins by JWT bearer are judged by.</summary>
    public void SetJwtApp(JwtApp app) => _admin.SetJwtApp(app);

    /// <summary>Changes whether the org lets its user log in. Sessions go on.</summary>
    public void SetLoginState(LoginState state) => _admin.SetLoginState(state);

    /// <summary>Changes the number of API calls after which the org replies with REQUEST_LIMIT_EXCEEDED.</summary>
    public void SetDailyLimit(int dailyApiRequests) => _admin.SetDailyLimit(dailyApiRequests);

    /// <summary>Changes how Bulk API 2.0 behaves.</summary>
    /// <exception cref="ArgumentException">The settings are invalid. Nothing was changed.</exception>
    public void SetBulk(BulkSettings settings) => _admin.SetBulk(settings);

    /// <summary>Adds generated records, whose values are computed on each read.</summary>
    /// <param name="descriptionLength">The length of each Description; 0 for none.</param>
    public void Fill(string objectType, int count, int descriptionLength = 0) => _admin.Fill(objectType, count, descriptionLength);

    /// <summary>Stops listening and closes open connections.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_org.Gate)
        {
            _org.Bulk.Discard();
        }

        if (_events is not null)
        {
            await _events.DisposeAsync();
        }

        await _app.DisposeAsync();
    }

    private async Task StartEventsAsync(CancellationToken cancellationToken)
    {
        if (_org.Events is { } bus)
        {
            var server = await PubSubServer.StartAsync(new PubSubService(_org, bus, InstanceUrl), _options.Events!, cancellationToken);
            _events = new SimulatorEvents(_org, bus, server);
        }
    }

    private string InstanceUrl() => _options.InstanceUrl ?? BaseUrl.GetLeftPart(UriPartial.Authority);

    private static WebApplication Build(SimulatorOptions options, FrontDoor frontDoor)
    {
        // Empty, because a library must not read the process's configuration or write to its console.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MaxRequestLineSize = LongestRequestLine;
            kestrel.Limits.MaxRequestHeadersTotalSize = LongestRequestLine;
            kestrel.Limits.MaxRequestBufferSize = null;

            // Clients may read slowly.
            kestrel.Limits.MinResponseDataRate = null;
            if (options.Port == 0)
            {
                kestrel.Listen(IPAddress.Loopback, 0);
            }
            else
            {
                kestrel.ListenLocalhost(options.Port);
            }
        });
        builder.Services.AddSingleton<IHostLifetime, LifetimeOfOwner>();
        builder.Services.AddRequestDecompression();
        builder.Services.AddResponseCompression(compression =>
        {
            compression.Providers.Add<GzipCompressionProvider>();
            compression.MimeTypes = [.. ResponseCompressionDefaults.MimeTypes, "text/csv"];
        });
        builder.Services.Configure<GzipCompressionProviderOptions>(gzip => gzip.Level = CompressionLevel.Fastest);

        var app = builder.Build();
        app.UseRequestDecompression();
        app.UseResponseCompression();
        app.Run(frontDoor.HandleAsync);
        return app;
    }
}
