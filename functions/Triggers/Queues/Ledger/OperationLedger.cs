using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Payloads;

namespace SalesforceConnector.Triggers.Queues.Ledger;

/// <summary>
/// Records in Table storage which operations have started and how they ended, so that a redelivered message or a repeated
/// request is not executed twice.
/// </summary>
public sealed class OperationLedger(LedgerTable table, IOptions<QueueOptions> options, TimeProvider time)
{
    /// <summary>The number of unfinished attempts after which no further attempt is made.</summary>
    internal const int MaxAbandoned = 5;

    /// <summary>Records a request whose result the caller will fetch, before its message is queued.</summary>
    /// <returns>The new or existing entry.</returns>
    internal async Task<LedgerEntry> AcceptAsync(ClaimRequest request, CancellationToken cancellationToken)
    {
        while (true)
        {
            var entry = NewEntry(request, LedgerState.Accepted);
            entry.RespondAsync = true;
            if (await table.TryAddAsync(entry, cancellationToken).ConfigureAwait(false))
            {
                return entry;
            }

            if (await FindAsync(request.CorrelationId, cancellationToken).ConfigureAwait(false) is not { } found)
            {
                continue;
            }

            if (!CanRestart(found, request))
            {
                if (found.Fingerprint != request.Fingerprint || found.RespondAsync)
                {
                    return found;
                }

                // A running attempt keeps this flag when it ends.
                entry = found;
                entry.RespondAsync = true;
                entry.Org = request.Org?.ToString();
            }
            else
            {
                if (found.ExpiresAt > time.GetUtcNow())
                {
                    entry.EarlierAttempt = found.EarlierAttempt;
                    entry.KeepProgress(found);
                }

                entry.ETag = found.ETag;
            }

            if (await table.TryUpdateAsync(entry, cancellationToken).ConfigureAwait(false))
            {
                return entry;
            }
        }
    }

