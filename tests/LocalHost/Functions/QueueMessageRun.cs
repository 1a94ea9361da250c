using System.Text;
using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Logging;

namespace LocalHost;

/// <summary>Runs a function for one message and does with the message what the host does.</summary>
internal sealed partial class QueueMessageRun(
    QueueFunction function, QueueSettings settings, TimeSpan lease, IServiceProvider services, TimeProvider time, ILogger logger)
{
    /// <remarks>Never throws: what Storage refuses is left to come back when the message's lease is over.</remarks>
    public async Task ProcessAsync(QueueMessage message, CancellationToken stopping)
    {
        try
        {
            if (message.DequeueCount > settings.MaxDequeueCount || !TryDecode(message.MessageText, out var text))
            {
                await GiveUpAsync(message, message.PopReceipt);
                return;
            }

            var (succeeded, popReceipt) = await InvokeAsync(message, text, stopping);
            if (succeeded)
            {
                await function.Queue.DeleteMessageAsync(message.MessageId, popReceipt, CancellationToken.None);
            }
            else if (message.DequeueCount >= settings.MaxDequeueCount)
            {
                await GiveUpAsync(message, popReceipt);
            }
            else if (function.Poison is not null)
            {
                await function.Queue.UpdateMessageAsync(
                    message.MessageId, popReceipt, visibilityTimeout: settings.VisibilityTimeout, cancellationToken: CancellationToken.None);
            }
        }
        catch (RequestFailedException exception) when (exception.IsOfNoMessage())
        {
            // Whoever has it now sees to it.
        }
        catch (Exception exception) when (exception.IsOfStorage())
        {
            Log.NotCompleted(logger, exception, function.Info.Name, message.MessageId);
        }
    }

    private async Task<(bool Succeeded, string PopReceipt)> InvokeAsync(QueueMessage message, string text, CancellationToken stopping)
    {
        var hidden = new MessageLease(function.Queue, message, lease, time);
        var succeeded = true;
        try
        {
            await function.InvokeAsync(services, text, stopping);
        }
        catch (Exception exception)
        {
            succeeded = false;
            Log.Failed(logger, exception, function.Info.Name, message.MessageId, message.DequeueCount);
        }

        await hidden.DisposeAsync();
        return (succeeded, hidden.PopReceipt);
    }

    /// <remarks>Without a poison queue the message stays hidden for the rest of its lease, as with the host: no endless loop.</remarks>
    private async Task GiveUpAsync(QueueMessage message, string popReceipt)
    {
        if (function.Poison is not { } poison)
        {
            return;
        }

        Log.GivenUp(logger, settings.MaxDequeueCount, poison.Name);
        try
        {
            await poison.SendMessageAsync(message.MessageText, CancellationToken.None);
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == QueueErrorCode.QueueNotFound)
        {
            await poison.CreateIfNotExistsAsync(cancellationToken: CancellationToken.None);
            await poison.SendMessageAsync(message.MessageText, CancellationToken.None);
        }

        await function.Queue.DeleteMessageAsync(message.MessageId, popReceipt, CancellationToken.None);
    }

    private bool TryDecode(string messageText, out string text)
    {
        text = messageText;
        if (settings.MessageEncoding == QueueMessageEncoding.None)
        {
            return true;
        }

        try
        {
            text = Encoding.UTF8.GetString(Convert.FromBase64String(messageText));
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Function {Function} failed for message {MessageId}, dequeued {DequeueCount} times")]
        public static partial void Failed(ILogger logger, Exception exception, string function, string messageId, long dequeueCount);

        // In the host's own words, which alerts look for.
        [LoggerMessage(2, LogLevel.Warning, "Message has reached MaxDequeueCount of {MaxDequeueCount}. Moving message to queue '{PoisonQueue}'.")]
        public static partial void GivenUp(ILogger logger, int maxDequeueCount, string poisonQueue);

        [LoggerMessage(3, LogLevel.Warning, "Message {MessageId} of function {Function} could not be completed; it will be delivered again")]
        public static partial void NotCompleted(ILogger logger, Exception exception, string function, string messageId);
    }
}
