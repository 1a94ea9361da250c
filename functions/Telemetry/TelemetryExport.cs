using Azure.Core;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Resources;

namespace SalesforceConnector.Telemetry;

public static class TelemetryExport
{
    /// <summary>The app setting that Azure Functions, too, goes by.</summary>
    public const string ConnectionStringSetting = "APPLICATIONINSIGHTS_CONNECTION_STRING";

    /// <summary>
    /// Sends the app's activities and metrics to Application Insights, if the app settings say to which, as the identity
    /// that reads Key Vault. Without, nobody listens and they cost nothing. Logs are the Functions host's to send.
    /// </summary>
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
        });
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(
                configuration["WEBSITE_SITE_NAME"] is { Length: > 0 } site ? site : ConnectorTelemetry.Name,
                serviceInstanceId: configuration["WEBSITE_INSTANCE_ID"] ?? Environment.MachineName))
            .WithTracing(tracing => tracing.AddSource(ConnectorTelemetry.Name).AddAzureMonitorTraceExporter())
            .WithMetrics(metrics => metrics.AddMeter(ConnectorTelemetry.Name).AddAzureMonitorMetricExporter());
        return services;
    }
}
