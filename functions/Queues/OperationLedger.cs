using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Data.Tables;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace SalesforceConnector.Queues;

/// <summary>
/// Remembers, in Table storage, which operations were begun and how they ended, so that a message which is delivered
/// twice is not carried out twice.
/// </summary>
public sealed class OperationLedger(Lazy<TableClient> table, IOptions<QueueOptions> options, TimeProvider time)
{
    /// <summary>Takes note of an operation before a message about it is sent.</summary>
    /// <returns>The entry, new or not.</returns>
    internal async Task<LedgerEntry> AcceptAsync(string correlationId, string operation, string fingerprint, CancellationToken cancellationToken)
    {
        while (true)
        {
            var entry = NewEntry(correlationId, operation, fingerprint, LedgerState.Accepted);
            if (await TryAddAsync(entry, cancellationToken).ConfigureAwait(false))
            {
                return entry;
            }

            if (await FindAsync(correlationId, cancellationToken).ConfigureAwait(false) is not { } found)
            {
                continue;
            }

            if (found.ExpiresAt > time.GetUtcNow())
            {
                return found;
            }

            entry.ETag = found.ETag;
            if (await TryUpdateAsync(entry, cancellationToken).ConfigureAwait(false))
            {
                return entry;
            }
        }
    }

    /// <summary>Takes note that the message is on the queue, unless the operation has gone further already.</summary>
    internal async Task EnqueuedAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        entry.State = LedgerState.Enqueued;
        await TryUpdateAsync(entry, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Begins an attempt, if it is for this caller to make one.</summary>
    internal async Task<Claim> ClaimAsync(string correlationId, string operation, string fingerprint, CancellationToken cancellationToken)
    {
        var abandoned = false;
        var entry = NewEntry(correlationId, operation, fingerprint, LedgerState.Running);
        while (true)
        {
            if (await TryAddAsync(entry, cancellationToken).ConfigureAwait(false))
            {
                return new Claim.Mine(entry, Abandoned: false);
            }

            if (await FindAsync(correlationId, cancellationToken).ConfigureAwait(false) is not { } found)
            {
                continue;
            }

            entry.ETag = found.ETag;
            if (found.Writer == entry.Writer)
            {
                return new Claim.Mine(entry, abandoned);
            }

            var now = time.GetUtcNow();
            // An attempt without an end is never forgotten: its message may be delivered again after any time.
            if (found.ExpiresAt > now || found.State == LedgerState.Running)
            {
                if (found.Fingerprint != fingerprint)
                {
                    return new Claim.OtherPayload();
                }

                switch (found.State)
                {
                    case LedgerState.Finished:
                        return new Claim.Finished(found.Result!);
                    case LedgerState.Running when found.LeaseUntil > now:
                        return new Claim.Running(found.LeaseUntil.Value);
                }

                entry.EarlierAttempt = found.State is LedgerState.Running or LedgerState.Waiting;
                abandoned = found.State == LedgerState.Running;
            }

            if (await TryUpdateAsync(entry, cancellationToken).ConfigureAwait(false))
            {
                return new Claim.Mine(entry, abandoned);
            }
        }
    }

    /// <summary>Ends an attempt that had no outcome.</summary>
    internal async Task ReleaseAsync(LedgerEntry entry)
    {
        entry.State = LedgerState.Waiting;
        entry.LeaseUntil = null;
        await TryUpdateAsync(entry, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Keeps the result.</summary>
    /// <returns>Whether it was kept: not, if the attempt took longer than its lease and another one has begun.</returns>
    internal async Task<bool> FinishAsync(LedgerEntry entry, byte[] result)
    {
        var now = time.GetUtcNow();
        entry.State = LedgerState.Finished;
        entry.LeaseUntil = null;
        entry.Result = result;
        entry.ResultUntil = now + options.Value.ResultLifetime;
        entry.ExpiresAt = now + options.Value.ClaimLifetime;
        return await TryUpdateAsync(entry, CancellationToken.None).ConfigureAwait(false);
    }

    /// <returns>The entry, expired or not, or <see langword="null"/> if there is none.</returns>
    internal async Task<LedgerEntry?> FindAsync(string correlationId, CancellationToken cancellationToken)
    {
        var found = await table.Value
            .GetEntityIfExistsAsync<LedgerEntry>(Key(correlationId), LedgerEntry.Row, cancellationToken: cancellationToken)
            .ConfigureAwait(false);
        return found.HasValue ? found.Value : null;
    }

    /// <summary>Deletes the entries that have expired.</summary>
    /// <returns>How many.</returns>
    internal async Task<int> PurgeAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var purged = 0;
        var expired = table.Value.QueryAsync<LedgerEntry>(
            entry => entry.ExpiresAt < now && entry.State != LedgerState.Running, select: [nameof(LedgerEntry.PartitionKey), nameof(LedgerEntry.RowKey)], cancellationToken: cancellationToken);
        await foreach (var entry in expired.ConfigureAwait(false))
        {
            try
            {
                await table.Value.DeleteEntityAsync(entry.PartitionKey, entry.RowKey, entry.ETag, cancellationToken).ConfigureAwait(false);
                purged++;
            }
            catch (RequestFailedException e) when (e.Status is StatusCodes.Status412PreconditionFailed or StatusCodes.Status404NotFound)
            {
                // Begun anew in this moment, or purged by another instance.
            }
        }

        return purged;
    }

    private LedgerEntry NewEntry(string correlationId, string operation, string fingerprint, string state)
    {
        var now = time.GetUtcNow();
        return new LedgerEntry
        {
            PartitionKey = Key(correlationId),
            Operation = operation,
            Fingerprint = fingerprint,
            State = state,
            Writer = Guid.NewGuid(),
            LeaseUntil = state == LedgerState.Running ? now + options.Value.AttemptLease : null,
            ExpiresAt = now + options.Value.ClaimLifetime,
        };
    }

    private async Task<bool> TryAddAsync(LedgerEntry entry, CancellationToken cancellationToken)
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

    private async Task<bool> TryUpdateAsync(LedgerEntry entry, CancellationToken cancellationToken)
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

    private static string Key(string correlationId) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(correlationId)));
}

/// <summary>Who may carry out an operation.</summary>
internal abstract record Claim
{
    /// <summary>Whoever asked.</summary>
    /// <param name="Abandoned">An attempt was begun before and left without an end: it may have been carried out.</param>
    public sealed record Mine(LedgerEntry Entry, bool Abandoned) : Claim;

    /// <summary>Nobody: this is its result.</summary>
    public sealed record Finished(byte[] Result) : Claim;

    /// <summary>Somebody else, at the moment.</summary>
    public sealed record Running(DateTimeOffset Until) : Claim;

    /// <summary>Nobody: the correlation id belongs to another operation or payload.</summary>
    public sealed record OtherPayload : Claim;
}
