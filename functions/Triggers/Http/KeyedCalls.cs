using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce;
using SalesforceConnector.Triggers.Queues;
using SalesforceConnector.Triggers.Queues.Ledger;

namespace SalesforceConnector.Triggers.Http;

/// <summary>Executes each write with an idempotency key once, and returns the stored result to later requests with the same key.</summary>
/// <remarks><c>Idempotency-Key</c>: the IETF draft of that name.</remarks>
public sealed partial class KeyedCalls(
    OperationLedger ledger, ResultStore results, IOptions<SalesforceOptions> options, TimeProvider time, ILogger<KeyedCalls> logger)
{
    /// <param name="json">The payload as received.</param>
    /// <returns>The result of this call, or of the first call with the same key.</returns>
    /// <exception cref="ConnectorException">The call failed. A retryable failure is not stored.</exception>
    internal async Task<IStatusCodeHttpResult> RunAsync<TPayload>(
        IOperation<TPayload> operation,
        string key,
        TPayload payload,
        RawJson json,
        bool representation,
        CancellationToken cancellationToken)
        where TPayload : Payload
    {
        var envelope = new Envelope { CorrelationId = key, Payload = json };
        var request = new ClaimRequest(key, operation.Name, envelope.Fingerprint(operation.Name), payload.Repetition);
        switch (await ClaimAsync(request, cancellationToken).ConfigureAwait(false))
        {
            case Claim.Finished(var stored):
                return await ReplyAsync(stored, cancellationToken).ConfigureAwait(false);
            case Claim.Running:
                throw new ConnectorException(Problems.InProgress);
            case Claim.OtherPayload:
                throw new ConnectorException(Problems.CorrelationIdReused(key));
            case Claim.Granted(var entry, Abandoned: true) when payload.Repetition == Repetition.NotIdempotent:
                return await FailAsync(operation.Name, entry, Problems.Abandoned).ConfigureAwait(false);
            case Claim.Exhausted(var entry):
                return await FailAsync(operation.Name, entry, Problems.Poisoned(outcomeUnknown: true)).ConfigureAwait(false);
            case Claim.Granted(var entry, _):
                return await ExecuteAttemptAsync(operation, key, payload, entry, representation).ConfigureAwait(false);
            default:
                throw new InvalidOperationException("There is no other claim.");
        }
    }

    private async Task<Claim> ClaimAsync(ClaimRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await ledger.ClaimAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (StorageConnection.IsFailure(e))
        {
            // The claim may exist nevertheless, but nothing was sent to Salesforce under it.
            await TryAsync(request.Operation, LedgerState.Waiting, () => ledger.WithdrawAsync(request)).ConfigureAwait(false);
            throw;
        }
    }

    // Not cancelled when the caller disconnects: the caller can retry with the same key and get the result.
    private async Task<IStatusCodeHttpResult> ExecuteAttemptAsync<TPayload>(
        IOperation<TPayload> operation, string key, TPayload payload, LedgerEntry entry, bool representation)
        where TPayload : Payload
    {
        var blank = new ResultMessage { CorrelationId = key, Operation = operation.Name, Attempts = entry.Attempts };
        var attempt = new Attempt(options.Value.InvocationTimeout, isWrite: true, payload.Repetition, time);
        var (result, problem, cause) = await attempt.RunAsync(
            cancellation => operation.ExecuteAsync(payload, new OperationContext(key, entry.EarlierAttempt), cancellation),
            (reply, cancellation) => results.SucceededAsync(blank, reply, representation, cancellation),
            CancellationToken.None).ConfigureAwait(false);
        if (result is not null)
        {
            await StoreAsync(operation.Name, entry, result).ConfigureAwait(false);
            return await ReplyAsync(result.ToJson(), CancellationToken.None).ConfigureAwait(false);
        }

        problem = entry.EarlierAttempt ? problem!.WithEarlierAttempt() : problem!;
        if (!problem.Retryable || (problem.OutcomeUnknown && payload.Repetition == Repetition.NotIdempotent))
        {
            // Stored under the key, so that a repeated request gets the same reply.
            return await FailAsync(operation.Name, entry, problem with { Retryable = false }).ConfigureAwait(false);
        }

        await TryAsync(operation.Name, LedgerState.Waiting, () => ledger.ReleaseAsync(entry, problem.OutcomeUnknown)).ConfigureAwait(false);
        throw new ConnectorException(problem, cause);
    }

    private async Task<IStatusCodeHttpResult> ReplyAsync(byte[] stored, CancellationToken cancellationToken)
    {
        try
        {
            return await StoredResult.ReadAsync(stored, results, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (StorageConnection.IsFailure(e))
        {
            // The body is in a blob that is not available now. A 503 would mean that nothing was executed.
            throw new ConnectorException(Problems.StorageUnavailable.WithUnknownOutcome(), e);
        }
    }

    private async Task<IStatusCodeHttpResult> FailAsync(string operation, LedgerEntry entry, Problem problem)
    {
        var blank = new ResultMessage { Operation = operation, Attempts = entry.Attempts };
        await StoreAsync(operation, entry, await results.FailedAsync(blank, problem).ConfigureAwait(false)).ConfigureAwait(false);
        return new ProblemResult(problem);
    }

    private Task StoreAsync(string operation, LedgerEntry entry, ResultMessage result) =>
        TryAsync(operation, LedgerState.Finished, () => ledger.FinishAsync(entry, result.ToJson(), givenUp: false));

    // The caller still gets its reply. A retry before the storage recovers waits until the attempt's lease expires.
    private async Task TryAsync(string operation, string state, Func<Task<bool>> writeAsync)
    {
        try
        {
            if (!await writeAsync().ConfigureAwait(false))
            {
                Log.LeaseLost(logger, operation);
            }
        }
        catch (Exception e) when (StorageConnection.IsFailure(e))
        {
            Log.NotKept(logger, operation, state, e.GetType().Name);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "{Operation}: exceeded its lease; another attempt has started")]
        public static partial void LeaseLost(ILogger logger, string operation);

        [LoggerMessage(2, LogLevel.Error, "{Operation}: the storage failed ({Failure}); the state {State} was not stored under the idempotency key")]
        public static partial void NotKept(ILogger logger, string operation, string state, string failure);
    }
}
