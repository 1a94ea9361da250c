using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Contracts.Telemetry;
using SalesforceConnector.Salesforce.Bodies;
using SalesforceConnector.Triggers.Queues.Ledger;

namespace SalesforceConnector.Triggers.Queues;

/// <summary>What becomes of a message after its attempt: its one result, or another attempt later.</summary>
/// <remarks>
/// A message leaves its queue only after its result has been sent, or it is on its queue once more. Where Storage fails,
/// what is known is put back on the queue with the message; an exception that leaves this class says that even that failed.
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

    /// <summary>The pause before the next attempt: doubling, up to the longest, with a jitter of a fifth.</summary>
    internal static TimeSpan Pause(int attemptsMade, QueueOptions options, TimeSpan? retryAfter, double jitter)
    {
        const int MaxDoublings = 20;
        var doubled = options.FirstRetryDelay * Math.Pow(2, Math.Min(attemptsMade - 1, MaxDoublings));
        var pause = (doubled < options.LongestRetryDelay ? doubled : options.LongestRetryDelay) * (1 - (0.2 * jitter));
        return retryAfter > pause ? retryAfter.Value : pause;
    }

    internal bool IsAllowed(string replyTo) => replyTo == _options.Results || _options.AllowedReplyTo.Contains(replyTo);

    /// <summary>Ends the operation with a failure.</summary>
    /// <param name="entry">The attempt that the ledger has granted; <see langword="null"/> where it has granted none.</param>
    internal async Task FailAsync(Delivery delivery, LedgerEntry? entry, Problem problem, bool givenUp = false) =>
        await FinishAsync(delivery, entry, await results.FailedAsync(delivery.Result, problem).ConfigureAwait(false), givenUp).ConfigureAwait(false);

    /// <summary>Ends the operation with a failure, and keeps the message for people to put back on its queue.</summary>
    internal async Task GiveUpAsync(Delivery delivery, LedgerEntry? entry, Problem problem)
    {
        var kept = await KeepAsync(delivery.Operation, delivery.Envelope.ToKeep().ToMessage(), delivery.Envelope.CorrelationId, problem.ErrorCode)
            .ConfigureAwait(false);
        await FailAsync(delivery with { PoisonMessageId = kept }, entry, problem, givenUp: true).ConfigureAwait(false);
    }

    /// <summary>Ends the operation: keeps the result, then sends it.</summary>
    internal async Task FinishAsync(Delivery delivery, LedgerEntry? entry, ResultMessage result, bool givenUp = false)
    {
        var json = result.ToJson();
        try
        {
            if (entry is not null)
            {
                entry.EarlierAttempt |= delivery.IsWrite && result.Error?.OutcomeUnknown == true;
            }

            // Kept before it is sent: if the app ends in between, the message that is delivered again finds it.
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
            await HandOnAsync(delivery, result, e).ConfigureAwait(false);
            return;
        }

        Finished(delivery, result);
    }

    /// <summary>Ends an operation whose result came with the message, as it could not be stored or sent before.</summary>
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
            await HandOnAsync(delivery, outcome, e).ConfigureAwait(false);
            return;
        }

        Finished(delivery, outcome);
    }

    internal Task SendAsync(Envelope envelope, byte[] result) =>
        envelope.RespondAsync == true
            ? Task.CompletedTask
            : outbox.SendResultAsync(result, envelope.ReplyTo is { } replyTo && IsAllowed(replyTo) ? replyTo : null, CancellationToken.None);

    /// <summary>Looks again later what became of the operation, of which another attempt is running.</summary>
    internal Task WaitAsync(Delivery delivery, DateTimeOffset until) =>
        outbox.EnqueueAsync(delivery.Operation, delivery.Message, until - time.GetUtcNow(), CancellationToken.None);

    /// <summary>Makes another attempt later, or ends the operation if its time is over.</summary>
    internal async Task TryAgainAsync(Delivery delivery, LedgerEntry? entry, Problem problem)
    {
#pragma warning disable CA5394 // Jitter, not a secret.
        var pause = Pause(delivery.Attempts.Made, _options, problem.RetryAfter, Random.Shared.NextDouble());
#pragma warning restore CA5394
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
                // In this order: if the app ends in between, the message that is still here finds its operation waiting.
                await ledger.ReleaseAsync(entry, mayHaveRun, pause).ConfigureAwait(false);
            }
            catch (Exception e) when (StorageConnection.IsFailure(e))
            {
                // The message says so too.
                Log.StorageFailed(logger, delivery.Operation, delivery.Envelope.CorrelationId, e.GetType().Name);
            }
        }

        var next = delivery.Envelope with { Retry = delivery.Attempts with { MayHaveRun = mayHaveRun ? true : null, Ended = delivery.Writer } };
        await outbox.EnqueueAsync(delivery.Operation, next.ToMessage(), pause, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Keeps a message that is no envelope, and sends a failure that names it.</summary>
    internal async Task AnswerUnreadableAsync(string operation, string message, Problem problem)
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

    /// <summary>The result is that of the attempt which has taken over.</summary>
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

    /// <summary>Puts the message back on its queue with the result, which Storage did not take.</summary>
    /// <exception cref="Azure.RequestFailedException">Its time for that is over: the host gives it to its poison queue, where it is tried further.</exception>
    private async Task HandOnAsync(Delivery delivery, ResultMessage result, Exception cause)
    {
        Log.StorageFailed(logger, delivery.Operation, delivery.Envelope.CorrelationId, cause.GetType().Name);
#pragma warning disable CA5394 // Jitter, not a secret.
        var pause = Pause(delivery.Attempts.Made, _options, retryAfter: null, Random.Shared.NextDouble());
#pragma warning restore CA5394
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
        Log.Finished(logger, delivery.Operation, delivery.Envelope.CorrelationId, result.Status, result.Attempts);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Operation} {CorrelationId}: {Status} at attempt {Attempt}")]
        public static partial void Finished(ILogger logger, string operation, string correlationId, int status, int attempt);

        [LoggerMessage(3, LogLevel.Error, "{Operation} {CorrelationId}: {ErrorCode}; the message is kept on the poison queue as {PoisonMessageId}")]
        public static partial void Kept(ILogger logger, string operation, string? correlationId, string errorCode, string poisonMessageId);

        [LoggerMessage(4, LogLevel.Error, "{Operation} {CorrelationId}: took longer than its lease and was begun again elsewhere; the result is that of the other attempt")]
        public static partial void LeaseLost(ILogger logger, string operation, string correlationId);

        [LoggerMessage(5, LogLevel.Warning, "{Operation} {CorrelationId}: the storage failed ({Failure}); what is known is tried again later")]
        public static partial void StorageFailed(ILogger logger, string operation, string correlationId, string failure);
    }
}
