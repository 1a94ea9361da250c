using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using Azure.Security.KeyVault.Secrets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Polly;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Contracts.Telemetry;
using SalesforceConnector.Operations;
using SalesforceConnector.Operations.Collections;
using SalesforceConnector.Operations.Metadata;
using SalesforceConnector.Salesforce;
using SalesforceConnector.Salesforce.Authentication;
using SalesforceConnector.Salesforce.Authentication.Jwt;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Triggers;
using SalesforceConnector.Triggers.Http;
using SalesforceConnector.Triggers.Http.Documents;
using SalesforceConnector.Triggers.Http.Identity;
using SalesforceConnector.Triggers.Queues;
using SalesforceConnector.Triggers.Queues.Ledger;
using SalesforceConnector.Triggers.Queues.Redrive;
using SalesforceConnector.Triggers.Timers;

namespace SalesforceConnector;

public static class ConnectorServices
{
    /// <summary>Registers all that the functions use. Wrong app settings stop the app at its start.</summary>
    /// <remarks>
    /// A <see cref="TokenCredential"/> or an <see cref="HttpPipelineTransport"/> registered beside it is used for Key
    /// Vault; without them, the app's managed identity over HTTPS.
    /// </remarks>
    public static IServiceCollection AddSalesforceConnector(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.AddSingleton<ConnectorTelemetry>();
        services.AddOptions<SalesforceOptions>().BindConfiguration(SalesforceOptions.SectionName).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SalesforceOptions>, SalesforceOptionsValidator>();
        services.AddSingleton<IValidateOptions<SalesforceOptions>, SalesforceOptionsRules>();
        services.AddOptions<KeyVaultOptions>().BindConfiguration(KeyVaultOptions.SectionName).ValidateOnStart();
        services.AddSingleton<IValidateOptions<KeyVaultOptions>, KeyVaultOptionsValidator>();
        services.AddSingleton<IValidateOptions<KeyVaultOptions>, KeyVaultOptionsRules>();

        services.AddOptions<QueueOptions>().BindConfiguration(QueueOptions.SectionName).ValidateOnStart();
        services.AddSingleton<IValidateOptions<QueueOptions>, QueueOptionsValidator>();
        services.AddSingleton<IValidateOptions<QueueOptions>, QueueOptionsRules>();

        services.AddOptions<OpenApiOptions>().BindConfiguration(OpenApiOptions.SectionName).ValidateOnStart();
        services.AddSingleton<IValidateOptions<OpenApiOptions>, OpenApiOptionsRules>();
        services.AddSingleton<OpenApiDocuments>();
        services.AddSingleton<DocsPage>();

        services.AddSingleton(new PayloadTypes(OperationJson.Default));
        services.AddSingleton<CollectionWriter>();
        services.AddSingleton<DescriptionCache>();
        services.AddSingleton<PayloadMemory>();
        // Of each call whose body is not being read; the server's own megabyte would be 100 MB of 100 calls that wait.
        services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MaxRequestBufferSize = 131_072);
        services.AddSingleton<RequestBody>();
        services.AddSingleton<HttpCallers>();
        services.AddSingleton<HttpOperation>();

