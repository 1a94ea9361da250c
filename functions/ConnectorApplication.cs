using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace SalesforceConnector;

public static class ConnectorApplication
{
    /// <summary>Configures the worker: its web server, the connector's services and its telemetry.</summary>
    public static FunctionsApplicationBuilder ConfigureConnector(this FunctionsApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);

        builder.ConfigureFunctionsWebApplication();
        builder.Services.AddSalesforceConnector().AddTelemetryExport(builder.Configuration);
        // The worker also sends each log record to the Functions host. Keep the connector's own, and the frameworks' warnings.
        builder.Logging
            .AddFilter("Azure", LogLevel.Warning)
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddFilter("System", LogLevel.Warning);
        return builder;
    }
}
