using Azure.Core;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Logs;
using SalesforceConnector.Contracts.Telemetry;

namespace SalesforceConnector;

public static class TelemetryExport
{
    /// <summary>The app setting, which Azure Functions reads too.</summary>
    public const string ConnectionStringSetting = "APPLICATIONINSIGHTS_CONNECTION_STRING";

    /// <summary>
    /// Exports the app's traces, metrics and logs to Application Insights, authenticated as the identity that reads Key
    /// Vault. Without <see cref="ConnectionStringSetting"/> nothing is exported; the Functions host shows the logs on its
    /// console.
    /// </summary>
    /// <remarks>Azure Functions, "Use OpenTelemetry with Azure Functions": with the worker's defaults the host no longer exports logs on the app's behalf.</remarks>
    public static IServiceCollection AddTelemetryExport(this IServiceCollection services, IConfiguration configuration)
    {
        if (configuration[ConnectionStringSetting] is not { Length: > 0 } connectionString)
        {
            return services;
        }

        services.AddOptions<AzureMonitorExporterOptions>().Configure<TokenCredential>((options, credential) =>
        {
            options.ConnectionString = connectionString;
            options.Credential = credential;
            // Traces are sampled. Logs are not: the log line of a call must always be found.
            options.EnableTraceBasedLogsSampler = false;
        });
        services.Configure<OpenTelemetryLoggerOptions>(options => options.IncludeFormattedMessage = true);
        services.AddOpenTelemetry()
            .UseFunctionsWorkerDefaults()
            .WithTracing(tracing => tracing.AddSource(ConnectorTelemetry.Name).AddAzureMonitorTraceExporter())
            .WithMetrics(metrics => metrics.AddMeter(ConnectorTelemetry.Name).AddAzureMonitorMetricExporter())
            .WithLogging(logging => logging.AddAzureMonitorLogExporter());
        return services;
    }
}
