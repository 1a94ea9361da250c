using System.Threading.Channels;
using Eventbus.V1;
using Google.Protobuf;
using Grpc.Core;
using SalesforceSimulator.Events.Payloads;
using SalesforceSimulator.Events.Schemas;

namespace SalesforceSimulator.Events.Service;

/// <summary>One subscription: sends events of a topic as the client asks for them.</summary>
internal sealed class Subscription
{
    /// <summary>The most events that one request can ask for.</summary>
    private const int MostRequested = 100;

    private const int LargestResponse = 3 * 1024 * 1024;

    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(270);
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(70);

    private readonly EventBus _bus;
    private readonly Topic _topic;
    private readonly TimeProvider _time;
    private readonly string _rpcId;
    private readonly TaskCompletionSource<EventFault> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<int> _requested = Channel.CreateUnbounded<int>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private readonly List<(long Position, BusEvent Event)> _batch = new(MostRequested);
    private long _position;
    private int _pending;
    private int _sent;

    /// <param name="position">The position to begin after.</param>
    public Subscription(EventBus bus, Topic topic, long position, TimeProvider time, string rpcId)
    {
        _bus = bus;
        _topic = topic;
        _position = position;
        _time = time;
        _rpcId = rpcId;
    }

    /// <summary>A fault that applies after some events.</summary>
    public EventFault? Fault { get; init; }

    /// <summary>Whether the client's session has not ended. It is checked at each request of the client.</summary>
    public required Func<bool> IsAuthenticated { get; init; }

    /// <summary>Ends the subscription.</summary>
    public void End(EventFault how) => _end.TrySetResult(how);

    /// <summary>Serves the subscription until it ends. The first request was read.</summary>
    /// <returns>How it ends; <see langword="null"/> to end it in order.</returns>
    /// <exception cref="RpcException">A request is invalid, or the deliveries are used up.</exception>
    public async Task<EventFault?> RunAsync(IAsyncStreamReader<FetchRequest> requests, IServerStreamWriter<FetchResponse> responses, CancellationToken cancellationToken)
    {
        var first = requests.Current;
        _pending = Accept(first);
        var reading = ReadRequestsAsync(requests, cancellationToken);
        var asked = _requested.Reader.WaitToReadAsync(cancellationToken).AsTask();
        while (true)
        {
            if (_end.Task.IsCompletedSuccessfully)
            {
                return await _end.Task;
            }

            while (_requested.Reader.TryRead(out var more))
            {
                _pending += more;
            }

            if (_pending > 0 && await SendEventsAsync(responses, cancellationToken))
            {
                if (_sent == Fault?.AfterEvents)
                {
                    return Fault;
                }

                continue;
            }

            // The time of a silence begins anew with each response and request.
            using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var timeout = Task.Delay(_pending > 0 ? KeepAlive : LongestSilence, _time, silence.Token);
            var added = _pending > 0 ? _bus.Log.WaitAsync(_position) : timeout;
            var happened = await Task.WhenAny(added, asked, timeout, _end.Task);
            await silence.CancelAsync();
            if (happened == asked)
            {
                // The client's requests have ended, in order or by an error.
                if (!await asked)
                {
                    await reading;
                    return null;
                }

                asked = _requested.Reader.WaitToReadAsync(cancellationToken).AsTask();
            }
            else if (happened == timeout)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (_pending == 0)
                {
                    return null;
                }

                await responses.WriteAsync(Response(), cancellationToken);
            }
        }
    }

    private async Task<bool> SendEventsAsync(IServerStreamWriter<FetchResponse> responses, CancellationToken cancellationToken)
    {
        _batch.Clear();
        var count = Math.Min(_pending, MostRequested);
        if (Fault is { AfterEvents: > 0 } fault)
        {
            count = Math.Min(count, fault.AfterEvents - _sent);
        }

        if (!_bus.Log.TryRead(ref _position, found => _topic.Members.Contains(found.Schema), count, _batch))
        {
            throw PubSubErrors.ToException(PubSubErrors.ReplayIdCorrupted, _rpcId);
        }

        if (_batch.Count == 0)
        {
            return false;
        }

        var response = Response();
        var size = 0;
        foreach (var (position, found) in _batch)
        {
            var payload = found.Encode();
            if (size > 0 && size + payload.Length > LargestResponse)
            {
                break;
            }

            size += payload.Length;
            response.Events.Add(new ConsumerEvent
            {
                Event = new ProducerEvent { Id = _bus.Log.IdOf(position), SchemaId = found.Schema.Id, Payload = UnsafeByteOperations.UnsafeWrap(payload) },
                ReplayId = ReplayId.Of(position),
            });
        }

        var granted = _bus.Deliveries.Take(response.Events.Count);
        if (granted == 0)
        {
            throw PubSubErrors.ToException(PubSubErrors.LimitExceeded, _rpcId);
        }

        while (response.Events.Count > granted)
        {
            response.Events.RemoveAt(response.Events.Count - 1);
        }

        _position = granted == _batch.Count ? _position : _batch[granted - 1].Position;
        _pending -= granted;
        _sent += granted;
        response.PendingNumRequested = _pending;
        response.LatestReplayId = response.Events[^1].ReplayId;
        await responses.WriteAsync(response, cancellationToken);
        return true;
    }

    private FetchResponse Response() =>
        new() { LatestReplayId = ReplayId.Of(_position), RpcId = _rpcId, PendingNumRequested = _pending };

    private async Task ReadRequestsAsync(IAsyncStreamReader<FetchRequest> requests, CancellationToken cancellationToken)
    {
        try
        {
            while (await requests.MoveNext(cancellationToken))
            {
                _requested.Writer.TryWrite(Accept(requests.Current));
            }

            _requested.Writer.Complete();
        }
        catch (Exception exception)
        {
            // The reader of the channel gets it.
            _requested.Writer.Complete(exception);
        }
    }

    /// <summary>Checks a request.</summary>
    /// <returns>The events that it asks for.</returns>
    private int Accept(FetchRequest request)
    {
        if (request.NumRequested <= 0)
        {
            throw PubSubErrors.ToException(PubSubErrors.NothingRequested, _rpcId);
        }

        if (request.TopicName.Length > 0 && request.TopicName != _topic.Name)
        {
            throw PubSubErrors.ToException(PubSubErrors.TopicChanged, _rpcId);
        }

        return IsAuthenticated() ? Math.Min(request.NumRequested, MostRequested) : throw PubSubErrors.ToException(PubSubErrors.Authentication, _rpcId);
    }
}
