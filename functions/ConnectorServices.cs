using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Security.KeyVault.Secrets;
using Azure.Storage.Blobs;
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
using SalesforceConnector.Operations.Bulk;
using SalesforceConnector.Operations.Bulk.Queries;
using SalesforceConnector.Operations.Collections;
using SalesforceConnector.Operations.Files;
using SalesforceConnector.Operations.Metadata;
using SalesforceConnector.Salesforce;
using SalesforceConnector.Salesforce.Authentication;
using SalesforceConnector.Salesforce.Authentication.Jwt;
using SalesforceConnector.Salesforce.Bulk;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Salesforce.Events;
using SalesforceConnector.Triggers;
using SalesforceConnector.Triggers.Events;
using SalesforceConnector.Triggers.Events.Deliveries;
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
    /// <summary>Registers the connector's services. An invalid app setting stops the app at startup.</summary>
    /// <remarks>
    /// To replace the credential or the transport for Key Vault, register a <see cref="TokenCredential"/> or an
    /// <see cref="HttpPipelineTransport"/>. By default, the connector uses the app's managed identity over HTTPS.
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

        services.AddOptions<BulkOptions>().BindConfiguration(BulkOptions.SectionName).ValidateOnStart();
        services.AddSingleton<IValidateOptions<BulkOptions>, BulkOptionsValidator>();

        services.AddOptions<OpenApiOptions>().BindConfiguration(OpenApiOptions.SectionName).ValidateOnStart();
        services.AddSingleton<IValidateOptions<OpenApiOptions>, OpenApiOptionsRules>();
        services.AddSingleton<OpenApiDocuments>();
        services.AddSingleton<DocsPage>();

        services.AddSingleton(new PayloadTypes(OperationJson.Default));
        services.AddSingleton<CollectionWriter>();
        services.AddSingleton<DescriptionCache>();
        services.AddSingleton<OrgCheck>();
        services.AddSingleton<PayloadMemory>();
        // Buffer of each call whose body is not being read yet. With Kestrel's default of 1 MB, 100 waiting calls take 100 MB.
        services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MaxRequestBufferSize = 131_072);
        services.AddSingleton<RequestBody>();
        services.AddSingleton<HttpCallers>();
        services.AddSingleton<HttpOperation>();

        return services.AddSalesforceClient().AddKeyVault().AddQueues().AddEvents();
    }

    private static IServiceCollection AddQueues(this IServiceCollection services)
    {
        services.AddSingleton<StorageConnection>();
        services.AddSingleton<FunctionTimeout>();
        services.AddSingleton<IValidateOptions<SalesforceOptions>, CallerRules>();
        services.AddSingleton<IValidateOptions<QueueOptions>, StorageConnectionRules>();
        services.AddSingleton<IValidateOptions<QueueOptions>, TimeoutRules>();
        services.AddLazily(provider => provider.GetRequiredService<StorageConnection>().CreateQueues());
        services.AddLazily(provider => provider.GetRequiredService<StorageConnection>().CreateResultsContainer());
        services.AddLazily(provider => provider.GetRequiredService<StorageConnection>().CreateOperationsTable());
        services.AddSingleton(provider => new FileContainer(
            new Lazy<BlobContainerClient>(provider.GetRequiredService<StorageConnection>().CreateFilesContainer)));
        services.AddSingleton(provider => new BulkContainer(
            new Lazy<BlobContainerClient>(provider.GetRequiredService<StorageConnection>().CreateBulkContainer)));
        services.AddSingleton<BulkJobs>();
        services.AddSingleton<BulkRequests>();
        services.AddSingleton<BulkResults>();
        services.AddSingleton<BulkReader>();
        services.AddSingleton<BulkWriter>();
        services.AddSingleton<RowSource>();
        services.AddSingleton<FileUploader>();
        services.AddSingleton<FileRequests>();
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

    private static IServiceCollection AddEvents(this IServiceCollection services)
    {
        services.AddOptions<EventOptions>().BindConfiguration(EventOptions.SectionName).ValidateOnStart();
        services.AddSingleton<IValidateOptions<EventOptions>, EventOptionsValidator>();
        services.AddSingleton<IValidateOptions<EventOptions>, EventOptionsRules>();
        services.AddSingleton<IValidateOptions<EventOptions>, EventRules>();
        services.AddSingleton<PubSubClient>();
        services.AddSingleton<EventTelemetry>();
        services.AddSingleton<EventBlobs>();
        services.AddSingleton<EventOutbox>();
        services.AddSingleton<DeliveryOutbox>();
        services.AddSingleton<OrderedDelivery>();
        services.AddSingleton<EventSinks>();
        services.AddSingleton<Receivers>();
        services.AddSingleton<EventDeliverer>();
        services.AddSingleton(provider => new EventDeliveries(
            provider.GetRequiredService<EventDeliverer>(),
            provider.GetRequiredService<OperationLedger>(),
            provider.GetRequiredService<Completion>(),
            provider.GetRequiredService<QueueOutbox>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<EventDeliveries>>()));
        services.AddConnections<ReceiverClient>();
        services.AddSingleton<PositionGauge>();
        services.AddSingleton(provider => new PositionTable(
            new Lazy<TableClient>(provider.GetRequiredService<StorageConnection>().CreateEventsTable),
            provider.GetRequiredService<IOptions<EventOptions>>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new EventRun(
            provider.GetRequiredService<PositionTable>(),
            provider.GetRequiredService<EventSinks>(),
            provider.GetRequiredService<PubSubClient>(),
            provider.GetRequiredService<Orgs>(),
            provider.GetRequiredService<IOptions<EventOptions>>(),
            provider.GetRequiredService<IOptions<SalesforceOptions>>(),
            provider.GetRequiredService<IOptions<QueueOptions>>(),
            provider.GetRequiredService<FunctionTimeout>(),
            provider.GetRequiredService<EventTelemetry>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<EventRun>>()));
        return services;
    }

    /// <summary>
    /// Registers a client that is created on first use: an instance that starts for an HTTP call does not load the
    /// libraries that only queues need.
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
        services.AddSingleton(provider => new CredentialTrial(
            provider.GetRequiredService<Orgs>(),
            provider.GetRequiredService<SecretReader>(),
            provider.GetRequiredService<LoginClient>(),
            provider.GetRequiredService<JwtLogins>(),
            provider.GetRequiredService<TimeProvider>()));
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

    /// <summary>Registers a client whose connections all invocations share. They are renewed regularly to follow DNS changes.</summary>
    private static IHttpClientBuilder AddConnections<TClient>(this IServiceCollection services)
        where TClient : class
    {
        services.AddSingleton<TClient>(provider => ActivatorUtilities.CreateInstance<TClient>(
            provider, provider.GetRequiredService<IHttpClientFactory>().CreateClient(typeof(TClient).Name)));
        return services.AddHttpClient(typeof(TClient).Name)
#pragma warning disable RS0030 // The one place that sets HttpClient.Timeout: the resilience pipeline's timeouts rule.
            .ConfigureHttpClient(client => client.Timeout = Timeout.InfiniteTimeSpan)
#pragma warning restore RS0030
            // URLs contain SOQL and ids, which must not be logged.
            .RemoveAllLoggers()
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                // What Salesforce offers. A broken body of Brotli would be an InvalidOperationException, which looks like a mistake of ours.
                AutomaticDecompression = System.Net.DecompressionMethods.GZip | System.Net.DecompressionMethods.Deflate,
                // A connection that was never established is a known outcome: the request was not sent.
                ConnectTimeout = TimeSpan.FromSeconds(15),
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
                UseCookies = false,
            });
    }

    // Not AddResilienceHandler: it supports reload and reports telemetry for each step, at a cost for every call. These
    // pipelines never change, and ConnectorTelemetry counts each request.
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

        // Two attempts of ten seconds each, because a caller is waiting.
        static TOptions Configure<TOptions>(TOptions options, IServiceProvider provider)
            where TOptions : ClientOptions
        {
            options.Retry.MaxRetries = 1;
            options.Retry.NetworkTimeout = TimeSpan.FromSeconds(10);
            options.Transport = provider.GetService<HttpPipelineTransport>() ?? options.Transport;
            return options;
        }
    }
}
