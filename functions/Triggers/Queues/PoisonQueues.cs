using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce;
using SalesforceConnector.Triggers.Queues.Ledger;

namespace SalesforceConnector.Triggers.Queues;

/// <summary>
/// Processes the <c>-poison</c> queues, to which the Functions host moves messages after repeated failures. Each message
/// gets a result and moves to the app's own poison queue. A message that fails stays, and is retried next time.
/// </summary>
public sealed partial class PoisonQueues(
    PayloadTypes types,
    Lazy<QueueServiceClient> queues,
    Completion completion,
    OperationLedger ledger,
    IOptions<SalesforceOptions> options,
    TimeProvider time,
    ILogger<PoisonQueues> logger)
{
    private const int MaxBatch = 32;

    // The host's messages expire after seven days. A message that is one day old is sent again without expiry.
    private static readonly TimeSpan ExpiryToRenew = TimeSpan.FromDays(6);

    // Hides received messages for as long as an invocation can take.
    private TimeSpan VisibilityTimeout => options.Value.InvocationTimeout;

    /// <param name="all">The queues to which the poison queues belong, by the names under which their messages are kept.</param>
    internal async Task EmptyAsync(IEnumerable<KeyValuePair<string, string>> all, CancellationToken cancellationToken)
    {
        foreach (var (operation, queue) in all)
        {
            try
            {
                await EmptyAsync(operation, queues.Value.GetQueueClient(queue + QueueOptions.PoisonSuffix), cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (StorageConnection.IsFailure(e))
            {
                // A failing queue must not block the others.
                Log.NotEmptied(logger, queue, e.GetType().Name);
            }
        }
    }

    private async Task EmptyAsync(string operation, QueueClient queue, CancellationToken cancellationToken)
    {
        QueueMessage[] batch;
        do
        {
            batch = (await queue.ReceiveMessagesAsync(MaxBatch, VisibilityTimeout, cancellationToken).ConfigureAwait(false)).Value;
            foreach (var message in batch)
            {
                if (!await TryEndAsync(operation, message, cancellationToken).ConfigureAwait(false) && !await TryRenewAsync(queue, message).ConfigureAwait(false))
                {
                    continue;
                }

                await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, CancellationToken.None).ConfigureAwait(false);
            }
        }
        while (batch.Length > 0);
    }

    private async Task<bool> TryEndAsync(string operation, QueueMessage message, CancellationToken cancellationToken)
    {
        try
        {
            return await EndAsync(operation, message.MessageText, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.NotProcessed(logger, operation, message.MessageId, e.GetType().Name);
            return false;
        }
    }

    /// <summary>Sends a message that would expire soon to its queue again, without expiry.</summary>
    /// <returns>Whether a copy was sent, so that the original must be deleted.</returns>
    private async Task<bool> TryRenewAsync(QueueClient queue, QueueMessage message)
    {
        if (message.ExpiresOn is not { } expiry || expiry > time.GetUtcNow() + ExpiryToRenew)
        {
            return false;
        }

        await QueueOutbox.SendAsync(queue, message.MessageText, VisibilityTimeout, CancellationToken.None).ConfigureAwait(false);
        return true;
    }

    /// <returns>Whether the message is complete; false while an attempt is running.</returns>
    private async Task<bool> EndAsync(string operation, string message, CancellationToken cancellationToken)
    {
        Envelope envelope;
        try
        {
            envelope = Envelope.Parse(message);
        }
        catch (InvalidPayloadException e)
        {
            await completion.RejectUnreadableAsync(operation, message, e.Problem).ConfigureAwait(false);
            return true;
        }

        // A payload that is not valid was never sent to Salesforce.
        var payload = types.Read(operation, envelope.Payload);
        var delivery = new Delivery(operation, message, envelope, new Attempts(Math.Max(envelope.Retry?.Made ?? 0, 1), time.GetUtcNow(), envelope.Retry?.MayHaveRun))
        {
            Repetition = payload?.Repetition ?? Repetition.Idempotent,
            IsWrite = payload?.IsWrite ?? false,
        };
        if (envelope.Outcome is { } outcome)
        {
            await completion.ResolveAsync(delivery, outcome).ConfigureAwait(false);
            return true;
        }

        var entry = default(LedgerEntry);
        if (delivery.IsClaimed)
        {
            switch (await ledger.ClaimAsync(delivery.Claim, cancellationToken).ConfigureAwait(false))
            {
                case Claim.Running:
                    return false;
                case Claim.Finished(var result):
                    await completion.SendAsync(envelope, result).ConfigureAwait(false);
                    return true;
                case Claim.Superseded:
                    return true;
                case Claim.OtherPayload:
                    await completion.FailAsync(delivery, entry: null, Problems.CorrelationIdReused(envelope.CorrelationId)).ConfigureAwait(false);
                    return true;
                case Claim.Granted(var granted, _):
                    entry = granted;
                    break;
                case Claim.Exhausted(var granted):
                    entry = granted;
                    break;
            }
        }

        // Claimed operations have a ledger entry before the first call to Salesforce.
        var mayHaveRun = delivery.MayHaveRun(entry) && (entry is null || entry.EarlierAttempt);
        await completion.GiveUpAsync(delivery, entry, Problems.Poisoned(mayHaveRun)).ConfigureAwait(false);
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The poison queue of {Queue} could not be processed ({Failure})")]
        public static partial void NotEmptied(ILogger logger, string queue, string failure);

        [LoggerMessage(2, LogLevel.Warning, "{Operation}: the message {MessageId} on the poison queue could not be processed ({Failure}); it will be retried")]
        public static partial void NotProcessed(ILogger logger, string operation, string messageId, string failure);
    }
}
