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
    /// <summary>The app settings that name the queues: the app has defaults for them, the host has none.</summary>
    public static IReadOnlyDictionary<string, string?> Settings(QueueOptions options) =>
        Names(options).ToDictionary(name => $"{QueueOptions.SectionName}__{name.Key}", name => (string?)name.Value);

    /// <summary>What the app makes of its settings.</summary>
    public static QueueOptions OptionsOf(IEnumerable<KeyValuePair<string, string?>> settings) =>
        new ConfigurationBuilder().AddAppSettings(settings).Build().GetSection(QueueOptions.SectionName).Get<QueueOptions>() ?? new QueueOptions();

    /// <summary>Makes queues, container and tables, as far as they are missing.</summary>
    public static async Task CreateAsync(string connectionString, QueueOptions options, CancellationToken cancellationToken)
    {
        var queues = new QueueServiceClient(connectionString);
        await Task.WhenAll(
            [
                .. options.All.Distinct().Select(queue => (Task)queues.GetQueueClient(queue).CreateIfNotExistsAsync(cancellationToken: cancellationToken)),
                new BlobContainerClient(connectionString, StorageConnection.ResultsContainer).CreateIfNotExistsAsync(cancellationToken: cancellationToken),
                new BlobContainerClient(connectionString, StorageConnection.FilesContainer).CreateIfNotExistsAsync(cancellationToken: cancellationToken),
                new TableClient(connectionString, StorageConnection.OperationsTable).CreateIfNotExistsAsync(cancellationToken),
                new TableClient(connectionString, StorageConnection.TokensTable).CreateIfNotExistsAsync(cancellationToken),
            ]);
    }

    private static Dictionary<string, string> Names(QueueOptions options) =>
        typeof(QueueOptions).GetProperties().Where(property => property.PropertyType == typeof(string))
            .ToDictionary(property => property.Name, property => (string)property.GetValue(options)!);
}
