using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace SalesforceSimulator.Events.Service;

/// <summary>Listens for the Pub/Sub API, apart from the REST API's server.</summary>
internal sealed class PubSubServer : IAsyncDisposable
{
    private static readonly Lazy<X509Certificate2> LoopbackCertificate = new(CreateCertificate);

    private readonly WebApplication _app;

    private PubSubServer(WebApplication app) => _app = app;

    public required Uri Url { get; init; }

    /// <summary>The certificate of this process; <see langword="null"/> without TLS.</summary>
    public required X509Certificate2? Certificate { get; init; }

    /// <exception cref="IOException">The port is in use.</exception>
    public static async Task<PubSubServer> StartAsync(PubSubService service, EventOptions options, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            if (options.Port == 0)
            {
                kestrel.Listen(IPAddress.Loopback, 0, Configure);
            }
            else
            {
                kestrel.ListenLocalhost(options.Port, Configure);
            }
        });
        builder.Services.AddSingleton<IHostLifetime, LifetimeOfOwner>();

        // Subscriptions do not end by themselves, so there is nothing to wait for.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMilliseconds(100));
        builder.Services.AddRoutingCore();
        builder.Services.AddGrpc(grpc => grpc.EnableDetailedErrors = true);
        builder.Services.AddSingleton(service);
        var app = builder.Build();
        app.UseRouting();
        app.MapGrpcService<PubSubService>();
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        return new PubSubServer(app)
        {
            Url = options.Port == 0
                ? new Uri(app.Urls.First())
                : new Uri($"{(options.Tls ? "https" : "http")}://localhost:{options.Port}"),
            Certificate = options.Tls ? LoopbackCertificate.Value : null,
        };

        void Configure(ListenOptions endpoint)
        {
            endpoint.Protocols = HttpProtocols.Http2;
            if (options.Tls)
            {
                endpoint.UseHttps(LoopbackCertificate.Value);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static X509Certificate2 CreateCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());

        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(1));

        // Windows cannot use a key that was never in a key store. Loading a PKCS #12 puts it into one.
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null);
    }
}
