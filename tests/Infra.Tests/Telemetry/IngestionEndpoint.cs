using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Infra.Tests.Telemetry;

/// <summary>An ingestion endpoint of Application Insights on loopback: takes what the app's exporter sends, over HTTPS.</summary>
/// <remarks>The protocol of <c>POST /v2.1/track</c>: envelopes of JSON, one a line, compressed or not.</remarks>
internal sealed class IngestionEndpoint : IAsyncDisposable
{
    private readonly ConcurrentQueue<TelemetryRecord> _records = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ingestion-");
    private readonly WebApplication _app;

    private IngestionEndpoint(WebApplication app) => _app = app;

    public IReadOnlyCollection<TelemetryRecord> Records => _records;

    /// <summary>The app settings and environment variables of an app that is to send here.</summary>
    public Dictionary<string, string?> Settings { get; } = [];

    public static async Task<IngestionEndpoint> StartAsync(CancellationToken cancellationToken)
    {
        using var certificate = CreateCertificate();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        // Windows cannot serve with a key that was never in a key store; loading a PKCS #12 puts it in one.
        var served = X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.UseHttps(served)));
        var app = builder.Build();
        var endpoint = new IngestionEndpoint(app);
        app.Run(endpoint.TakeAsync);
        await app.StartAsync(cancellationToken);

        var trusted = Path.Combine(endpoint._folder.FullName, "trusted.pem");
        await File.WriteAllTextAsync(trusted, certificate.ExportCertificatePem(), cancellationToken);
        var url = app.Urls.Single();
        endpoint.Settings["APPLICATIONINSIGHTS_CONNECTION_STRING"] =
            $"InstrumentationKey={Guid.Empty};IngestionEndpoint={url}/;LiveEndpoint={url}/";
        // The exporter's own statistics go to Microsoft.
        endpoint.Settings["APPLICATIONINSIGHTS_STATSBEAT_DISABLED"] = "true";
        // OpenSSL's, and so .NET's, list of whom to trust.
        endpoint.Settings["SSL_CERT_FILE"] = trusted;
        return endpoint;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task TakeAsync(HttpContext context)
    {
        if (!context.Request.Path.Value!.EndsWith("/track", StringComparison.Ordinal))
        {
            // Live metrics, which nobody watches.
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var body = context.Request.Headers.ContentEncoding == "gzip"
            ? new GZipStream(context.Request.Body, CompressionMode.Decompress)
            : context.Request.Body;
        using var reader = new StreamReader(body, Encoding.UTF8);
        var taken = 0;
        while (await reader.ReadLineAsync(context.RequestAborted) is { } line)
        {
            foreach (var record in TelemetryRecord.Of(JsonNode.Parse(line)!))
            {
                _records.Enqueue(record);
            }

            taken++;
        }

        await context.Response.WriteAsJsonAsync(
            new { itemsReceived = taken, itemsAccepted = taken, errors = Array.Empty<object>() }, context.RequestAborted);
    }

    private static X509Certificate2 CreateCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=ingestion", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
