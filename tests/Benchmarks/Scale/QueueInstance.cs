using Azure;
using Benchmarks.Scale.Account;

namespace Benchmarks.Scale;

/// <summary>Host.json's settings of queues.</summary>
/// <param name="VisibilityTimeout">How long a message whose function failed stays out of sight.</param>
internal sealed record HostSettings(int BatchSize, int NewBatchThreshold, int MaxDequeueCount, TimeSpan VisibilityTimeout, TimeSpan MaxPollingInterval);

/// <summary>The Functions host of one instance, which listens to one queue: gets messages, runs the function, deletes them.</summary>
/// <remarks>After the storage-queue extension of the WebJobs SDK: <c>QueueListener</c>, <c>QueueProcessor</c>, <c>RandomizedExponentialBackoffStrategy</c>.</remarks>
internal sealed class QueueInstance(
    SimulatedQueue queue, SimulatedQueue poison, HostSettings settings, Func<string, Task> function, VirtualClock clock, Chance chance)
{
    private const double Jitter = 0.2;

    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(100);

    private int _working;
    private TaskCompletionSource? _room;
    private TimeSpan _pause = LeastPause;
    private int _doublings;

    /// <param name="after">When it looks for the first time.</param>
    public async Task ListenAsync(TimeSpan after)
    {
        // An instance that has been there for some time.
        _pause = settings.MaxPollingInterval;
        await clock.Delay(after);
        var hasFound = false;
        while (true)
        {
            var messages = await LookAsync();
            foreach (var message in messages)
            {
                _working++;
                clock.Start(() => WorkAsync(message, message.Dequeued));
            }

            if (messages.Length == 0)
            {
                SetPause(hasFound);
                hasFound = false;
                await clock.Delay(_pause);
                continue;
            }

            hasFound = true;
            while (_working > settings.NewBatchThreshold)
            {
                _room = new TaskCompletionSource();
                await _room.Task;
            }
        }
    }

    private async Task<SimulatedMessage[]> LookAsync()
    {
        try
        {
            return await queue.GetAsync(settings.BatchSize, Lease);
        }
        catch (RequestFailedException)
        {
            return [];
        }
    }

    private async Task WorkAsync(SimulatedMessage message, int receipt)
    {
        try
        {
            if (receipt > settings.MaxDequeueCount)
            {
                await PoisonAsync(message, receipt);
            }
            else if (await RunAsync(message))
            {
                await queue.DeleteAsync(message, receipt);
            }
            else if (receipt == settings.MaxDequeueCount)
            {
                await PoisonAsync(message, receipt);
            }
            else
            {
                await queue.ReleaseAsync(message, receipt, settings.VisibilityTimeout);
            }
        }
        catch (RequestFailedException)
        {
            // The message stays out of sight until its lease ends, and is got again.
        }

        _working--;
        if (_room is { } room)
        {
            _room = null;
            room.SetResult();
        }
    }

    private async Task<bool> RunAsync(SimulatedMessage message)
    {
        try
        {
            await function(message.Text);
            return true;
        }
        catch (RequestFailedException)
        {
            return false;
        }
    }

    private async Task PoisonAsync(SimulatedMessage message, int receipt)
    {
        await poison.PutAsync(message.Text, TimeSpan.Zero);
        await queue.DeleteAsync(message, receipt);
    }

    private void SetPause(bool hasFound)
    {
        if (hasFound)
        {
            (_pause, _doublings) = (LeastPause, 1);
        }
        else if (_pause < settings.MaxPollingInterval)
        {
            var pause = LeastPause + (_doublings > 0 ? LeastPause * Math.Pow(2, _doublings - 1) * chance.Between(1 - Jitter, 1 + Jitter) : TimeSpan.Zero);
            _doublings++;
            _pause = pause < settings.MaxPollingInterval ? pause : settings.MaxPollingInterval;
        }
    }
}
