using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

namespace LocalHost;

/// <summary>Keeps a message hidden from others while its function runs, however long that takes.</summary>
internal sealed class MessageLease : IAsyncDisposable
{
    private readonly QueueClient _queue;
    private readonly string _messageId;
    private readonly TimeSpan _length;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _renewals;

    /// <param name="length">For how long the message was hidden when it was taken.</param>
    public MessageLease(QueueClient queue, QueueMessage message, TimeSpan length, TimeProvider time)
    {
        _queue = queue;
        _messageId = message.MessageId;
        _length = length;
        _time = time;
        PopReceipt = message.PopReceipt;
        _renewals = RenewAsync();
    }

    /// <summary>What shows, to the queue, who has the message. Each renewal changes it: good once this is disposed of.</summary>
    public string PopReceipt { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _renewals;
        _ended.Dispose();
    }

    private async Task RenewAsync()
    {
        // Half the time, as the host does; sooner once a renewal has failed, while there is time left.
        var pause = _length / 2;
        while (true)
        {
            await Task.Delay(pause, _time, _ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_ended.IsCancellationRequested)
            {
                return;
            }

            try
            {
                // Not to be cancelled: it may have been carried out, and the receipt be another one.
                var receipt = await _queue.UpdateMessageAsync(_messageId, PopReceipt, visibilityTimeout: _length, cancellationToken: CancellationToken.None);
                PopReceipt = receipt.Value.PopReceipt;
                pause = _length / 2;
            }
            catch (RequestFailedException exception) when (exception.IsOfNoMessage())
            {
                return;
            }
            catch (Exception exception) when (exception.IsOfStorage())
            {
                pause = _length / 10;
            }
        }
    }
}
