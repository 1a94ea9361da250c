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

    /// <summary>App settings with the names of the queues. The app has defaults for them, but the host does not.</summary>
    public static IReadOnlyDictionary<string, string?> Settings(QueueOptions options) =>
        Names(options).ToDictionary(name => $"{QueueOptions.SectionName}__{name.Key}", name => (string?)name.Value);

    /// <summary>Reads the queue options from app settings.</summary>
    public static QueueOptions OptionsOf(IEnumerable<KeyValuePair<string, string?>> settings) =>
        new ConfigurationBuilder().AddAppSettings(settings).Build().GetSection(QueueOptions.SectionName).Get<QueueOptions>() ?? new QueueOptions();

    /// <summary>Creates the queues, the containers and the tables that do not exist.</summary>
    public static async Task CreateAsync(string connectionString, QueueOptions options, CancellationToken cancellationToken)
    {
        var queues = new QueueServiceClient(connectionString, Hurried(new QueueClientOptions()));
        var tables = new TableServiceClient(connectionString, Hurried(new TableClientOptions()));
        var results = new BlobContainerClient(connectionString, StorageConnection.ResultsContainer, Hurried(new BlobClientOptions()));
        var files = new BlobContainerClient(connectionString, StorageConnection.FilesContainer, Hurried(new BlobClientOptions()));
        var bulk = new BlobContainerClient(connectionString, StorageConnection.BulkContainer, Hurried(new BlobClientOptions()));
        await Task.WhenAll(
            [
                .. options.All.Concat([EventOutbox.Name, DeliverEvent.Queue, DeliverEvent.Queue + QueueOptions.PoisonSuffix]).Distinct().Select(queue => (Task)queues.GetQueueClient(queue).CreateIfNotExistsAsync(cancellationToken: cancellationToken)),
                results.CreateIfNotExistsAsync(cancellationToken: cancellationToken),
                files.CreateIfNotExistsAsync(cancellationToken: cancellationToken),
                bulk.CreateIfNotExistsAsync(cancellationToken: cancellationToken),
                tables.CreateTableIfNotExistsAsync(StorageConnection.OperationsTable, cancellationToken),
                tables.CreateTableIfNotExistsAsync(StorageConnection.TokensTable, cancellationToken),
                tables.CreateTableIfNotExistsAsync(StorageConnection.EventsTable, cancellationToken),
            ]);
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
