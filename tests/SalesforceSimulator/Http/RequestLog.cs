namespace SalesforceSimulator.Http;

/// <summary>The last requests, including the unexpected ones and those whose reply the simulator does not know.</summary>
internal sealed class RequestLog
{
    private const int Kept = 2_000;
    private readonly Lock _lock = new();
    private readonly Queue<RecordedRequest> _all = new();
    private readonly Queue<RecordedRequest> _unexpected = new();
    private readonly Queue<RecordedRequest> _notKnown = new();

    public IReadOnlyList<RecordedRequest> All => Snapshot(_all);

    public IReadOnlyList<RecordedRequest> Unexpected => Snapshot(_unexpected);

    public IReadOnlyList<RecordedRequest> NotKnown => Snapshot(_notKnown);

    public void Add(RecordedRequest request) => Add(_all, request);

    public void AddUnexpected(RecordedRequest request) => Add(_unexpected, request);

    public void AddNotKnown(RecordedRequest request) => Add(_notKnown, request);

    /// <summary>Forgets the requests, but not which of them were unexpected or not known.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            _all.Clear();
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _all.Clear();
            _unexpected.Clear();
            _notKnown.Clear();
        }
    }

    private void Add(Queue<RecordedRequest> queue, RecordedRequest request)
    {
        lock (_lock)
        {
            queue.Enqueue(request);
            if (queue.Count > Kept)
            {
                queue.Dequeue();
            }
        }
    }

    private RecordedRequest[] Snapshot(Queue<RecordedRequest> queue)
    {
        lock (_lock)
        {
            return [.. queue];
        }
    }
}
