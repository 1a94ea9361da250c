namespace Benchmarks.Scale.Account;

/// <summary>A message in a simulated queue.</summary>
internal sealed class SimulatedMessage(string id, string text)
{
    public string Id => id;

    public string Text => text;

    /// <summary>How often it was got. It is the receipt too, which is another one each time.</summary>
    public int Dequeued { get; set; }

    public bool IsDeleted { get; set; }
}

/// <summary>A storage queue: the requests to it take time, and may be refused.</summary>
internal sealed class SimulatedQueue(string name, SimulatedStorage storage, VirtualClock clock)
{
    private readonly Queue<SimulatedMessage> _visible = new();
    private readonly PriorityQueue<(SimulatedMessage Message, int Dequeued), long> _hidden = new();
    private readonly RateLimit _limit = new(SimulatedStorage.MessagesOfQueue, clock);
    private int _ids;

    public string Name => name;

    /// <summary>Messages that are not deleted, out of sight or not; the scale controller goes by it.</summary>
    public int Count { get; private set; }

    public IEnumerable<SimulatedMessage> Messages =>
        _visible.Concat(_hidden.UnorderedItems.Where(item => item.Element.Message.Dequeued == item.Element.Dequeued).Select(item => item.Element.Message))
            .Where(message => !message.IsDeleted);

    public Task<SimulatedMessage> PutAsync(string text, TimeSpan delay) =>
        storage.AskQueueAsync(_limit, () => Put(text, delay), _ => 1);

    /// <summary>Gets the oldest messages in sight. To look in vain counts as a message.</summary>
    public Task<SimulatedMessage[]> GetAsync(int most, TimeSpan hiddenFor) =>
        storage.AskQueueAsync(_limit, () => Get(most, hiddenFor), messages => Math.Max(messages.Length, 1));

    /// <returns>Whether the receipt was still valid.</returns>
    public Task<bool> DeleteAsync(SimulatedMessage message, int receipt) => storage.AskQueueAsync(_limit, () => Delete(message, receipt), _ => 1);

    /// <summary>Gives a message back, to be got again after a time.</summary>
    public Task<bool> ReleaseAsync(SimulatedMessage message, int receipt, TimeSpan hiddenFor) => storage.AskQueueAsync(
        _limit,
        () =>
        {
            if (message.IsDeleted || message.Dequeued != receipt)
            {
                return false;
            }

            Hide(message, hiddenFor);
            return true;
        },
        _ => 1);

    private SimulatedMessage Put(string text, TimeSpan delay)
    {
        var message = new SimulatedMessage($"{++_ids}", text);
        Count++;
        if (delay > TimeSpan.Zero)
        {
            Hide(message, delay);
        }
        else
        {
            _visible.Enqueue(message);
        }

        return message;
    }

    private SimulatedMessage[] Get(int most, TimeSpan hiddenFor)
    {
        Show();
        var got = new List<SimulatedMessage>();
        while (got.Count < most && _visible.TryDequeue(out var message))
        {
            if (!message.IsDeleted)
            {
                message.Dequeued++;
                Hide(message, hiddenFor);
                got.Add(message);
            }
        }

        return [.. got];
    }

    private bool Delete(SimulatedMessage message, int receipt)
    {
        if (message.IsDeleted || message.Dequeued != receipt)
        {
            return false;
        }

        message.IsDeleted = true;
        Count--;
        return true;
    }

    private void Hide(SimulatedMessage message, TimeSpan time) => _hidden.Enqueue((message, message.Dequeued), (clock.Elapsed + time).Ticks);

    private void Show()
    {
        while (_hidden.TryPeek(out var next, out var visibleAt) && visibleAt <= clock.Elapsed.Ticks)
        {
            _hidden.Dequeue();
            if (!next.Message.IsDeleted && next.Message.Dequeued == next.Dequeued)
            {
                _visible.Enqueue(next.Message);
            }
        }
    }
}
