using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Contracts.Telemetry;

namespace SalesforceConnector.Triggers.Queues.Redrive;

/// <summary>Lists, redrives and deletes the messages on the poison queue, <see cref="QueueOptions.Poison"/>.</summary>
public sealed partial class KeptMessages(
    Lazy<QueueServiceClient> queues, QueueOutbox outbox, IOptions<QueueOptions> options, TimeProvider time, ILogger<KeptMessages> logger)
{
    private const int MaxBatch = 32;

    // The most messages that can be processed before a caller times out.
    private const int MaxMessages = 1_000;

    // How long messages are hidden from other callers while this one processes them.
    private static readonly TimeSpan VisibilityTimeout = TimeSpan.FromMinutes(2);

    private QueueClient Queue => queues.Value.GetQueueClient(options.Value.Poison);

    /// <summary>Lists the first messages without changing anything.</summary>
    /// <param name="withMessages">Whether to include the messages' texts, which contain record data. This is logged.</param>
    internal async Task<KeptList> ListAsync(bool withMessages, CancellationToken cancellationToken)
    {
        var peeked = (await Queue.PeekMessagesAsync(MaxBatch, cancellationToken).ConfigureAwait(false)).Value;
        if (withMessages)
        {
            Log.Shown(logger, peeked.Length);
        }

        return new KeptList(
            await CountAsync(cancellationToken).ConfigureAwait(false),
            [.. peeked.Select(message => Describe(message, withMessages ? message.MessageText : null))]);
    }

    /// <summary>Sends messages back to their operations' queues, as new requests with a new retry period.</summary>
    /// <exception cref="InvalidPayloadException">The message does not exist, or cannot be sent.</exception>
    internal Task<KeptOutcome> SendAsync(KeptRequest request, CancellationToken cancellationToken)
    {
        if (request.Operation is { } named && !QueueOptions.Operations.ContainsKey(named))
        {
            throw new InvalidPayloadException(
                ErrorCodes.InvalidMember, "operation", $"must be one of {string.Join(", ", QueueOptions.Operations.Keys)}");
        }

        return ProcessAsync(
            request,
            async message =>
            {
                if (Read(message.MessageText) is not { } envelope)
                {
                    return Refuse(request, "id", ErrorCodes.InvalidMember, "is a message that is not a valid envelope and would fail again: drop it, and send a corrected message");
                }

                if ((envelope.Kept?.Operation ?? request.Operation) is not { } operation)
                {
                    return Refuse(request, "operation", ErrorCodes.MissingMember, "is required, because the message does not contain its operation");
                }

                // Send before deleting: if the app crashes in between, the message is duplicated, and one copy gets the other's
                // result.
                await outbox.EnqueueAsync(operation, (envelope with { Retry = null, Outcome = null, Kept = null }).ToMessage(), TimeSpan.Zero, CancellationToken.None)
                    .ConfigureAwait(false);
                Log.Sent(logger, message.MessageId, operation, envelope.CorrelationId);
                return true;
            },
            cancellationToken);
    }

    /// <summary>Deletes messages without executing them.</summary>
    /// <exception cref="InvalidPayloadException">The message does not exist.</exception>
    internal Task<KeptOutcome> DropAsync(KeptRequest request, CancellationToken cancellationToken) =>
        ProcessAsync(
            request,
            message =>
            {
                var kept = Describe(message.MessageId, message.InsertedOn, message.MessageText, null);
                Log.Dropped(logger, kept.Id, kept.Operation, kept.CorrelationId);
                return Task.FromResult(true);
            },
            cancellationToken);

    /// <param name="processAsync">Processes a message, and returns whether it can be deleted.</param>
    private async Task<KeptOutcome> ProcessAsync(KeptRequest request, Func<QueueMessage, Task<bool>> processAsync, CancellationToken cancellationToken)
    {
        if ((request.Id is null) == (request.All != true))
        {
            throw new InvalidPayloadException(ErrorCodes.MissingMember, "id", "is required, or all: true instead");
        }

        var (done, seen) = (0, 0);
        List<QueueMessage> left = [];
        try
        {
            QueueMessage[] batch;
            do
            {
                batch = (await Queue.ReceiveMessagesAsync(MaxBatch, VisibilityTimeout, cancellationToken).ConfigureAwait(false)).Value;
                left.AddRange(batch);
                foreach (var message in batch.Where(message => request.Id is null || message.MessageId == request.Id))
                {
                    if (await processAsync(message).ConfigureAwait(false))
                    {
                        await Queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, CancellationToken.None).ConfigureAwait(false);
                        left.Remove(message);
                        done++;
                    }
                }

                seen += batch.Length;
            }
            while (batch.Length > 0 && seen < MaxMessages && (request.Id is null || done == 0));
        }
        finally
        {
            await ReleaseAsync(left).ConfigureAwait(false);
        }

        return request.Id is not null && done == 0
            ? throw new InvalidPayloadException(
                ErrorCodes.InvalidMember, "id", $"matches no message on {options.Value.Poison}; a message that another call is processing is hidden for up to {VisibilityTimeout.TotalMinutes} minutes")
            : new KeptOutcome(done, await CountAsync(cancellationToken).ConfigureAwait(false));
    }

    private async Task ReleaseAsync(IEnumerable<QueueMessage> messages)
    {
        try
        {
            foreach (var message in messages)
            {
                await Queue.UpdateMessageAsync(message.MessageId, message.PopReceipt, visibilityTimeout: TimeSpan.Zero).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (StorageConnection.IsFailure(e))
        {
            // The messages become visible again after the timeout.
            Log.NotReleased(logger, LoggedException.From(e));
        }
    }

    // With "all", messages that cannot be sent stay on the queue.
    private static bool Refuse(KeptRequest request, string member, string errorCode, string complaint) =>
        request.Id is null ? false : throw new InvalidPayloadException(errorCode, member, complaint);

    private async Task<int> CountAsync(CancellationToken cancellationToken) =>
        (await Queue.GetPropertiesAsync(cancellationToken).ConfigureAwait(false)).Value.ApproximateMessagesCount;

    private KeptMessage Describe(PeekedMessage message, string? text) => Describe(message.MessageId, message.InsertedOn, message.MessageText, text);

    private KeptMessage Describe(string id, DateTimeOffset? keptAt, string message, string? shown)
    {
        var described = new KeptMessage { Id = id, KeptAt = keptAt, AgeInSeconds = (time.GetUtcNow() - keptAt)?.TotalSeconds, Message = shown };
        try
        {
            var envelope = Envelope.Parse(message);
            return described with { Operation = envelope.Kept?.Operation, CorrelationId = envelope.CorrelationId, ErrorCode = envelope.Kept?.ErrorCode };
        }
        catch (InvalidPayloadException e)
        {
            return described with { CorrelationId = Envelope.FindCorrelationId(message), ErrorCode = e.Problem.ErrorCode };
        }
    }

    private static Envelope? Read(string message)
    {
        try
        {
            return Envelope.Parse(message);
        }
        catch (InvalidPayloadException)
        {
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "An operator listed the texts of {Count} kept messages")]
        public static partial void Shown(ILogger logger, int count);

        [LoggerMessage(2, LogLevel.Warning, "{Operation} {CorrelationId}: an operator sent the kept message {PoisonMessageId} back to its queue")]
        public static partial void Sent(ILogger logger, string poisonMessageId, string operation, string correlationId);

        [LoggerMessage(3, LogLevel.Warning, "{Operation} {CorrelationId}: an operator dropped the kept message {PoisonMessageId}")]
        public static partial void Dropped(ILogger logger, string poisonMessageId, string? operation, string? correlationId);

        [LoggerMessage(4, LogLevel.Warning, "Kept messages could not be released; they stay hidden for some minutes")]
        public static partial void NotReleased(ILogger logger, LoggedException? exception);
    }
}
