using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Microsoft.AspNetCore.Http;

namespace SalesforceConnector.Contracts.Storage;

/// <summary>Writes to entries of Table storage that several instances change.</summary>
internal static class ConditionalWrite
{
    /// <summary>Adds an entry, or replaces it if it has not changed.</summary>
    /// <param name="etag">The entry as it was read; the default to add it.</param>
    /// <returns>The ETag of the entry as it was written; <see langword="null"/> if another instance has added, changed or deleted it.</returns>
    public static async Task<ETag?> TryWriteAsync(TableClient table, TableEntity entity, ETag etag, CancellationToken cancellationToken)
    {
        try
        {
            var response = await (etag == default
                ? table.AddEntityAsync(entity, cancellationToken)
                : table.UpdateEntityAsync(entity, etag, TableUpdateMode.Replace, cancellationToken)).ConfigureAwait(false);
            return response.Headers.ETag ?? default(ETag);
        }
        catch (RequestFailedException e) when (IsConflict(e))
        {
            return null;
        }
    }

    // A missing table is 404 too, but not a conflict.
    private static bool IsConflict(RequestFailedException exception) =>
        exception.Status is StatusCodes.Status409Conflict or StatusCodes.Status412PreconditionFailed
        || exception.ErrorCode == TableErrorCode.ResourceNotFound;
}
