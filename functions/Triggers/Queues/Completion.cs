using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Contracts.Telemetry;
using SalesforceConnector.Triggers.Queues.Ledger;

namespace SalesforceConnector.Triggers.Queues;

/// <summary>Completes a message after its attempt: sends the final result, or schedules a retry.</summary>
/// <remarks>
/// A message leaves its queue only after its result was sent or a new message for a retry was queued. If Storage fails,
/// the message is queued again with the result. This class throws only if that fails too.
/// </remarks>
public sealed partial class Completion(
    QueueOutbox outbox,
    OperationLedger ledger,
    ResultStore results,
    IOptions<QueueOptions> options,
    ConnectorTelemetry telemetry,
    TimeProvider time,
    ILogger<Completion> logger)
{
    private readonly QueueOptions _options = options.Value;

    /// <summary>The delay before the next attempt: exponential, up to a maximum, with 20 % jitter, and never shorter than asked for.</summary>
    internal static TimeSpan Pause(int attemptsMade, QueueOptions options, TimeSpan? retryAfter, double jitter)
    {
        var pause = Backoff.PauseAfter(attemptsMade, options.FirstRetryDelay, options.LongestRetryDelay, jitter);
        return retryAfter > pause ? Backoff.NotBefore(retryAfter.Value, jitter) : pause;
    }

    internal bool IsAllowed(string replyTo) => replyTo == _options.Results || _options.AllowedReplyTo.Contains(replyTo);

    /// <summary>Ends the operation with a failure.</summary>
    /// <param name="entry">The attempt's ledger entry; <see langword="null"/> if it has none.</param>
    internal async Task FailAsync(Delivery delivery, LedgerEntry? entry, Problem problem, bool givenUp = false) =>
        await FinishAsync(delivery, entry, await results.FailedAsync(delivery.Result, problem).ConfigureAwait(false), givenUp).ConfigureAwait(false);

    /// <summary>Ends the operation with a failure, and moves the message to the poison queue for an operator.</summary>
    internal async Task GiveUpAsync(Delivery delivery, LedgerEntry? entry, Problem problem)
    {
        var kept = await KeepAsync(delivery.Operation, delivery.Envelope.ToKeep().ToMessage(), delivery.Envelope.CorrelationId, problem.ErrorCode)
            .ConfigureAwait(false);
        await FailAsync(delivery with { PoisonMessageId = kept }, entry, problem, givenUp: true).ConfigureAwait(false);
    }

    /// <summary>Ends the operation: stores the result, then sends it.</summary>
    internal async Task FinishAsync(Delivery delivery, LedgerEntry? entry, ResultMessage result, bool givenUp = false)
    {
        var json = result.ToJson();
        try
        {
            if (entry is not null)
            {
                entry.EarlierAttempt |= delivery.IsWrite && result.Error?.OutcomeUnknown == true;
            }

            // Stored before it is sent: if the app crashes in between, the redelivered message finds the result.
            if (entry is not null && !await ledger.FinishAsync(entry, json, givenUp).ConfigureAwait(false))
            {
                Log.LeaseLost(logger, delivery.Operation, delivery.Envelope.CorrelationId);
                await FollowAsync(delivery).ConfigureAwait(false);
                return;
            }

            await SendAsync(delivery.Envelope, json).ConfigureAwait(false);
        }
        catch (Exception e) when (StorageConnection.IsFailure(e))
        {
            await RequeueAsync(delivery, result, e).ConfigureAwait(false);
            return;
        }

        Finished(delivery, result);
    }

    /// <summary>Ends an operation whose result is in the message, because it could not be stored or sent before.</summary>
    internal async Task ResolveAsync(Delivery delivery, ResultMessage outcome)
    {
        try
        {
            var json = outcome.ToJson();
            if (delivery.IsClaimed)
            {
                json = await ledger.ResolveAsync(
                    delivery.Claim, json, givenUp: outcome.PoisonMessageId is not null, CancellationToken.None).ConfigureAwait(false);
            }

            await SendAsync(delivery.Envelope, json).ConfigureAwait(false);
        }
        catch (Exception e) when (StorageConnection.IsFailure(e))
        {
            await RequeueAsync(delivery, outcome, e).ConfigureAwait(false);
            return;
        }

        Finished(delivery, outcome);
    }

    internal Task SendAsync(Envelope envelope, byte[] result) =>
        envelope.RespondAsync == true
            ? Task.CompletedTask
            : outbox.SendResultAsync(result, envelope.ReplyTo is { } replyTo && IsAllowed(replyTo) ? replyTo : null, CancellationToken.None);

    /// <summary>Checks again later, while another attempt is running.</summary>
    internal Task WaitAsync(Delivery delivery, DateTimeOffset until) =>
        outbox.EnqueueAsync(delivery.Operation, delivery.Message, until - time.GetUtcNow(), CancellationToken.None);

    /// <summary>Schedules a retry, or ends the operation if its retry period is over.</summary>
    internal async Task RetryLaterAsync(Delivery delivery, LedgerEntry? entry, Problem problem)
    {
        var pause = Pause(delivery.Attempts.Made, _options, problem.RetryAfter, Backoff.Jitter());
        var mayHaveRun = delivery.IsWrite && (problem.OutcomeUnknown || delivery.EarlierAttempt);
        if (time.GetUtcNow() + pause > delivery.Attempts.Since + _options.RetryFor)
        {
            await GiveUpAsync(delivery, entry, problem).ConfigureAwait(false);
            return;
        }

        if (entry is not null)
        {
            try
            {
                // Release before queuing: if the app crashes in between, the current message is redelivered and finds the released entry.
                await ledger.ReleaseAsync(entry, mayHaveRun, pause).ConfigureAwait(false);
            }
            catch (Exception e) when (StorageConnection.IsFailure(e))
            {
                // The new message contains the same information.
                Log.StorageFailed(logger, delivery.Operation, delivery.Envelope.CorrelationId, e.GetType().Name);
            }
        }

        var next = delivery.Envelope with { Retry = delivery.Next with { MayHaveRun = mayHaveRun ? true : null } };
        await outbox.EnqueueAsync(delivery.Operation, next.ToMessage(), pause, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Schedules the next attempt at a resumable operation that has made progress.</summary>
    internal async Task ContinueLaterAsync(Delivery delivery, LedgerEntry entry, TimeSpan pause)
    {
        entry.BeginStep();
        try
        {
            if (!await ledger.ReleaseAsync(entry, mayHaveRun: false, pause).ConfigureAwait(false))
            {
                // The message of the attempt that took over continues the operation.
                Log.LeaseLost(logger, delivery.Operation, delivery.Envelope.CorrelationId);
                return;
            }
        }
        catch (Exception e) when (StorageConnection.IsFailure(e))
        {
            // The progress is saved, and the new message says that the attempt has ended.
            Log.StorageFailed(logger, delivery.Operation, delivery.Envelope.CorrelationId, e.GetType().Name);
        }

        var next = delivery.Envelope with { Retry = delivery.Next with { Made = 0, Since = time.GetUtcNow() + pause } };
        await outbox.EnqueueAsync(delivery.Operation, next.ToMessage(), pause, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Moves a message that is not a valid envelope to the poison queue, and sends a failed result.</summary>
    internal async Task RejectUnreadableAsync(string operation, string message, Problem problem)
    {
        var correlationId = Envelope.FindCorrelationId(message);
        var kept = await KeepAsync(operation, message, correlationId, problem.ErrorCode).ConfigureAwait(false);
        var result = new ResultMessage { CorrelationId = correlationId, Operation = operation, PoisonMessageId = kept };
        result = await results.FailedAsync(result, problem).ConfigureAwait(false);
        await outbox.SendResultAsync(result.ToJson(), replyTo: null, CancellationToken.None).ConfigureAwait(false);
    }

    private async Task<string> KeepAsync(string operation, string message, string? correlationId, string errorCode)
    {
        var id = await outbox.KeepAsync(operation, message, errorCode, CancellationToken.None).ConfigureAwait(false);
        Log.Kept(logger, operation, correlationId, errorCode, id);
        return id;
    }

    /// <summary>Sends the result of the attempt that took over, or waits for it.</summary>
    private async Task FollowAsync(Delivery delivery)
    {
        var found = await ledger.FindAsync(delivery.Envelope.CorrelationId, CancellationToken.None).ConfigureAwait(false);
        if (found is { State: LedgerState.Finished, Result: { } result })
        {
            await SendAsync(delivery.Envelope, result).ConfigureAwait(false);
        }
        else
        {
            await WaitAsync(delivery, time.GetUtcNow() + _options.FirstRetryDelay).ConfigureAwait(false);
        }
    }

    /// <summary>Queues the message again together with its result, because Storage did not accept the result.</summary>
    /// <exception cref="Azure.RequestFailedException">The retry period is over. The host moves the message to its poison queue, from where it is retried.</exception>
    private async Task RequeueAsync(Delivery delivery, ResultMessage result, Exception cause)
    {
        Log.StorageFailed(logger, delivery.Operation, delivery.Envelope.CorrelationId, cause.GetType().Name);
        var pause = Pause(delivery.Attempts.Made, _options, retryAfter: null, Backoff.Jitter());
        if (delivery.Envelope.Outcome is not null && time.GetUtcNow() + pause > result.CompletedAt + _options.RetryFor)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(cause);
        }

        var retry = delivery.Attempts with
        {
            Made = delivery.Attempts.Made + (delivery.Envelope.Outcome is null ? 0 : 1),
            MayHaveRun = delivery.IsWrite && (delivery.EarlierAttempt || result.Error?.OutcomeUnknown == true) ? true : null,
        };
        var next = (delivery.Envelope with { Retry = retry, Outcome = result }).ToMessage();
        if (!MessageText.Fits(next))
        {
            next = (delivery.Envelope with { Retry = retry, Outcome = await results.MoveToBlobAsync(result).ConfigureAwait(false) }).ToMessage();
        }

        await outbox.EnqueueAsync(delivery.Operation, next, pause, CancellationToken.None).ConfigureAwait(false);
    }

    private void Finished(Delivery delivery, ResultMessage result)
    {
        telemetry.Finished(delivery.Operation, result.Attempts, result.Status, result.Error?.ErrorCode);
        var (operation, id) = (delivery.Operation, delivery.Envelope.CorrelationId);
        var milliseconds = (time.GetUtcNow() - delivery.Attempts.Since).TotalMilliseconds;
        if (result.Error is { } problem)
        {
            Log.Failed(logger, operation, id, result.Status, problem.ErrorCode, milliseconds, result.Attempts);
        }
        else
        {
            Log.Finished(logger, operation, id, result.Status, milliseconds, result.Attempts);
        }
    }

    private static partial class Log
    {
        // The time is that since the first attempt.
        [LoggerMessage(1, LogLevel.Information, "{Operation} {CorrelationId}: {Status} after {Milliseconds:F0} ms at attempt {Attempt}")]
        public static partial void Finished(
            ILogger logger, string operation, string correlationId, int status, double milliseconds, int attempt);

        [LoggerMessage(2, LogLevel.Information, "{Operation} {CorrelationId}: {Status} {ErrorCode} after {Milliseconds:F0} ms at attempt {Attempt}")]
        public static partial void Failed(
            ILogger logger, string operation, string correlationId, int status, string errorCode, double milliseconds, int attempt);

        [LoggerMessage(3, LogLevel.Error, "{Operation} {CorrelationId}: {ErrorCode}; the message is kept on the poison queue as {PoisonMessageId}")]
        public static partial void Kept(ILogger logger, string operation, string? correlationId, string errorCode, string poisonMessageId);

        [LoggerMessage(4, LogLevel.Error, "{Operation} {CorrelationId}: exceeded its lease; another attempt has started, and its result is used")]
        public static partial void LeaseLost(ILogger logger, string operation, string correlationId);

        [LoggerMessage(5, LogLevel.Warning, "{Operation} {CorrelationId}: the storage failed ({Failure}); a retry is scheduled")]
        public static partial void StorageFailed(ILogger logger, string operation, string correlationId, string failure);
    }
}
