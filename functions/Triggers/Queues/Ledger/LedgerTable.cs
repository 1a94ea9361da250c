using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Data.Tables;
using Microsoft.AspNetCore.Http;

namespace SalesforceConnector.Triggers.Queues.Ledger;

/// <summary>The table that <see cref="OperationLedger"/> keeps: one entry an operation, each write only over what its writer has seen.</summary>
public sealed class LedgerTable(Lazy<TableClient> table, TimeProvider time)
{
    /// <summary>The key of an entry: of one length and of letters that a key may have, whatever the correlation id has.</summary>
    internal static string Key(string correlationId) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(correlationId)));

    /// <returns>The entry, expired or not, or <see langword="null"/> if there is none.</returns>
    internal async Task<LedgerEntry?> FindAsync(string key, CancellationToken cancellationToken)
    {
        var found = await table.Value
            .GetEntityIfExistsAsync<LedgerEntry>(key, LedgerEntry.Row, cancellationToken: cancellationToken).ConfigureAwait(false);
        return found.HasValue ? found.Value : null;
    }

    /// <returns>Whether it was added: not, if there is one of its key.</returns>
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

    /// <returns>Whether it was written: not, if somebody else has written or deleted it since it was read.</returns>
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

    /// <summary>The entries whose time is over, finished or not; those that have not finished are to be ended.</summary>
    internal IAsyncEnumerable<LedgerEntry> ExpiredAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return table.Value.QueryAsync<LedgerEntry>(entry => entry.ExpiresAt < now, cancellationToken: cancellationToken);
    }

    /// <returns>Whether it was deleted: not, if it was begun anew in this moment.</returns>
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
