using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Triggers.Queues;
using SalesforceConnector.Triggers.Queues.Ledger;

namespace SalesforceConnector.Triggers.Events.Deliveries;

/// <summary>
/// Delivers the event in a message: claimed in the ledger like an operation, tried again later after transient failures, kept on the
/// poison queue after others. If it throws, the host delivers the message again.
/// </summary>
public sealed partial class EventDeliveries
{
    private readonly EventDeliverer _deliverer;
    private readonly OperationLedger _ledger;
    private readonly Completion _completion;
    private readonly QueueOutbox _outbox;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    internal EventDeliveries(
        EventDeliverer deliverer, OperationLedger ledger, Completion completion, QueueOutbox outbox, TimeProvider time, ILogger<EventDeliveries> logger) =>
        (_deliverer, _ledger, _completion, _outbox, _time, _logger) = (deliverer, ledger, completion, outbox, time, logger);

    /// <summary>Processes one message.</summary>
    internal async Task RunAsync(string message, CancellationToken cancellationToken)
    {
        if (await OpenAsync(message).ConfigureAwait(false) is not var (delivery, content))
        {
            return;
        }

        if (delivery.Envelope.Outcome is { } outcome)
        {
            await _completion.ResolveAsync(delivery, outcome).ConfigureAwait(false);
            return;
        }

        try
        {
            switch (await _ledger.ClaimAsync(delivery.Claim, cancellationToken).ConfigureAwait(false))
            {
                case Claim.Granted(var entry, _):
                    await AttemptAsync(delivery.With(entry), entry, content, cancellationToken).ConfigureAwait(false);
                    break;
                case Claim.Exhausted(var entry):
                    await _completion.GiveUpAsync(delivery.With(entry), entry, Problems.Poisoned(outcomeUnknown: false)).ConfigureAwait(false);
                    break;
                case Claim.Running(var until):
                    await _completion.WaitAsync(delivery, until).ConfigureAwait(false);
                    break;
                default:
                    // It has been delivered, or another message of the same event delivers it.
                    Log.Repeated(_logger, delivery.Envelope.CorrelationId);
                    break;
            }
        }
        catch (Exception e) when (StorageConnection.IsFailure(e))
        {
            await RetryAsync(delivery, entry: null, Problems.StorageUnavailable, e).ConfigureAwait(false);
        }
    }

    private async Task AttemptAsync(Delivery delivery, LedgerEntry entry, EventMessage content, CancellationToken cancellationToken)
    {
        try
        {
            await _deliverer.DeliverAsync(content, cancellationToken).ConfigureAwait(false);
        }
        catch (ConnectorException e) when (!e.Problem.Retryable)
        {
            await _completion.GiveUpAsync(delivery, entry, e.Problem).ConfigureAwait(false);
            return;
        }
        catch (ConnectorException e)
        {
            await RetryAsync(delivery, entry, e.Problem, e.InnerException ?? e).ConfigureAwait(false);
            return;
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            await RetryAsync(delivery, entry, Problems.Stopping, e).ConfigureAwait(false);
            return;
        }

        await _completion.FinishAsync(delivery, entry, delivery.Result with { Status = StatusCodes.Status200OK, CompletedAt = _time.GetUtcNow() }).ConfigureAwait(false);
    }

    private Task RetryAsync(Delivery delivery, LedgerEntry? entry, Problem problem, Exception cause)
    {
        Log.AttemptFailed(
            _logger, delivery.Envelope.CorrelationId, delivery.Attempts.Made, problem.Status, problem.ErrorCode, cause.GetType().Name);
        return _completion.RetryLaterAsync(delivery, entry, problem);
    }

    /// <returns>The delivery; <see langword="null"/> if the message is no event. It is kept then.</returns>
    private async Task<(Delivery Delivery, EventMessage Content)?> OpenAsync(string message)
    {
        try
        {
            var envelope = Envelope.Parse(message);
            var content = PayloadReader.Read(envelope.Payload.Utf8, TriggerJson.Default.EventMessage);
            var attempts = new Attempts((envelope.Retry?.Made ?? 0) + 1, envelope.Retry?.Since ?? _time.GetUtcNow());
            return (new Delivery(DeliverEvent.Operation, message, envelope, attempts), content);
        }
        catch (InvalidPayloadException e)
        {
            var kept = await _outbox.KeepAsync(DeliverEvent.Operation, message, e.Problem.ErrorCode, CancellationToken.None).ConfigureAwait(false);
            Log.NoEvent(_logger, e.Problem.ErrorCode, kept);
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "DeliverEvent {CorrelationId}: has been delivered before, or is delivered by another message")]
        public static partial void Repeated(ILogger logger, string correlationId);

        [LoggerMessage(2, LogLevel.Warning, "DeliverEvent {CorrelationId}: attempt {Attempt} failed with {Status} {ErrorCode} ({Failure})")]
        public static partial void AttemptFailed(ILogger logger, string correlationId, int attempt, int status, string errorCode, string failure);

        [LoggerMessage(3, LogLevel.Error, "DeliverEvent: a message is no event ({ErrorCode}) and is kept on the poison queue as {PoisonMessageId}")]
        public static partial void NoEvent(ILogger logger, string errorCode, string poisonMessageId);
    }
}
