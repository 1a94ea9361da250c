using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Data.Tables;
using Microsoft.AspNetCore.Http;

namespace SalesforceConnector.Triggers.Queues.Ledger;

/// <summary>The table of <see cref="OperationLedger"/>: one entry for each operation, written with optimistic concurrency.</summary>
public sealed class LedgerTable(Lazy<TableClient> table, TimeProvider time)
{
    /// <summary>The key of an entry: of fixed length and valid for any correlation id.</summary>
    internal static string Key(string correlationId) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(correlationId)));

    /// <returns>The entry, even if it has expired; <see langword="null"/> if there is none.</returns>
    internal async Task<LedgerEntry?> FindAsync(string key, CancellationToken cancellationToken)
    {
        var found = await table.Value
            .GetEntityIfExistsAsync<LedgerEntry>(key, LedgerEntry.Row, cancellationToken: cancellationToken).ConfigureAwait(false);
        return found.HasValue ? found.Value : null;
    }

    /// <returns>Whether the entry was added; false if the key exists.</returns>
    internal async Task<bool> TryAddAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            var response = await table.Value.AddEntityAsync(entry, cancellationToken).ConfigureAwait(false);
            entry.ETag = response.Headers.ETag ?? default;
            return true;
        }
        catch (RequestFailedException e) when (e.Status == StatusCodes.Status409Conflict)
        {
            return false;
        }
    }

    /// <returns>Whether the entry was written; false if it was changed or deleted since it was read.</returns>
    internal async Task<bool> TryUpdateAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            var response = await table.Value.UpdateEntityAsync(entry, entry.ETag, TableUpdateMode.Replace, cancellationToken).ConfigureAwait(false);
            entry.ETag = response.Headers.ETag ?? default;
            return true;
        }
        catch (RequestFailedException e) when (e.Status is StatusCodes.Status412PreconditionFailed or StatusCodes.Status404NotFound)
        {
            return false;
        }
    }

    /// <summary>The expired entries, including those of operations that have not finished.</summary>
    internal IAsyncEnumerable<LedgerEntry> ExpiredAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return table.Value.QueryAsync<LedgerEntry>(entry => entry.ExpiresAt < now, cancellationToken: cancellationToken);
    }

    /// <returns>Whether the entry was deleted; false if it has just been changed.</returns>
    internal async Task<bool> DeleteAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            await table.Value.DeleteEntityAsync(entry.PartitionKey, entry.RowKey, entry.ETag, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is StatusCodes.Status412PreconditionFailed or StatusCodes.Status404NotFound)
        {
            return false;
        }
    }
}
