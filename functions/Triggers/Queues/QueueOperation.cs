using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Contracts.Telemetry;
using SalesforceConnector.Salesforce;
using SalesforceConnector.Salesforce.Authentication;
using SalesforceConnector.Triggers.Queues.Ledger;

namespace SalesforceConnector.Triggers.Queues;

/// <summary>
/// The queue boundary: executes the operation in a message and sends one result, immediately or, after transient
/// failures, later. If it throws, the host delivers the message again.
/// </summary>
public sealed partial class QueueOperation(
    PayloadTypes types,
    OperationLedger ledger,
    ResultStore results,
    Completion completion,
    Orgs orgs,
    IOptions<QueueOptions> options,
    IOptions<SalesforceOptions> salesforce,
    ConnectorTelemetry telemetry,
    TimeProvider time,
    ILogger<QueueOperation> logger)
{
    /// <summary>The suffix of the queue functions' names.</summary>
    public const string FromQueue = nameof(FromQueue);

    /// <summary>Processes one message.</summary>
    public async Task RunAsync<TPayload>(IOperation<TPayload> operation, string message, CancellationToken cancellationToken)
        where TPayload : Payload
    {
        if (await OpenAsync(operation.Name, message).ConfigureAwait(false) is not { } delivery)
        {
            return;
        }

        if (Read(delivery, types.Get<TPayload>(), out var payload) is { } refusal)
        {
            await RefuseAsync(delivery, refusal, cancellationToken).ConfigureAwait(false);
            return;
        }

        delivery = delivery with { Repetition = payload!.Repetition, IsWrite = payload.IsWrite };
        if (delivery.Envelope.Outcome is { } outcome)
        {
            await completion.ResolveAsync(delivery, outcome).ConfigureAwait(false);
            return;
        }

        var entry = default(LedgerEntry);
        if (delivery.IsClaimed)
        {
            try
            {
                entry = await ClaimAsync(delivery, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (StorageConnection.IsFailure(e))
            {
                await PostponeAsync(delivery, e).ConfigureAwait(false);
                return;
            }

            if (entry is null)
            {
                return;
            }

            delivery = delivery.With(entry);
        }

        await ExecuteAttemptAsync(delivery, entry, payload, operation, cancellationToken).ConfigureAwait(false);
    }

    /// <returns>Why the payload is rejected; <see langword="null"/> if it is valid.</returns>
    private Problem? Read<TPayload>(Delivery delivery, JsonTypeInfo<TPayload> type, out TPayload? payload)
        where TPayload : Payload
    {
        payload = null;
        try
        {
            if (delivery.Envelope.ReplyTo is { } replyTo && !completion.IsAllowed(replyTo))
            {
                throw new InvalidPayloadException(
                    ErrorCodes.InvalidMember, "replyTo", $"must be {options.Value.Results} or a queue that Queues__ReplyTo lists; got {Quote.Value(replyTo)}");
            }

            payload = PayloadReader.Read(delivery.Envelope.Payload.Utf8, type);
            payload.RefuseSecrets();
            orgs.Admit(payload, () => Caller.OfQueue(OperationQueues.NameOf(delivery.Operation)));
            return delivery.Envelope.FitsWithRetries(delivery.Message) ? null : Problems.TooLarge;
        }
        catch (ConnectorException e)
        {
            return e.Problem;
        }
    }

    private async Task RefuseAsync(Delivery delivery, Problem problem, CancellationToken cancellationToken)
    {
        telemetry.Refused(delivery.Operation, problem);
        var entry = default(LedgerEntry);
        try
        {
            // Stores the problem in the ledger, from where the caller fetches it.
            if (delivery.Envelope.RespondAsync == true
                && await ledger.ClaimAsync(delivery.Claim, cancellationToken).ConfigureAwait(false) is Claim.Granted(var granted, _))
            {
                entry = granted;
            }
        }
        catch (Exception e) when (StorageConnection.IsFailure(e))
        {
            await PostponeAsync(delivery, e).ConfigureAwait(false);
            return;
        }

        await completion.FailAsync(delivery, entry, problem).ConfigureAwait(false);
    }

    /// <summary>Schedules a retry, because the storage failed before anything was sent to Salesforce.</summary>
    private Task PostponeAsync(Delivery delivery, Exception cause)
    {
        Log.StorageFailed(logger, delivery.Operation, delivery.Envelope.CorrelationId, delivery.Attempts.Made, cause.GetType().Name);
        return completion.RetryLaterAsync(delivery, entry: null, Known(delivery, Problems.StorageUnavailable));
    }

    /// <returns>The attempt to make; <see langword="null"/> if the message is complete.</returns>
    private async Task<LedgerEntry?> ClaimAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        switch (await ledger.ClaimAsync(delivery.Claim, cancellationToken).ConfigureAwait(false))
        {
            case Claim.Finished(var result):
                Log.Repeated(logger, delivery.Operation, delivery.Envelope.CorrelationId);
                await completion.SendAsync(delivery.Envelope, result).ConfigureAwait(false);
                return null;
            case Claim.Running(var until):
                await completion.WaitAsync(delivery, until).ConfigureAwait(false);
                return null;
            case Claim.Superseded:
                Log.Superseded(logger, delivery.Operation, delivery.Envelope.CorrelationId);
                return null;
            case Claim.OtherPayload:
                await completion.FailAsync(delivery, entry: null, Problems.CorrelationIdReused(delivery.Envelope.CorrelationId)).ConfigureAwait(false);
                return null;
            case Claim.Granted(var entry, Abandoned: true) when delivery.Repetition == Repetition.NotIdempotent:
                await completion.FailAsync(delivery.With(entry), entry, Problems.Abandoned).ConfigureAwait(false);
                return null;
            case Claim.Exhausted(var entry):
                await completion.GiveUpAsync(delivery.With(entry), entry, Problems.Poisoned(delivery.MayHaveRun(entry))).ConfigureAwait(false);
                return null;
            case Claim.Granted(var entry, _):
                return entry;
            default:
                throw new InvalidOperationException("There is no other claim.");
        }
    }

    private async Task ExecuteAttemptAsync<TPayload>(
        Delivery delivery, LedgerEntry? entry, TPayload payload, IOperation<TPayload> operation, CancellationToken cancellationToken)
        where TPayload : Payload
    {
        var context = new OperationContext(
            delivery.Envelope.CallerId ?? delivery.Envelope.CorrelationId, delivery.EarlierAttempt, IsRetried: true)
        {
            Progress = delivery.Repetition == Repetition.Resumable
                ? new OperationProgress(entry!.PartitionKey, entry.Progress, (progress, shown, mayHaveRun, cancellation) => SaveAsync(entry, progress, shown, mayHaveRun, cancellation))
                : OperationProgress.None,
        };
        using var span = telemetry.Begin(delivery.Operation, Trigger.Queue, delivery.Envelope.CorrelationId, delivery.Envelope.Traceparent);
        var attempt = new Attempt(salesforce.Value.InvocationTimeout, delivery.IsWrite, delivery.Repetition, time);
        var end = await attempt.RunAsync(
            cancellation => operation.ExecuteAsync(payload, context, cancellation),
            (reply, cancellation) => results.SucceededAsync(delivery.Result, reply, delivery.Envelope.Representation == true, cancellation),
            cancellationToken).ConfigureAwait(false);
        if (end.ContinueAfter is { } pause)
        {
            span.End(StatusCodes.Status202Accepted);
            await completion.ContinueLaterAsync(delivery, entry!, pause).ConfigureAwait(false);
            return;
        }

        var (result, problem, cause) = end;
        if (result is not null)
        {
            span.End(result.Status);
            await completion.FinishAsync(delivery, entry, result).ConfigureAwait(false);
            return;
        }

        problem = Known(delivery, problem!);
        span.End(problem.Status, problem.ErrorCode);
        if (problem.Retryable || problem.Status >= StatusCodes.Status500InternalServerError)
        {
            // What Salesforce refuses is for the producer to fix, and is in the line of the result.
            Log.AttemptFailed(
                logger, delivery.Operation, delivery.Envelope.CorrelationId, delivery.Attempts.Made, problem.Status, problem.ErrorCode, Describe(problem, cause));
        }

        if (!problem.Retryable || (problem.OutcomeUnknown && delivery.Repetition == Repetition.NotIdempotent))
        {
            // Stored under the correlation id, so that a repeated message gets the same result.
            await completion.FailAsync(delivery, entry, problem with { Retryable = false }).ConfigureAwait(false);
        }
        else
        {
            await completion.RetryLaterAsync(delivery, entry, problem).ConfigureAwait(false);
        }
    }

    private async Task SaveAsync(LedgerEntry entry, byte[] progress, byte[] shown, bool mayHaveRun, CancellationToken cancellationToken)
    {
        try
        {
            if (!await ledger.SaveAsync(entry, progress, shown, mayHaveRun, cancellationToken).ConfigureAwait(false))
            {
                throw new ConnectorException(Problems.LeaseLost);
            }
        }
        catch (Exception e) when (StorageConnection.IsFailure(e))
        {
            throw new ConnectorException(Problems.StorageUnavailable, e);
        }
    }

    // Exception messages can quote record data, so only the type is logged; for an unexpected one, also the stack trace.
    private static string? Describe(Problem problem, Exception? cause) =>
        cause is null ? null : problem.ErrorCode == ErrorCodes.Internal ? $"{cause.GetType()} {cause.StackTrace}" : cause.GetType().Name;

    private static Problem Known(Delivery delivery, Problem problem) =>
        delivery.EarlierAttempt ? problem.WithEarlierAttempt() : problem;

    /// <returns>The delivery; <see langword="null"/> if the message is not a valid envelope. It then has its result.</returns>
    private async Task<Delivery?> OpenAsync(string operation, string message)
    {
        try
        {
            var envelope = Envelope.Parse(message);
            var retry = envelope.Retry;
            return new Delivery(
                operation, message, envelope, new Attempts((retry?.Made ?? 0) + 1, retry?.Since ?? time.GetUtcNow(), retry?.MayHaveRun, Turn: retry?.Turn));
        }
        catch (InvalidPayloadException e)
        {
            telemetry.Refused(operation, e.Problem);
            await completion.RejectUnreadableAsync(operation, message, e.Problem).ConfigureAwait(false);
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Operation} {CorrelationId}: was carried out before; its result is sent again")]
        public static partial void Repeated(ILogger logger, string operation, string correlationId);

        [LoggerMessage(3, LogLevel.Information, "{Operation} {CorrelationId}: a later message of the same operation continues it")]
        public static partial void Superseded(ILogger logger, string operation, string correlationId);

        [LoggerMessage(2, LogLevel.Warning, "{Operation} {CorrelationId}: attempt {Attempt} failed with {Status} {ErrorCode} ({Failure})")]
        public static partial void AttemptFailed(
            ILogger logger, string operation, string correlationId, int attempt, int status, string errorCode, string? failure);

        [LoggerMessage(5, LogLevel.Warning, "{Operation} {CorrelationId}: attempt {Attempt} failed, because the storage failed ({Failure})")]
        public static partial void StorageFailed(ILogger logger, string operation, string correlationId, int attempt, string failure);
    }
}
