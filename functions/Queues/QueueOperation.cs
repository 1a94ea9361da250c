using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SalesforceConnector.Hosting;
using SalesforceConnector.Salesforce;
using SalesforceConnector.Telemetry;

namespace SalesforceConnector.Queues;

/// <summary>
/// The queue edge: carries out the operation that a message asks for and sends its one result, now or, after a transient
/// failure, later. An exception that leaves it makes the host deliver the message again.
/// </summary>
public sealed partial class QueueOperation(
    QueueOutbox outbox,
    OperationLedger ledger,
    ResultStore results,
    IOptions<QueueOptions> options,
    ConnectorTelemetry telemetry,
    TimeProvider time,
    ILogger<QueueOperation> logger)
{
    /// <summary>What the names of the queue functions end in.</summary>
    public const string FromQueue = nameof(FromQueue);

    /// <summary>What the names of the poison queue functions end in.</summary>
    public const string FromPoisonQueue = nameof(FromPoisonQueue);

    private readonly QueueOptions _options = options.Value;

    /// <summary>Carries out what one message asks for.</summary>
    public async Task RunAsync<TPayload>(
        string operation,
        string message,
        JsonTypeInfo<TPayload> type,
        IOperationHandler<TPayload> handler,
        CancellationToken cancellationToken)
        where TPayload : Payload
    {
        if (await OpenAsync(operation, message, cancellationToken).ConfigureAwait(false) is not { Envelope: var envelope } delivery)
        {
            return;
        }

        TPayload payload;
        try
        {
            payload = Read(envelope, type);
        }
        catch (InvalidPayloadException e)
        {
            telemetry.Refused(operation, e.Problem);
            var accepted = await ledger.FindAsync(envelope.CorrelationId, cancellationToken).ConfigureAwait(false);
            var isThis = accepted?.Fingerprint == envelope.Fingerprint(operation)
                && accepted.State is LedgerState.Accepted or LedgerState.Enqueued;
            await FailAsync(delivery, isThis ? accepted : null, e.Problem).ConfigureAwait(false);
            return;
        }

        LedgerEntry? entry = null;
        if (payload.Repetition != Repetition.Harmless || envelope.RespondAsync == true)
        {
            switch (await ledger.ClaimAsync(
                envelope.CorrelationId, operation, envelope.Fingerprint(operation), cancellationToken).ConfigureAwait(false))
            {
                case Claim.Finished(var result):
                    await SendAsync(envelope, result).ConfigureAwait(false);
                    return;
                case Claim.Running(var until):
                    await outbox.EnqueueAsync(operation, message, until - time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
                    return;
                case Claim.OtherPayload:
                    await FailAsync(delivery, entry: null, Problems.CorrelationIdReused(envelope.CorrelationId)).ConfigureAwait(false);
                    return;
                case Claim.Mine(var mine, Abandoned: true) when payload.Repetition == Repetition.Forbidden:
                    await FailAsync(delivery, mine, Problems.Abandoned).ConfigureAwait(false);
                    return;
                case Claim.Mine(var mine, _):
                    entry = mine;
                    break;
            }
        }

        var context = new OperationContext(envelope.CorrelationId, delivery.Attempts.Made > 1 || entry?.EarlierAttempt == true, IsRetried: true);
        if (await AttemptAsync(delivery, entry, () => handler.HandleAsync(payload, context, cancellationToken), cancellationToken).ConfigureAwait(false)
            is { } problem)
        {
            await TryAgainAsync(delivery, entry, payload, problem).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Sees to a message that the host has given up: its result, and a place where it stays, as the host deletes it when
    /// this has been done.
    /// </summary>
    public async Task RunPoisonedAsync(string operation, string message, CancellationToken cancellationToken)
    {
        if (await OpenAsync(operation, message, cancellationToken).ConfigureAwait(false) is not { Envelope: var envelope } delivery)
        {
            return;
        }

        var entry = await ledger.FindAsync(envelope.CorrelationId, cancellationToken).ConfigureAwait(false);
        if (entry?.Fingerprint != envelope.Fingerprint(operation)
            || (entry.State == LedgerState.Running && entry.LeaseUntil > time.GetUtcNow()))
        {
            // Another operation's, or of an attempt that may yet end with a result of its own.
            entry = null;
        }

        if (entry is { State: LedgerState.Finished, Result: { } result })
        {
            await SendAsync(envelope, result).ConfigureAwait(false);
            return;
        }

        var kept = await KeepAsync(operation, message, envelope.CorrelationId, Problems.Poisoned.ErrorCode, cancellationToken).ConfigureAwait(false);
        await FailAsync(delivery with { PoisonMessageId = kept }, entry, Problems.Poisoned).ConfigureAwait(false);
    }

    /// <summary>The pause before the next attempt: doubling, up to the longest, with a jitter of a fifth.</summary>
    internal static TimeSpan Pause(int attemptsMade, QueueOptions options, TimeSpan? retryAfter, double jitter)
    {
        const int MaxDoublings = 20;
        var doubled = options.FirstRetryDelay * Math.Pow(2, Math.Min(attemptsMade - 1, MaxDoublings));
        var pause = (doubled < options.LongestRetryDelay ? doubled : options.LongestRetryDelay) * (1 - (0.2 * jitter));
        return retryAfter > pause ? retryAfter.Value : pause;
    }

    private TPayload Read<TPayload>(Envelope envelope, JsonTypeInfo<TPayload> type)
        where TPayload : Payload
    {
        if (envelope.ReplyTo is { } replyTo && !IsAllowed(replyTo))
        {
            throw new InvalidPayloadException(
                ErrorCodes.InvalidMember, "replyTo", $"must be {_options.Results} or a queue that Queues__ReplyTo lists; got {Quote.Value(replyTo)}");
        }

        var payload = PayloadReader.Read(envelope.Payload.Utf8, type);
        payload.RefuseSecrets();
        return payload;
    }

    /// <returns>Why there is no result yet; <see langword="null"/> when there is one.</returns>
    private async Task<Problem?> AttemptAsync(
        Delivery delivery, LedgerEntry? entry, Func<Task<SalesforceReply>> handle, CancellationToken cancellationToken)
    {
        using var span = telemetry.Begin(delivery.Operation, Trigger.Queue, delivery.Envelope.CorrelationId, delivery.Envelope.Traceparent);
        try
        {
            using var reply = await handle().ConfigureAwait(false);
            var result = await results.SucceededAsync(
                delivery.Result, reply, delivery.Envelope.Representation == true, cancellationToken).ConfigureAwait(false);
            span.End(result.Status);
            await FinishAsync(delivery, entry, result).ConfigureAwait(false);
            return null;
        }
        catch (ConnectorException e)
        {
            span.End(e.Problem.Status, e.Problem.ErrorCode);
            Log.AttemptFailed(
                logger, delivery.Operation, delivery.Envelope.CorrelationId, delivery.Attempts.Made, e.Problem.Status, e.Problem.ErrorCode, LoggedException.Of(e.InnerException));
            return e.Problem;
        }
        catch (IOException e)
        {
            span.End(Problems.BrokenOff.Status, Problems.BrokenOff.ErrorCode);
            Log.AttemptFailed(
                logger, delivery.Operation, delivery.Envelope.CorrelationId, delivery.Attempts.Made, Problems.BrokenOff.Status, Problems.BrokenOff.ErrorCode, LoggedException.Of(e));
            return Problems.BrokenOff;
        }
    }

    private async Task TryAgainAsync(Delivery delivery, LedgerEntry? entry, Payload payload, Problem problem)
    {
        if (payload.Repetition == Repetition.Forbidden && ReferenceEquals(problem, Problems.BrokenOff))
        {
            // The reply had begun: it was carried out.
            problem = problem with { OutcomeUnknown = true };
        }

        if (!problem.Retryable || (problem.OutcomeUnknown && payload.Repetition == Repetition.Forbidden))
        {
            await FailAsync(delivery, entry, problem).ConfigureAwait(false);
            return;
        }

#pragma warning disable CA5394 // Jitter, not a secret.
        var pause = Pause(delivery.Attempts.Made, _options, problem.RetryAfter, Random.Shared.NextDouble());
#pragma warning restore CA5394
        var next = (delivery.Envelope with { Retry = delivery.Attempts }).ToMessage();
        if (time.GetUtcNow() + pause > delivery.Attempts.Since + _options.RetryFor || !QueueOutbox.Fits(next))
        {
            var kept = await KeepAsync(
                delivery.Operation, delivery.Message, delivery.Envelope.CorrelationId, problem.ErrorCode, CancellationToken.None).ConfigureAwait(false);
            await FailAsync(delivery with { PoisonMessageId = kept }, entry, problem).ConfigureAwait(false);
            return;
        }

        // In this order: if the app ends in between, the message that is still here finds its operation waiting.
        if (entry is not null)
        {
            await ledger.ReleaseAsync(entry).ConfigureAwait(false);
        }

        await outbox.EnqueueAsync(delivery.Operation, next, pause, CancellationToken.None).ConfigureAwait(false);
    }

    private async Task FailAsync(Delivery delivery, LedgerEntry? entry, Problem problem) =>
        await FinishAsync(
            delivery, entry, await results.FailedAsync(delivery.Result, problem, CancellationToken.None).ConfigureAwait(false)).ConfigureAwait(false);

    // What became of a call is known now: an app that is stopping takes note of it all the same.
    private async Task FinishAsync(Delivery delivery, LedgerEntry? entry, ResultMessage result)
    {
        var json = result.ToJson();
        // Kept before it is sent: if the app ends in between, the message that is delivered again finds it.
        if (entry is not null && !await ledger.FinishAsync(entry, json).ConfigureAwait(false))
        {
            Log.LeaseLost(logger, delivery.Operation, delivery.Envelope.CorrelationId);
        }

        await SendAsync(delivery.Envelope, json).ConfigureAwait(false);
        telemetry.Finished(delivery.Operation, delivery.Attempts.Made, result.Status, result.Error?.ErrorCode);
        Log.Finished(logger, delivery.Operation, delivery.Envelope.CorrelationId, result.Status, delivery.Attempts.Made);
    }

    private Task SendAsync(Envelope envelope, byte[] result) =>
        envelope.RespondAsync == true
            ? Task.CompletedTask
            : outbox.SendResultAsync(result, envelope.ReplyTo is { } replyTo && IsAllowed(replyTo) ? replyTo : null, CancellationToken.None);

    private bool IsAllowed(string replyTo) => replyTo == _options.Results || _options.AllowedReplyTo.Contains(replyTo);

    /// <returns>What the message says; <see langword="null"/> when it is no envelope, and has been answered so.</returns>
    private async Task<Delivery?> OpenAsync(string operation, string message, CancellationToken cancellationToken)
    {
        try
        {
            var envelope = Envelope.Parse(message);
            var attempts = new Attempts((envelope.Retry?.Made ?? 0) + 1, envelope.Retry?.Since ?? time.GetUtcNow());
            return new Delivery(operation, message, envelope, attempts);
        }
        catch (InvalidPayloadException e)
        {
            telemetry.Refused(operation, e.Problem);
            var correlationId = Envelope.FindCorrelationId(message);
            var kept = await KeepAsync(operation, message, correlationId, e.Problem.ErrorCode, cancellationToken).ConfigureAwait(false);
            var result = new ResultMessage { CorrelationId = correlationId, Operation = operation, PoisonMessageId = kept };
            result = await results.FailedAsync(result, e.Problem, cancellationToken).ConfigureAwait(false);
            await outbox.SendResultAsync(result.ToJson(), replyTo: null, cancellationToken).ConfigureAwait(false);
            return null;
        }
    }

    private async Task<string> KeepAsync(
        string operation, string message, string? correlationId, string errorCode, CancellationToken cancellationToken)
    {
        var id = await outbox.KeepAsync(operation, message, errorCode, cancellationToken).ConfigureAwait(false);
        Log.Kept(logger, operation, correlationId, errorCode, id);
        return id;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Operation} {CorrelationId}: {Status} at attempt {Attempt}")]
        public static partial void Finished(ILogger logger, string operation, string correlationId, int status, int attempt);

        [LoggerMessage(2, LogLevel.Warning, "{Operation} {CorrelationId}: attempt {Attempt} failed with {Status} {ErrorCode}")]
        public static partial void AttemptFailed(
            ILogger logger, string operation, string correlationId, int attempt, int status, string errorCode, LoggedException? exception);

        [LoggerMessage(3, LogLevel.Error, "{Operation} {CorrelationId}: {ErrorCode}; the message is kept on the poison queue as {PoisonMessageId}")]
        public static partial void Kept(ILogger logger, string operation, string? correlationId, string errorCode, string poisonMessageId);

        [LoggerMessage(4, LogLevel.Error, "{Operation} {CorrelationId}: took longer than its lease, and was begun again elsewhere; it may have two results")]
        public static partial void LeaseLost(ILogger logger, string operation, string correlationId);
    }
}