        return services.AddSalesforceClient().AddKeyVault().AddQueues();
    }

    private static IServiceCollection AddQueues(this IServiceCollection services)
    {
        services.AddSingleton<StorageConnection>();
        services.AddSingleton<IValidateOptions<QueueOptions>, StorageConnectionRules>();
        services.AddSingleton<IValidateOptions<QueueOptions>, InvocationRules>();
        services.AddLazily(provider => provider.GetRequiredService<StorageConnection>().CreateQueues());
        services.AddLazily(provider => provider.GetRequiredService<StorageConnection>().CreateResultsContainer());
        services.AddLazily(provider => provider.GetRequiredService<StorageConnection>().CreateOperationsTable());
        services.AddSingleton<QueueOutbox>();
        services.AddSingleton<LedgerTable>();
        services.AddSingleton<OperationLedger>();
        services.AddSingleton<ResultStore>();
        services.AddSingleton<Completion>();
        services.AddSingleton<QueueOperation>();
        services.AddSingleton<AcceptedRequests>();
        services.AddSingleton<KeptMessages>();
        services.AddSingleton<KeyedCalls>();
        services.AddSingleton<PoisonQueues>();
        services.AddSingleton<UnfinishedOperations>();
        services.AddSingleton<QueueGauge>();
        services.AddSingleton<HousekeepingRun>();
        return services;
    }

    /// <summary>
    /// A client that is made when it is used first: an instance that is started for an HTTP call answers that call without
    /// ever loading what only the queues need.
    /// </summary>
    private static void AddLazily<TClient>(this IServiceCollection services, Func<IServiceProvider, TClient> create)
        where TClient : class
    {
        services.AddSingleton(create);
        services.AddSingleton(provider => new Lazy<TClient>(provider.GetRequiredService<TClient>));
    }

    private static IServiceCollection AddSalesforceClient(this IServiceCollection services)
    {
        services.AddSingleton<AllowedHosts>();
        services.AddSingleton<Orgs>();
        services.AddSingleton<TokenProvider>();
        services.AddSingleton(provider => new SharedTokens(
            provider.GetRequiredService<StorageConnection>().FindTokensTable(),
            provider.GetRequiredService<AllowedHosts>(),
            provider.GetRequiredService<IOptions<SalesforceOptions>>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<SharedTokens>>()));
        services.AddHostedService<WarmUp>();
        services.AddSingleton<SecretReader>();
        services.AddSingleton<JwtLogins>();
        services.AddTransient<SessionHandler>();
        services.AddTransient<ReplyHandler>();

        services.AddConnections<SalesforceClient>()
            .AddResilience(SalesforceResilience.ForCalls)
            .AddHttpMessageHandler<SessionHandler>()
            .AddHttpMessageHandler<ReplyHandler>();
        services.AddConnections<LoginClient>()
            .AddResilience(SalesforceResilience.ForLogins);
        return services;
    }

    /// <summary>A client over connections that are shared by all invocations, made anew now and then to follow DNS.</summary>
    private static IHttpClientBuilder AddConnections<TClient>(this IServiceCollection services)
        where TClient : class
    {
        services.AddSingleton<TClient>(provider => ActivatorUtilities.CreateInstance<TClient>(
            provider, provider.GetRequiredService<IHttpClientFactory>().CreateClient(typeof(TClient).Name)));
        return services.AddHttpClient(typeof(TClient).Name)
#pragma warning disable RS0030 // The one place that sets HttpClient.Timeout: the resilience pipeline's timeouts rule.
            .ConfigureHttpClient(client => client.Timeout = Timeout.InfiniteTimeSpan)
#pragma warning restore RS0030
            // URLs hold SOQL and ids; nothing of them goes to a log.
            .RemoveAllLoggers()
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                AutomaticDecompression = System.Net.DecompressionMethods.All,
                // An address that does not answer is no call whose outcome is unknown.
                ConnectTimeout = TimeSpan.FromSeconds(15),
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
                UseCookies = false,
            });
    }

    // Not AddResilienceHandler: its pipelines can be reloaded and tell of every step by themselves, which every call pays
    // for; ours never change, and ConnectorTelemetry counts each request.
    private static IHttpClientBuilder AddResilience(
        this IHttpClientBuilder builder, Action<ResiliencePipelineBuilder<HttpResponseMessage>, IServiceProvider> configure) =>
        builder.AddHttpMessageHandler(services =>
        {
            var pipeline = new ResiliencePipelineBuilder<HttpResponseMessage>();
            configure(pipeline, services);
            return new ResilienceHandler(pipeline.Build());
        });

    private static IServiceCollection AddKeyVault(this IServiceCollection services)
    {
        services.TryAddSingleton<TokenCredential>(provider =>
            provider.GetRequiredService<IOptions<KeyVaultOptions>>().Value.ManagedIdentityClientId is { Length: > 0 } clientId
                ? new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(clientId))
                : new ChainedTokenCredential(new AzureCliCredential(), new AzureDeveloperCliCredential()));
        services.TryAddSingleton(provider =>
        {
            return new SecretClient(
                provider.GetRequiredService<IOptions<KeyVaultOptions>>().Value.Uri,
                provider.GetRequiredService<TokenCredential>(),
                Configure(new SecretClientOptions(), provider));
        });
        services.AddSingleton(provider =>
        {
            var vault = provider.GetRequiredService<IOptions<KeyVaultOptions>>().Value.Uri!;
            var authorization = new BearerTokenAuthenticationPolicy(provider.GetRequiredService<TokenCredential>(), SigningKeys.ScopeOf(vault));
            return new SigningKeys(
                vault, HttpPipelineBuilder.Build(Configure(new SigningKeyOptions(), provider), authorization), provider.GetRequiredService<TimeProvider>());
        });
        return services;

        // Two attempts and ten seconds each: a caller waits for them.
        static TOptions Configure<TOptions>(TOptions options, IServiceProvider provider)
            where TOptions : ClientOptions
        {
            options.Retry.MaxRetries = 1;
            options.Retry.NetworkTimeout = TimeSpan.FromSeconds(10);
            options.Transport = provider.GetService<HttpPipelineTransport>() ?? options.Transport;
            return options;
        }
    }

    private sealed class SigningKeyOptions : ClientOptions;
}
