using Azure.Core;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.Configuration;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Triggers.Queues;

namespace LocalHost;

/// <summary>What the app finds in its storage account, which in Azure is made by infra/: the app itself has no right to.</summary>
internal static class AppStorage
{
    // A storage on this machine answers at once or not at all; the clients' own pauses make it half a minute until that is told.
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    /// <summary>The app settings that name the queues: the app has defaults for them, the host has none.</summary>
    public static IReadOnlyDictionary<string, string?> Settings(QueueOptions options) =>
        Names(options).ToDictionary(name => $"{QueueOptions.SectionName}__{name.Key}", name => (string?)name.Value);

    /// <summary>What the app makes of its settings.</summary>
    public static QueueOptions OptionsOf(IEnumerable<KeyValuePair<string, string?>> settings) =>
        new ConfigurationBuilder().AddAppSettings(settings).Build().GetSection(QueueOptions.SectionName).Get<QueueOptions>() ?? new QueueOptions();

    /// <summary>Makes queues, container and tables, as far as they are missing.</summary>
    public static async Task CreateAsync(string connectionString, QueueOptions options, CancellationToken cancellationToken)
    {
        var queues = new QueueServiceClient(connectionString, Hurried(new QueueClientOptions()));
        var tables = new TableServiceClient(connectionString, Hurried(new TableClientOptions()));
        var results = new BlobContainerClient(connectionString, StorageConnection.ResultsContainer, Hurried(new BlobClientOptions()));
        await Task.WhenAll(
            [
                .. options.All.Distinct().Select(queue => (Task)queues.GetQueueClient(queue).CreateIfNotExistsAsync(cancellationToken: cancellationToken)),
                results.CreateIfNotExistsAsync(cancellationToken: cancellationToken),
                tables.CreateTableIfNotExistsAsync(StorageConnection.OperationsTable, cancellationToken),
                tables.CreateTableIfNotExistsAsync(StorageConnection.TokensTable, cancellationToken),
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
