using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace SalesforceConnector;

public static class ConnectorApplication
{
    /// <summary>Makes the connector of a worker: its web server, all that the functions use, and what it tells of itself.</summary>
    public static FunctionsApplicationBuilder ConfigureConnector(this FunctionsApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);

        builder.ConfigureFunctionsWebApplication();
        builder.Services.AddSalesforceConnector().AddTelemetryExport(builder.Configuration);
        // Every record travels to the Functions host too: one a call, ours, and of the frameworks only what went wrong.
        builder.Logging
            .AddFilter("Azure", LogLevel.Warning)
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddFilter("System", LogLevel.Warning);
        return builder;
    }
}
