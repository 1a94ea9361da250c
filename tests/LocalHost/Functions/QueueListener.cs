using Azure;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Logging;

namespace LocalHost;

/// <summary>Polls the queue of one function and runs the function for each message, as the host's listener does.</summary>
/// <param name="lease">For how long a message is hidden when it is taken.</param>
internal sealed partial class QueueListener(
    QueueFunction function, QueueSettings settings, TimeSpan lease, IServiceProvider services, TimeProvider time, ILogger<QueueListener> logger)
{
    private readonly QueueMessageRun _run = new(function, settings, lease, services, time, logger);
    private bool _unreachable;

    /// <summary>Polls until told to stop, then waits for what runs.</summary>
    public async Task ListenAsync(CancellationToken stopping)
    {
        var running = new List<Task>();
        var delay = new PollingDelay(settings.MaxPollingInterval);
        while (!stopping.IsCancellationRequested)
        {
            var messages = await ReceiveAsync(stopping);
            if (messages.Length == 0)
            {
                await Task.Delay(delay.Next(), time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }

            delay.Reset();
            running.AddRange(messages.Select(message => _run.ProcessAsync(message, stopping)));
            while (running.Count > settings.NewBatchThreshold)
            {
                running.Remove(await Task.WhenAny(running));
            }
        }

        await Task.WhenAll(running);
    }

    /// <returns>No messages also when the queue does not exist, which may come later, or does not answer.</returns>
    private async Task<QueueMessage[]> ReceiveAsync(CancellationToken stopping)
    {
        try
        {
            var messages = await function.Queue.ReceiveMessagesAsync(settings.BatchSize, lease, stopping);
            _unreachable = false;
            return messages.Value;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return [];
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == QueueErrorCode.QueueNotFound)
        {
            return [];
        }
        catch (Exception exception) when (exception.IsOfStorage())
        {
            // Once, however long it lasts.
            if (!_unreachable)
            {
                Log.Unreachable(logger, exception, function.Info.Name, function.Info.Queue);
            }

            _unreachable = true;
            return [];
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Function {Function} gets no messages from queue {Queue}; it keeps trying")]
        public static partial void Unreachable(ILogger logger, Exception exception, string function, string queue);
    }
}
