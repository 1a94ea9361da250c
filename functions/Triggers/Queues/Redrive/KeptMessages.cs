using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Contracts.Telemetry;

namespace SalesforceConnector.Triggers.Queues.Redrive;

/// <summary>The messages that were given up, on <see cref="QueueOptions.Poison"/>: lists them, sends them again, drops them.</summary>
public sealed partial class KeptMessages(
    Lazy<QueueServiceClient> queues, QueueOutbox outbox, IOptions<QueueOptions> options, TimeProvider time, ILogger<KeptMessages> logger)
{
    private const int MaxBatch = 32;

    // As many as can be seen to before a caller's patience is over.
    private const int MostAtOnce = 1_000;

    // Out of other callers' sight while this one looks through them.
    private static readonly TimeSpan Hidden = TimeSpan.FromMinutes(2);

    private QueueClient Queue => queues.Value.GetQueueClient(options.Value.Poison);

    /// <summary>Lists the first messages, and changes nothing.</summary>
    /// <param name="withMessages">Whether the messages' texts are shown, which hold record data; the log says that they were.</param>
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

    /// <summary>Sends messages to their operations' queues again, as new requests with all their time before them.</summary>
    /// <exception cref="InvalidPayloadException">There is no such message, or it cannot be sent.</exception>
    internal Task<KeptOutcome> SendAsync(KeptRequest request, CancellationToken cancellationToken)
    {
        if (request.Operation is { } named && !QueueOptions.Operations.ContainsKey(named))
        {
            throw new InvalidPayloadException(
                ErrorCodes.InvalidMember, "operation", $"must be one of {string.Join(", ", QueueOptions.Operations.Keys)}");
        }

        return SeeToAsync(
            request,
            async message =>
            {
                if (Read(message.MessageText) is not { } envelope)
                {
                    return Refuse(request, "id", ErrorCodes.InvalidMember, "is a message that is no envelope, which would be kept again: drop it, and send what was meant");
                }

                if ((envelope.Kept?.Operation ?? request.Operation) is not { } operation)
                {
                    return Refuse(request, "operation", ErrorCodes.MissingMember, "is required, as the message does not say of which operation it is");
                }

                // In this order: if the app ends in between, the message is there twice, and one of the two is answered with
                // the other's result.
                await outbox.EnqueueAsync(operation, (envelope with { Retry = null, Outcome = null, Kept = null }).ToMessage(), TimeSpan.Zero, CancellationToken.None)
                    .ConfigureAwait(false);
                Log.Sent(logger, message.MessageId, operation, envelope.CorrelationId);
                return true;
            },
            cancellationToken);
    }

    /// <summary>Deletes messages, which are never carried out then.</summary>
    /// <exception cref="InvalidPayloadException">There is no such message.</exception>
    internal Task<KeptOutcome> DropAsync(KeptRequest request, CancellationToken cancellationToken) =>
        SeeToAsync(
            request,
            message =>
            {
                var kept = Describe(message.MessageId, message.InsertedOn, message.MessageText, null);
                Log.Dropped(logger, kept.Id, kept.Operation, kept.CorrelationId);
                return Task.FromResult(true);
            },
            cancellationToken);

    /// <param name="seeToAsync">Whether the message can be deleted now.</param>
    private async Task<KeptOutcome> SeeToAsync(KeptRequest request, Func<QueueMessage, Task<bool>> seeToAsync, CancellationToken cancellationToken)
    {
        if ((request.Id is null) == (request.All != true))
        {
            throw new InvalidPayloadException(ErrorCodes.MissingMember, "id", "is required, or all: true in its place");
        }

        var (done, seen) = (0, 0);
        List<QueueMessage> left = [];
        try
        {
            QueueMessage[] batch;
            do
            {
                batch = (await Queue.ReceiveMessagesAsync(MaxBatch, Hidden, cancellationToken).ConfigureAwait(false)).Value;
                left.AddRange(batch);
                foreach (var message in batch.Where(message => request.Id is null || message.MessageId == request.Id))
                {
                    if (await seeToAsync(message).ConfigureAwait(false))
                    {
                        await Queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, CancellationToken.None).ConfigureAwait(false);
                        left.Remove(message);
                        done++;
                    }
                }

                seen += batch.Length;
            }
            while (batch.Length > 0 && seen < MostAtOnce && (request.Id is null || done == 0));
        }
        finally
        {
            await ReleaseAsync(left).ConfigureAwait(false);
        }

        return request.Id is not null && done == 0
            ? throw new InvalidPayloadException(
                ErrorCodes.InvalidMember, "id", $"is that of no message on {options.Value.Poison}; one that another call looks at is out of sight for up to {Hidden.TotalMinutes} minutes")
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
            // They come into sight by themselves, a little later.
            Log.NotReleased(logger, LoggedException.Of(e));
        }
    }

    // Of all messages, those that cannot be sent stay.
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
        [LoggerMessage(1, LogLevel.Warning, "An operator had the texts of {Count} kept messages shown")]
        public static partial void Shown(ILogger logger, int count);

        [LoggerMessage(2, LogLevel.Warning, "{Operation} {CorrelationId}: an operator sent the kept message {PoisonMessageId} to its queue again")]
        public static partial void Sent(ILogger logger, string poisonMessageId, string operation, string correlationId);

        [LoggerMessage(3, LogLevel.Warning, "{Operation} {CorrelationId}: an operator dropped the kept message {PoisonMessageId}")]
        public static partial void Dropped(ILogger logger, string poisonMessageId, string? operation, string? correlationId);

        [LoggerMessage(4, LogLevel.Warning, "Kept messages that were looked at stay out of sight for some minutes")]
        public static partial void NotReleased(ILogger logger, LoggedException? exception);
    }
}
