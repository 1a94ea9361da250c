using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Telemetry;

namespace SalesforceConnector.Salesforce.Authentication;

/// <summary>Gets the configured orgs' tokens while the app starts, so that the first calls do not wait for a login.</summary>
/// <remarks>
/// The Functions host's warm-up trigger is not used, because it runs only when instances are added to a running app, not
/// at the first start or after a restart. This runs at every start of the worker process, so also on always-ready instances.
/// </remarks>
internal sealed partial class WarmUp(IServiceProvider services, IOptions<SalesforceOptions> options, ILogger<WarmUp> logger) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        options.Value.WarmUp
            ? Task.WhenAll(services.GetRequiredService<Orgs>().Configured.Select(target => FetchAsync(target, stoppingToken)))
            : Task.CompletedTask;

    private async Task FetchAsync(CallTarget target, CancellationToken stoppingToken)
    {
        try
        {
            // Resolved here, so that the start does not wait for the token provider.
            await services.GetRequiredService<TokenProvider>().GetAsync(target, refused: null, stoppingToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The app is stopping.
        }
#pragma warning disable CA1031 // A failed warm-up must not stop the app. The first call reports the error.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Log.Failed(logger, target.Org, LoggedException.From(e));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "There is no token for {Org} yet; the first call will try again")]
        public static partial void Failed(ILogger logger, OrgUrl org, LoggedException? exception);
    }
}
