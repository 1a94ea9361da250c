using System.IO.Compression;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SalesforceSimulator.Endpoints;
using SalesforceSimulator.Http;

namespace SalesforceSimulator;

/// <summary>A Salesforce org on loopback, with sample data, for tests and local work.</summary>
public sealed class Simulator : IAsyncDisposable
{
    // Kestrel must let through what the simulator itself is to refuse.
    private const int LongestRequestLine = 4 * 1024 * 1024;

    private readonly WebApplication _app;
    private readonly Org _org;
    private readonly AdminDoor _admin;

    private Simulator(SimulatorOptions options)
    {
        _org = new Org(options);
        _admin = new AdminDoor(_org);
        var oauth = new OAuth(_org, () => options.InstanceUrl ?? BaseUrl.GetLeftPart(UriPartial.Authority));
        _app = Build(options, new FrontDoor(_org, new Router(_org, oauth), _admin));
    }

    /// <summary>Where the org listens: <c>http://localhost:{port}</c>, or <c>http://127.0.0.1:{port}</c> when any free port was asked for.</summary>
    public Uri BaseUrl { get; private set; } = null!;

    /// <summary>What the org did so far; the same as <c>GET /__admin/stats</c>.</summary>
    public SimulatorStats Stats => _admin.Stats;

    /// <summary>The last 1,000 requests in order, those to <c>/__admin</c> left out.</summary>
    public IReadOnlyList<RecordedRequest> Requests => _org.Requests.All;

    /// <summary>Requests to a path, or by a method, that no resource serves; a test of a client asserts there are none.</summary>
    public IReadOnlyList<RecordedRequest> UnexpectedRequests => _org.Requests.Unexpected;

    /// <summary>Requests that the simulator does not know Salesforce's answer to, and answered 501 in plain text.</summary>
    public IReadOnlyList<RecordedRequest> NotKnownRequests => _org.Requests.NotKnown;

    /// <summary>Starts an org.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<Simulator> StartAsync(SimulatorOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new SimulatorOptions();
        var simulator = new Simulator(options);
        try
        {
            await simulator._app.StartAsync(cancellationToken);
        }
        catch
        {
            await simulator.DisposeAsync();
            throw;
        }

        simulator.BaseUrl = options.Port == 0
            ? new Uri(simulator._app.Urls.First())
            : new Uri($"http://localhost:{options.Port}");
        return simulator;
    }

    /// <summary>Puts everything back to the start: sample data, counters, credentials, limits; no tokens, no faults, no requests.</summary>
    public void Reset() => _admin.Reset();

    /// <summary>Adds fault rules behind those in force.</summary>
    /// <exception cref="ArgumentException">A rule makes no sense; none was added.</exception>
    public void AddFaults(params IEnumerable<FaultRule> rules) => _org.Faults.Add([.. rules]);

    /// <summary>Removes every fault rule.</summary>
    public void ClearFaults() => _org.Faults.Clear();

    /// <summary>Ends every session: each token handed out so far answers INVALID_SESSION_ID.</summary>
    public void ExpireTokens() => _admin.ExpireTokens();

    /// <summary>Changes the client secret the token endpoint takes from now on.</summary>
    public void SetClientSecret(string clientSecret) => _admin.SetClientSecret(clientSecret);

    /// <summary>Changes the certificate and the policies that logins by JWT bearer are judged by.</summary>
    public void SetJwtApp(JwtApp app) => _admin.SetJwtApp(app);

    /// <summary>Changes how many API calls the org executes until it answers REQUEST_LIMIT_EXCEEDED.</summary>
    public void SetDailyLimit(int dailyApiRequests) => _admin.SetDailyLimit(dailyApiRequests);

    /// <summary>Adds generated records, whose values are computed whenever they are read.</summary>
    /// <param name="descriptionLength">The length of each Description; 0 leaves it empty.</param>
    public void Fill(string objectType, int count, int descriptionLength = 0) => _admin.Fill(objectType, count, descriptionLength);

    /// <summary>Stops listening; connections still open are closed.</summary>
    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private static WebApplication Build(SimulatorOptions options, FrontDoor frontDoor)
    {
        // Empty: a library must not read its process's configuration, nor write to its console.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MaxRequestLineSize = LongestRequestLine;
            kestrel.Limits.MaxRequestHeadersTotalSize = LongestRequestLine;
            kestrel.Limits.MaxRequestBufferSize = null;

            // A client may take its time over a page.
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
        builder.Services.AddResponseCompression(compression => compression.Providers.Add<GzipCompressionProvider>());
        builder.Services.Configure<GzipCompressionProviderOptions>(gzip => gzip.Level = CompressionLevel.Fastest);

        var app = builder.Build();
        app.UseRequestDecompression();
        app.UseResponseCompression();
        app.Run(frontDoor.HandleAsync);
        return app;
    }

    /// <summary>Leaves Ctrl+C and the process's end to whoever started the simulator.</summary>
    private sealed class LifetimeOfOwner : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
