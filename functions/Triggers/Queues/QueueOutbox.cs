using System.Text;
using Azure.Storage.Queues;
using Microsoft.Extensions.Options;

namespace SalesforceConnector.Triggers.Queues;

/// <summary>Sends messages to the app's own queues, without expiry.</summary>
/// <remarks>Queue storage REST API, "Put Message".</remarks>
public sealed class QueueOutbox(Lazy<QueueServiceClient> queues, IOptions<QueueOptions> options)
{
    // The default is seven days.
    private static readonly TimeSpan NoExpiry = TimeSpan.FromSeconds(-1);

    // The longest visibility timeout of Queue storage.
    internal static readonly TimeSpan LongestDelay = TimeSpan.FromDays(7);

    /// <param name="delay">How long the message stays invisible, rounded up to whole seconds.</param>
    public Task EnqueueAsync(string operation, string message, TimeSpan delay, CancellationToken cancellationToken) =>
        SendAsync(queues.Value.GetQueueClient(OperationQueues.NameOf(operation)), message, delay, cancellationToken);

    /// <inheritdoc cref="EnqueueAsync"/>
    internal static Task SendAsync(QueueClient queue, string message, TimeSpan delay, CancellationToken cancellationToken) =>
        queue.SendMessageAsync(
            message, TimeSpan.FromSeconds(Math.Ceiling(Math.Clamp(delay.TotalSeconds, 0, LongestDelay.TotalSeconds))), NoExpiry, cancellationToken);

    /// <param name="replyTo">A queue of the allow-list; <see langword="null"/> for the results queue.</param>
    public Task SendResultAsync(byte[] result, string? replyTo, CancellationToken cancellationToken) =>
        queues.Value.GetQueueClient(replyTo ?? options.Value.Results).SendMessageAsync(
            Encoding.UTF8.GetString(result), timeToLive: NoExpiry, cancellationToken: cancellationToken);

    /// <summary>Moves a message to the poison queue, with its secrets redacted and the reason added.</summary>
    /// <returns>The message's id on the poison queue.</returns>
    public async Task<string> KeepAsync(string operation, string message, string errorCode, CancellationToken cancellationToken)
    {
        var receipt = await queues.Value.GetQueueClient(options.Value.Poison).SendMessageAsync(
            Redrive.KeptNote.Add(message, operation, errorCode), timeToLive: NoExpiry, cancellationToken: cancellationToken).ConfigureAwait(false);
        return receipt.Value.MessageId;
    }
}
