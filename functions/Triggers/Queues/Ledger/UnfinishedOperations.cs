namespace SalesforceConnector.Triggers.Queues.Ledger;

/// <summary>
/// Ends operations that no message can complete any more, because their process crashed or their message was deleted.
/// Deletes expired ledger entries, which Table storage does not do by itself.
/// </summary>
public sealed class UnfinishedOperations(OperationLedger ledger, LedgerTable table, ResultStore results)
{
    /// <returns>The numbers of ended operations and of deleted entries.</returns>
    internal async Task<(int Ended, int Deleted)> CleanUpAsync(CancellationToken cancellationToken)
    {
        var (ended, deleted) = (0, 0);
        await foreach (var entry in table.ExpiredAsync(cancellationToken).ConfigureAwait(false))
        {
            if (entry.State == LedgerState.Finished)
            {
                deleted += await table.DeleteAsync(entry, cancellationToken).ConfigureAwait(false) ? 1 : 0;
            }
            else if (ledger.IsAbandoned(entry))
            {
                ended += await EndAsync(entry).ConfigureAwait(false) ? 1 : 0;
            }
        }

        return (ended, deleted);
    }

    private async Task<bool> EndAsync(LedgerEntry entry)
    {
        var mayHaveRun = entry.EarlierAttempt || entry.State == LedgerState.Running;
        var blank = new ResultMessage { Operation = entry.Operation, Attempts = entry.Attempts };
        entry.EarlierAttempt = mayHaveRun;
        var result = await results.FailedAsync(blank, mayHaveRun ? Problems.Abandoned : Problems.Poisoned(outcomeUnknown: false)).ConfigureAwait(false);
        return await ledger.FinishAsync(entry, result.ToJson(), givenUp: true).ConfigureAwait(false);
    }
}