    /// <summary>Records that the message is queued, unless the entry has changed meanwhile.</summary>
    internal async Task EnqueuedAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        entry.HasMessage = true;
        await table.TryUpdateAsync(entry, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Starts an attempt, if this requester may make one.</summary>
    internal async Task<Claim> ClaimAsync(ClaimRequest request, CancellationToken cancellationToken)
    {
        var entry = NewEntry(request, LedgerState.Running);
        var abandoned = false;
        while (true)
        {
            entry.LeaseUntil = time.GetUtcNow() + options.Value.AttemptLease;
            if (await table.TryAddAsync(entry, cancellationToken).ConfigureAwait(false))
            {
                return new Claim.Granted(entry, Abandoned: false);
            }

            if (await FindAsync(request.CorrelationId, cancellationToken).ConfigureAwait(false) is not { } found)
            {
                continue;
            }

            entry.ETag = found.ETag;
            if (found.Writer == entry.Writer)
            {
                return Begun(entry, abandoned);
            }

            var isOver = CanRestart(found, request);
            if (found.Fingerprint != request.Fingerprint && !(isOver && found.ExpiresAt <= time.GetUtcNow()))
            {
                return new Claim.OtherPayload();
            }

            if (IsSuperseded(found, request))
            {
                // A producer's own message waits for the result; those of the connector have been replaced.
                return request.Turn > 0 ? new Claim.Superseded() : new Claim.Running(time.GetUtcNow() + options.Value.LongestRetryDelay);
            }

            switch (found.State)
            {
                case LedgerState.Finished when !isOver:
                    return new Claim.Finished(found.Result!);
                case LedgerState.Running when found.LeaseUntil > time.GetUtcNow() && !HasEnded(found, request):
                    return new Claim.Running(found.LeaseUntil.Value);
            }

            abandoned = found.State == LedgerState.Running && !HasEnded(found, request);
            if (found.State != LedgerState.Finished || found.ExpiresAt > time.GetUtcNow())
            {
                entry.TakeOver(found, abandoned, mayHaveRun: abandoned && request.Repetition != Repetition.Resumable);
            }

            if (await table.TryUpdateAsync(entry, cancellationToken).ConfigureAwait(false))
            {
                return Begun(entry, abandoned);
            }
        }
    }

    /// <summary>Ends an attempt without a final result.</summary>
    /// <param name="mayHaveRun">Whether it may have been executed.</param>
    /// <param name="pause">The delay before the next attempt.</param>
    internal Task<bool> ReleaseAsync(LedgerEntry entry, bool mayHaveRun, TimeSpan pause = default)
    {
        entry.State = LedgerState.Waiting;
        entry.LeaseUntil = null;
        entry.EarlierAttempt |= mayHaveRun;
        entry.ExpiresAt = time.GetUtcNow() + pause + options.Value.ClaimLifetime;
        return UpdateOwnAsync(entry);
    }

    /// <summary>Saves the progress of a resumable operation during an attempt.</summary>
    /// <param name="mayHaveRun">Whether Salesforce may have executed something from now on.</param>
    /// <returns>Whether it was saved; false if the lease has expired and another attempt has started.</returns>
    internal async Task<bool> SaveAsync(LedgerEntry entry, byte[] progress, byte[] shown, bool mayHaveRun, CancellationToken cancellationToken)
    {
        entry.BeginStep();
        (entry.Progress, entry.ShownProgress) = (progress, shown);
        entry.EarlierAttempt |= mayHaveRun;
        while (!await table.TryUpdateAsync(entry, cancellationToken).ConfigureAwait(false))
        {
            var found = await table.FindAsync(entry.PartitionKey, cancellationToken).ConfigureAwait(false);
            if (found?.Writer != entry.Writer || found.State != LedgerState.Running)
            {
                return false;
            }

            entry.RespondAsync |= found.RespondAsync;
            entry.HasMessage |= found.HasMessage;
            entry.ETag = found.ETag;
        }

        return true;
    }

    /// <summary>Ends an attempt that may have been granted, although the requester received no reply.</summary>
    internal async Task<bool> WithdrawAsync(ClaimRequest request) =>
        await FindAsync(request.CorrelationId, CancellationToken.None).ConfigureAwait(false) is not { } found
        || found.Writer != request.Writer
        || await ReleaseAsync(found, mayHaveRun: false).ConfigureAwait(false);

    /// <summary>Stores the final result.</summary>
    /// <param name="givenUp">Whether the operation was given up, so that a new request can execute it.</param>
    /// <returns>Whether it was stored; false if the lease has expired and another attempt has started.</returns>
    internal Task<bool> FinishAsync(LedgerEntry entry, byte[] result, bool givenUp)
    {
        entry.Finish(result, givenUp, time.GetUtcNow(), options.Value);
        return UpdateOwnAsync(entry);
    }

    /// <summary>Stores a result from an attempt that could not store it itself.</summary>
    /// <returns>The valid result: an earlier one, if the operation has already finished.</returns>
    internal async Task<byte[]> ResolveAsync(ClaimRequest request, byte[] result, bool givenUp, CancellationToken cancellationToken)
    {
        var entry = NewEntry(request, LedgerState.Finished);
        entry.Finish(result, givenUp, time.GetUtcNow(), options.Value);
        while (!await table.TryAddAsync(entry, cancellationToken).ConfigureAwait(false))
        {
            if (await FindAsync(request.CorrelationId, cancellationToken).ConfigureAwait(false) is not { } found)
            {
                continue;
            }

            if (found.Fingerprint != request.Fingerprint)
            {
                // The entry belongs to another operation that has started since then.
                return result;
            }

            if (found is { State: LedgerState.Finished, Result: { } kept } && !CanRestart(found, request))
            {
                return kept;
            }

            entry.ETag = found.ETag;
            entry.RespondAsync |= found.RespondAsync;
            entry.EarlierAttempt |= found.EarlierAttempt;
            entry.KeepProgress(found);
            if (await table.TryUpdateAsync(entry, cancellationToken).ConfigureAwait(false))
            {
                break;
            }
        }

        return result;
    }

    /// <returns>The entry, even if it has expired; <see langword="null"/> if there is none.</returns>
    internal Task<LedgerEntry?> FindAsync(string correlationId, CancellationToken cancellationToken) =>
        table.FindAsync(LedgerTable.Key(correlationId), cancellationToken);

    /// <summary>Whether no message can complete the operation of an expired entry any more.</summary>
    internal bool IsAbandoned(LedgerEntry expired) => !expired.HasMessage || expired.ExpiresAt + QueueOutbox.LongestDelay < time.GetUtcNow();

    private static Claim Begun(LedgerEntry entry, bool abandoned) =>
        entry.Abandoned >= MaxAbandoned ? new Claim.Exhausted(entry) : new Claim.Granted(entry, abandoned);

    /// <summary>Whether an attempt that is recorded as running has ended, according to the message that it queued.</summary>
    private static bool HasEnded(LedgerEntry found, ClaimRequest request) => request.Message?.Retry?.Ended == found.Writer;

    /// <summary>Whether a later message of a resumable operation has been delivered, or another one in the place of this one.</summary>
    private static bool IsSuperseded(LedgerEntry found, ClaimRequest request) =>
        request.Repetition == Repetition.Resumable
        && found.State != LedgerState.Finished
        && (request.Turn < found.Turn || (request.Turn == found.Turn && request.Turn > 0 && request.TurnBy != found.TurnBy));

    /// <summary>Whether the operation can start from the beginning.</summary>
    /// <remarks>An unfinished attempt never expires, because its message can be redelivered at any time.</remarks>
    private bool CanRestart(LedgerEntry found, ClaimRequest request) =>
        found.State == LedgerState.Finished
        && (found.ExpiresAt <= time.GetUtcNow()
            || (found.GivenUp
                && found.Fingerprint == request.Fingerprint
                && request.IsNew(found)
                && (!found.EarlierAttempt || request.Repetition != Repetition.NotIdempotent)));

    private LedgerEntry NewEntry(ClaimRequest request, string state)
    {
        var now = time.GetUtcNow();
        var isRunning = state == LedgerState.Running;
        return new LedgerEntry
        {
            PartitionKey = LedgerTable.Key(request.CorrelationId),
            Operation = request.Operation,
            Fingerprint = request.Fingerprint,
            State = state,
            Writer = request.Writer,
            Attempts = isRunning ? 1 : 0,
            Since = isRunning ? now : null,
            EarlierAttempt = request.Message?.Retry?.MayHaveRun == true,
            RespondAsync = request.Message?.RespondAsync == true,
            Org = request.Org?.ToString(),
            HasMessage = request.Message is not null,
            Redrive = request.Message?.Redrive ?? 0,
            Turn = request.Turn,
            TurnBy = request.TurnBy,
            ExpiresAt = now + options.Value.AttemptLease + options.Value.ClaimLifetime,
        };
    }

    /// <summary>Writes the entry of the requester's own attempt, unless another attempt has started.</summary>
    private async Task<bool> UpdateOwnAsync(LedgerEntry entry)
    {
        // The outcome is known and must be recorded, even if the app is shutting down.
        while (!await table.TryUpdateAsync(entry, CancellationToken.None).ConfigureAwait(false))
        {
            var found = await table.FindAsync(entry.PartitionKey, CancellationToken.None).ConfigureAwait(false);
            if (found?.Writer != entry.Writer)
            {
                return false;
            }

            if (found.State == entry.State)
            {
                // The write had succeeded, but its reply was lost.
                return true;
            }

            entry.RespondAsync |= found.RespondAsync;
            entry.HasMessage |= found.HasMessage;
            entry.ETag = found.ETag;
        }

        return true;
    }
}
