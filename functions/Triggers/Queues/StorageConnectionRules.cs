using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Storage;

namespace SalesforceConnector.Triggers.Queues;

/// <summary>Checks the connection's settings at startup, because its clients are created only on first use.</summary>
internal sealed class StorageConnectionRules(StorageConnection connection) : IValidateOptions<QueueOptions>
{
    public ValidateOptionsResult Validate(string? name, QueueOptions options) =>
        connection.MissingSetting is { } setting
            ? ValidateOptionsResult.Fail(
                $"{setting} must be the service's address, such as https://account.queue.core.windows.net (or give a connection string in {StorageConnection.Name}, locally)")
            : ValidateOptionsResult.Success;
}
