using Azure;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.Configuration;

namespace SalesforceConnector.Contracts.Storage;

/// <summary>
/// The storage account of queues, results, claims and shared tokens: the connection <c>Storage</c>, in the form that the Functions host
/// takes too. In Azure <c>Storage__queueServiceUri</c>, <c>Storage__blobServiceUri</c>, <c>Storage__tableServiceUri</c> and
/// <c>Storage__clientId</c> of the managed identity; locally a connection string in <c>Storage</c>.
/// </summary>
/// <remarks>Azure Functions, "Connections", identity-based connections.</remarks>
internal sealed class StorageConnection(IConfiguration configuration)
{
    public const string Name = "Storage";

    /// <summary>Blobs of results that do not fit in a message.</summary>
    public const string ResultsContainer = "salesforce-results";

    /// <summary>Blobs of files that were downloaded or are to be uploaded.</summary>
    public const string FilesContainer = "salesforce-files";

    /// <summary>Claims and results of operations.</summary>
    public const string OperationsTable = "salesforceoperations";

    /// <summary>Tokens that instances share, sealed.</summary>
    public const string TokensTable = "salesforcetokens";

    /// <summary>Whether the exception says that Storage did not answer, or not as it should.</summary>
    /// <remarks>Azure.Core wraps the failures of several attempts in an <see cref="AggregateException"/>.</remarks>
    public static bool IsFailure(Exception exception) =>
        exception is RequestFailedException or AggregateException or AuthenticationFailedException;

    private static readonly string[] Services = ["queue", "blob", "table"];

    private readonly IConfigurationSection _section = configuration.GetSection(Name);

    /// <summary>The first app setting that the connection lacks; <see langword="null"/> when it lacks none.</summary>
    public string? MissingSetting =>
        _section.Value is { Length: > 0 }
            ? null
            : Services.Where(service => ServiceUri(service) is null).Select(service => $"{Name}__{service}ServiceUri").FirstOrDefault();

    public QueueServiceClient CreateQueues()
    {
        // What host.json says to the host: plain text, so that any producer can send JSON as it is.
        var options = new QueueClientOptions { MessageEncoding = QueueMessageEncoding.None };
        return _section.Value is { Length: > 0 } connectionString
            ? new QueueServiceClient(connectionString, options)
            : new QueueServiceClient(ServiceUri("queue")!, Credential, options);
    }

    public BlobContainerClient CreateResultsContainer() => CreateContainer(ResultsContainer);

    public BlobContainerClient CreateFilesContainer() => CreateContainer(FilesContainer);

    private BlobContainerClient CreateContainer(string name) =>
        (_section.Value is { Length: > 0 } connectionString
            ? new BlobServiceClient(connectionString)
            : new BlobServiceClient(ServiceUri("blob")!, Credential)).GetBlobContainerClient(name);

    public TableClient CreateOperationsTable() =>
        (_section.Value is { Length: > 0 } connectionString
            ? new TableServiceClient(connectionString)
            : new TableServiceClient(ServiceUri("table")!, Credential)).GetTableClient(OperationsTable);

    /// <returns><see langword="null"/> if there is no Table storage.</returns>
    public TableClient? FindTokensTable()
    {
        // A login waits for it: tried again at once, and given up soon.
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
