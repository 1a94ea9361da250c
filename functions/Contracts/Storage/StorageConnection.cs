using Azure;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.Configuration;

namespace SalesforceConnector.Contracts.Storage;

/// <summary>
/// The storage account of queues, results, claims and shared tokens: the connection <c>Storage</c>, in the form that the
/// Functions host uses too. In Azure, it consists of <c>Storage__queueServiceUri</c>, <c>Storage__blobServiceUri</c>,
/// <c>Storage__tableServiceUri</c> and the managed identity's <c>Storage__clientId</c>; locally, of a connection string
/// in <c>Storage</c>.
/// </summary>
/// <remarks>Azure Functions, "Connections", identity-based connections.</remarks>
internal sealed class StorageConnection(IConfiguration configuration)
{
    public const string Name = "Storage";

    /// <summary>The container of results that are too large for a queue message.</summary>
    public const string ResultsContainer = "salesforce-results";

    /// <summary>The container of files that were downloaded or are to be uploaded.</summary>
    public const string FilesContainer = "salesforce-files";

    /// <summary>The container of rows for bulk jobs, and of their results.</summary>
    public const string BulkContainer = "salesforce-bulk";

    /// <summary>The table of claims and results of operations.</summary>
    public const string OperationsTable = "salesforceoperations";

    /// <summary>The table of encrypted tokens that instances share.</summary>
    public const string TokensTable = "salesforcetokens";

    /// <summary>The table of the subscriptions' positions.</summary>
    public const string EventsTable = "salesforceevents";

    /// <summary>Whether the exception reports a failed call to Storage.</summary>
    /// <remarks>After several attempts, Azure.Core wraps their failures in an <see cref="AggregateException"/>.</remarks>
    public static bool IsFailure(Exception exception) =>
        exception is RequestFailedException or AggregateException or AuthenticationFailedException;

    private static readonly string[] Services = ["queue", "blob", "table"];

    private readonly IConfigurationSection _section = configuration.GetSection(Name);

    /// <summary>The first missing app setting of the connection, or <see langword="null"/> if it is complete.</summary>
    public string? MissingSetting =>
        _section.Value is { Length: > 0 }
            ? null
            : Services.Where(service => ServiceUri(service) is null).Select(service => $"{Name}__{service}ServiceUri").FirstOrDefault();

    public QueueServiceClient CreateQueues()
    {
        // The same as in host.json: plain text, so that any producer can send JSON unencoded.
        var options = new QueueClientOptions { MessageEncoding = QueueMessageEncoding.None };
        return _section.Value is { Length: > 0 } connectionString
            ? new QueueServiceClient(connectionString, options)
            : new QueueServiceClient(ServiceUri("queue")!, Credential, options);
    }

    public BlobContainerClient CreateResultsContainer() => CreateContainer(ResultsContainer);

    public BlobContainerClient CreateFilesContainer() => CreateContainer(FilesContainer);

    public BlobContainerClient CreateBulkContainer() => CreateContainer(BulkContainer);

    private BlobContainerClient CreateContainer(string name) =>
        (_section.Value is { Length: > 0 } connectionString
            ? new BlobServiceClient(connectionString)
            : new BlobServiceClient(ServiceUri("blob")!, Credential)).GetBlobContainerClient(name);

    public TableClient CreateOperationsTable() => CreateTable(OperationsTable);

    public TableClient CreateEventsTable() => CreateTable(EventsTable);

    private TableClient CreateTable(string name) =>
        (_section.Value is { Length: > 0 } connectionString
            ? new TableServiceClient(connectionString)
            : new TableServiceClient(ServiceUri("table")!, Credential)).GetTableClient(name);

    /// <returns><see langword="null"/> if no Table storage is configured.</returns>
    public TableClient? FindTokensTable()
    {
        // A login waits for this: few retries, with short delays.
        var options = new TableClientOptions();
        options.Retry.Delay = TimeSpan.FromMilliseconds(200);
        return _section.Value is { Length: > 0 } connectionString
            ? new TableClient(connectionString, TokensTable, options)
            : _section["tableServiceUri"] is { Length: > 0 }
                ? new TableClient(ServiceUri("table"), TokensTable, Credential, options)
                : null;
    }

    private TokenCredential Credential =>
        _section["clientId"] is { Length: > 0 } clientId
            ? new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(clientId))
            : new ChainedTokenCredential(new AzureCliCredential(), new AzureDeveloperCliCredential());

    private Uri? ServiceUri(string service) =>
        Uri.TryCreate(_section[$"{service}ServiceUri"], UriKind.Absolute, out var uri) ? uri : null;
}
