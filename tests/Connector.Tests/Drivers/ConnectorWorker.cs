using LocalHost;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;
using Microsoft.Azure.Functions.Worker.Invocation;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SalesforceConnector;

namespace Connector.Tests.Drivers;

/// <summary>The connector's worker in the test's process.</summary>
internal static class ConnectorWorker
{
    /// <summary>Starts the connector on a host of its own.</summary>
    /// <param name="configureServices">Runs after the app's own registration.</param>
    public static async Task<(FunctionsHost Host, InProcessWorker Worker)> StartAsync(
        FunctionsHostOptions options,
        Action<IServiceCollection>? configureServices = null,
        Action<ILoggingBuilder>? configureLogging = null)
    {
        InProcessWorker worker = null!;
        var host = await FunctionsHost.StartAsync(
            options with
            {
                AppFolder = AppContext.BaseDirectory,
                Gateway = await InProcessWorker.Gateway,
                StartWorker = InProcessWorker.For(
                    builder =>
                    {
                        builder.ConfigureConnector();
                        // What the worker else finds in the assembly that the process was started with.
                        builder.Services.AddSingleton<IFunctionMetadataProvider, GeneratedFunctionMetadataProvider>();
                        builder.Services.AddSingleton<IFunctionExecutor, DirectFunctionExecutor>();
                        configureServices?.Invoke(builder.Services);
                    },
                    configureLogging,
                    started => worker = started),
            },
            TestContext.Current.CancellationToken);
        return (host, worker);
    }
}
