using Azure.Core;
using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using SalesforceConnector;

namespace Connector.Tests.Telemetry;

/// <summary>Where the telemetry goes.</summary>
public sealed class ExportTests
{
    private const string ConnectionString = "InstrumentationKey=00000000-0000-0000-0000-000000000000;IngestionEndpoint=https://127.0.0.1:9/";

    [Fact]
    public void Without_a_connection_string_nothing_is_exported()
    {
        using var services = Services(new Dictionary<string, string?>());

        services.GetService<TracerProvider>().ShouldBeNull();
        services.GetService<MeterProvider>().ShouldBeNull();
    }

    [Fact]
    public void With_one_traces_metrics_and_logs_go_to_Application_Insights_as_the_apps_identity()
    {
        using var services = Services(new Dictionary<string, string?>
        {
            [TelemetryExport.ConnectionStringSetting] = ConnectionString,
            ["KeyVault:Uri"] = "https://vault.vault.azure.net",
            ["KeyVault:ManagedIdentityClientId"] = "an-id",
        });

        services.GetRequiredService<TracerProvider>();
        services.GetRequiredService<MeterProvider>();
        services.GetRequiredService<LoggerProvider>();
        // The Functions host exports none of them on the app's behalf then.
        services.GetRequiredService<IOptions<WorkerOptions>>().Value.Capabilities["WorkerOpenTelemetryEnabled"].ShouldBe(bool.TrueString);
        var options = services.GetRequiredService<IOptions<AzureMonitorExporterOptions>>().Value;
        options.ConnectionString.ShouldBe(ConnectionString);
        options.EnableTraceBasedLogsSampler.ShouldBeFalse();
        options.Credential.ShouldBeOfType<ManagedIdentityCredential>().ShouldBeSameAs(services.GetRequiredService<TokenCredential>());
    }

    private static ServiceProvider Services(IReadOnlyDictionary<string, string?> settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddLogging();
        return services.AddSalesforceConnector().AddTelemetryExport(configuration).BuildServiceProvider();
    }
}
