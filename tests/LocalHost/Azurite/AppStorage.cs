using Azure.Core;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.Configuration;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Triggers.Events;
using SalesforceConnector.Triggers.Events.Deliveries;
using SalesforceConnector.Triggers.Queues;

namespace LocalHost;

/// <summary>Creates the queues, containers and tables that infra/ creates in Azure. The app has no permission to create them.</summary>
internal static class AppStorage
{
    // Local storage responds quickly or not at all. With the clients' default delays, a failure takes half a minute.
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    /// <summary>The queues that trigger functions, by operation or delivery.</summary>
    public static IReadOnlyDictionary<string, string> Triggers { get; } =
        QueueOptions.Operations.Append(new(DeliverEvent.Operation, DeliverEvent.Queue)).ToDictionary();

    /// <summary>App settings with the names of the queues. The app has defaults for them, but the host does not.</summary>
    public static IReadOnlyDictionary<string, string?> Settings(QueueOptions options) =>
        Names(options).ToDictionary(name => $"{QueueOptions.SectionName}__{name.Key}", name => (string?)name.Value);

    /// <summary>Reads the queue options from app settings.</summary>
    public static QueueOptions OptionsOf(IEnumerable<KeyValuePair<string, string?>> settings) =>
        new ConfigurationBuilder().AddAppSettings(settings).Build().GetSection(QueueOptions.SectionName).Get<QueueOptions>() ?? new QueueOptions();

    /// <summary>Creates the queues, the containers and the tables that do not exist.</summary>
    /// <param name="isUsed">Selects the operations and deliveries, by name, whose queues are created; <see langword="null"/> for all.</param>
    public static async Task CreateAsync(
        string connectionString, QueueOptions options, CancellationToken cancellationToken, Func<string, bool>? isUsed = null)
    {
        var queues = new QueueServiceClient(connectionString, Hurried(new QueueClientOptions()));
        var tables = new TableServiceClient(connectionString, Hurried(new TableClientOptions()));
        var results = new BlobContainerClient(connectionString, StorageConnection.ResultsContainer, Hurried(new BlobClientOptions()));
        var files = new BlobContainerClient(connectionString, StorageConnection.FilesContainer, Hurried(new BlobClientOptions()));
        var bulk = new BlobContainerClient(connectionString, StorageConnection.BulkContainer, Hurried(new BlobClientOptions()));
        await Task.WhenAll(
            [
                .. Queues(options, isUsed).Select(queue => (Task)queues.GetQueueClient(queue).CreateIfNotExistsAsync(cancellationToken: cancellationToken)),
                results.CreateIfNotExistsAsync(cancellationToken: cancellationToken),
                files.CreateIfNotExistsAsync(cancellationToken: cancellationToken),
                bulk.CreateIfNotExistsAsync(cancellationToken: cancellationToken),
                tables.CreateTableIfNotExistsAsync(StorageConnection.OperationsTable, cancellationToken),
                tables.CreateTableIfNotExistsAsync(StorageConnection.TokensTable, cancellationToken),
                tables.CreateTableIfNotExistsAsync(StorageConnection.EventsTable, cancellationToken),
            ]);
    }

    private static IEnumerable<string> Queues(QueueOptions options, Func<string, bool>? isUsed)
    {
        var triggers = Triggers.Where(trigger => isUsed?.Invoke(trigger.Key) ?? true).Select(trigger => trigger.Value).ToList();
        return triggers.Concat(triggers.Select(queue => queue + QueueOptions.PoisonSuffix))
            .Concat([options.Results, options.Poison, .. options.AllowedReplyTo, EventOutbox.Name]).Distinct();
    }

    private static T Hurried<T>(T options)
        where T : ClientOptions
    {
        options.Retry.Delay = RetryDelay;
        return options;
    }

    private static Dictionary<string, string> Names(QueueOptions options) =>
        typeof(QueueOptions).GetProperties().Where(property => property.PropertyType == typeof(string))
            .ToDictionary(property => property.Name, property => (string)property.GetValue(options)!);
}
