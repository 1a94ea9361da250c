using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Payloads;

namespace SalesforceConnector.Triggers.Queues.Ledger;

/// <summary>
/// Remembers, in Table storage, which operations were begun and how they ended, so that a message which is delivered
/// twice, or a request which is sent twice, is not carried out twice.
/// </summary>
public sealed class OperationLedger(LedgerTable table, IOptions<QueueOptions> options, TimeProvider time)
{
    /// <summary>After so many attempts that were left without an end no other one is made.</summary>
    internal const int MaxAbandoned = 5;

    /// <summary>Takes note of an operation whose result the caller will fetch, before a message about it is sent.</summary>
    /// <returns>The entry, new or not.</returns>
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

            if (!IsOver(found, request))
            {
                if (found.Fingerprint != request.Fingerprint || found.RespondAsync)
                {
                    return found;
                }

                // The attempt that may be running keeps the note when it ends.
                entry = found;
                entry.RespondAsync = true;
            }
            else
            {
                entry.EarlierAttempt = found.EarlierAttempt && found.ExpiresAt > time.GetUtcNow();
                entry.ETag = found.ETag;
            }

            if (await table.TryUpdateAsync(entry, cancellationToken).ConfigureAwait(false))
            {
                return entry;
            }
        }
    }

    /// <summary>Takes note that the message is on the queue, unless the operation has gone further already.</summary>
    internal async Task EnqueuedAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        entry.HasMessage = true;
        await table.TryUpdateAsync(entry, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Begins an attempt, if it is for this caller to make one.</summary>
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

            var isOver = IsOver(found, request);
            if (found.Fingerprint != request.Fingerprint && !(isOver && found.ExpiresAt <= time.GetUtcNow()))
            {
                return new Claim.OtherPayload();
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
                entry.TakeOver(found, abandoned);
            }

            if (await table.TryUpdateAsync(entry, cancellationToken).ConfigureAwait(false))
            {
                return Begun(entry, abandoned);
            }
        }
    }

    /// <summary>Ends an attempt that had no outcome.</summary>
    /// <param name="mayHaveRun">Whether it may have been carried out.</param>
    /// <param name="pause">How long until the next attempt.</param>
    internal Task<bool> ReleaseAsync(LedgerEntry entry, bool mayHaveRun, TimeSpan pause = default)
    {
        entry.State = LedgerState.Waiting;
        entry.LeaseUntil = null;
        entry.EarlierAttempt |= mayHaveRun;
        entry.ExpiresAt = time.GetUtcNow() + pause + options.Value.ClaimLifetime;
        return UpdateOwnAsync(entry);
    }

    /// <summary>Ends an attempt that was granted, it may be, and of which the caller heard nothing.</summary>
    internal async Task<bool> WithdrawAsync(ClaimRequest request) =>
        await FindAsync(request.CorrelationId, CancellationToken.None).ConfigureAwait(false) is not { } found
        || found.Writer != request.Writer
        || await ReleaseAsync(found, mayHaveRun: false).ConfigureAwait(false);

    /// <summary>Keeps the result.</summary>
    /// <param name="givenUp">Whether the result is that nothing more is tried, so that a new request may be carried out.</param>
    /// <returns>Whether it was kept: not, if the attempt took longer than its lease and another one has begun.</returns>
    internal Task<bool> FinishAsync(LedgerEntry entry, byte[] result, bool givenUp)
    {
        entry.Finish(result, givenUp, time.GetUtcNow(), options.Value);
        return UpdateOwnAsync(entry);
    }

    /// <summary>Keeps a result that is known from an attempt of which the ledger heard no more.</summary>
    /// <returns>The result that counts: an earlier one, if the operation has finished.</returns>
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
                // Of another operation, which has begun since then.
                return result;
            }

            if (found is { State: LedgerState.Finished, Result: { } kept } && !IsOver(found, request))
            {
                return kept;
            }

            entry.ETag = found.ETag;
            entry.RespondAsync |= found.RespondAsync;
            entry.EarlierAttempt |= found.EarlierAttempt;
            if (await table.TryUpdateAsync(entry, cancellationToken).ConfigureAwait(false))
            {
                break;
            }
        }

        return result;
    }

    /// <returns>The entry, expired or not, or <see langword="null"/> if there is none.</returns>
    internal Task<LedgerEntry?> FindAsync(string correlationId, CancellationToken cancellationToken) =>
        table.FindAsync(LedgerTable.Key(correlationId), cancellationToken);

    /// <summary>Whether nothing brings the operation of an expired entry to its end any more.</summary>
    internal bool IsLeft(LedgerEntry expired) => !expired.HasMessage || expired.ExpiresAt + QueueOutbox.LongestDelay < time.GetUtcNow();

    private static Claim Begun(LedgerEntry entry, bool abandoned) =>
        entry.Abandoned >= MaxAbandoned ? new Claim.Exhausted(entry) : new Claim.Granted(entry, abandoned);

    /// <summary>Whether the attempt that seems to run has ended, as the message says that it sent.</summary>
    private static bool HasEnded(LedgerEntry found, ClaimRequest request) => request.Message?.Retry?.Ended == found.Writer;

    /// <summary>Whether what was known of the operation binds nobody any more.</summary>
    /// <remarks>An attempt without an end is never forgotten: its message may be delivered again after any time.</remarks>
    private bool IsOver(LedgerEntry found, ClaimRequest request) =>
        found.State == LedgerState.Finished
        && (found.ExpiresAt <= time.GetUtcNow()
            || (found.GivenUp
                && found.Fingerprint == request.Fingerprint
                && request.IsNew(found)
                && (!found.EarlierAttempt || request.Repetition != Repetition.Forbidden)));

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
            HasMessage = request.Message is not null,
            Redrive = request.Message?.Redrive ?? 0,
            ExpiresAt = now + options.Value.AttemptLease + options.Value.ClaimLifetime,
        };
    }

    /// <summary>Writes the entry of an attempt of one's own, as long as no other one has begun.</summary>
    private async Task<bool> UpdateOwnAsync(LedgerEntry entry)
    {
        // What became of a call is known now: an app that is stopping takes note of it all the same.
        while (!await table.TryUpdateAsync(entry, CancellationToken.None).ConfigureAwait(false))
        {
            var found = await table.FindAsync(entry.PartitionKey, CancellationToken.None).ConfigureAwait(false);
            if (found?.Writer != entry.Writer)
            {
                return false;
            }

            if (found.State == entry.State)
            {
                // The same write, whose answer was lost.
                return true;
            }

            entry.RespondAsync |= found.RespondAsync;
            entry.HasMessage |= found.HasMessage;
            entry.ETag = found.ETag;
        }

        return true;
    }
}
