using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Telemetry;

namespace SalesforceConnector.Salesforce.Authentication;

/// <summary>Gets the configured orgs' tokens while the app starts, so that its first calls need not wait for a login.</summary>
/// <remarks>
/// Not by the Functions host's warm-up trigger: that one is called only when instances are added to a running app, neither
/// at its first start nor after a restart. This runs whenever the worker process starts, hence on always-ready instances
/// before there is a call.
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
            // Only now: what a token provider is made of is not to be waited for by the start.
            await services.GetRequiredService<TokenProvider>().GetAsync(target, refused: null, stoppingToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The app stops.
        }
#pragma warning disable CA1031 // Whatever it was: a call that needs the token will be told, and the app is not to stop for it.
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
