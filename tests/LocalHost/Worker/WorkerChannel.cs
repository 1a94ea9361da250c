using System.Collections.Concurrent;
using System.Threading.Channels;
using Grpc.Core;
using LocalHost.Rpc;
using Content = LocalHost.Rpc.StreamingMessage.ContentOneofCase;

namespace LocalHost;

/// <summary>The gRPC stream of one worker.</summary>
internal sealed class WorkerChannel(string workerId)
{
    private readonly Channel<StreamingMessage> _outgoing = Channel.CreateUnbounded<StreamingMessage>(new() { SingleReader = true });
    private readonly ConcurrentDictionary<string, TaskCompletionSource<StreamingMessage>> _requests = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<InvocationResponse>> _invocations = new();
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string WorkerId => workerId;

    /// <summary>Completes when the stream has ended on either side.</summary>
    public Task Closed => _closed.Task;

    /// <summary>Receives the worker's log records, which can arrive before any response.</summary>
    public Action<RpcLog> OnLog { get; set; } = static _ => { };

    /// <summary>The number of running invocations.</summary>
    public int Running => _invocations.Count;

    /// <summary>Initializes the worker and loads all its functions.</summary>
    /// <returns>The URL of its web server, and the functions that it declares.</returns>
    /// <exception cref="WorkerLostException">The worker ended during initialization.</exception>
    /// <exception cref="FunctionsHostException">The worker reported a failure.</exception>
    public async Task<(Uri? HttpUri, IReadOnlyList<RpcFunctionMetadata> Functions)> InitializeAsync(
        string appFolder, CancellationToken cancellationToken)
    {
        await await Task.WhenAny(_connected.Task, Lost()).WaitAsync(cancellationToken);
        var init = (await RequestAsync(
            new StreamingMessage
            {
                WorkerInitRequest = new WorkerInitRequest { HostVersion = "4.1037.0", FunctionAppDirectory = appFolder, WorkerDirectory = appFolder },
            },
            cancellationToken)).WorkerInitResponse;
        ThrowUnlessSuccess(init.Result, "The worker cannot start");

        var metadata = (await RequestAsync(
            new StreamingMessage { FunctionsMetadataRequest = new FunctionsMetadataRequest { FunctionAppDirectory = appFolder } },
            cancellationToken)).FunctionMetadataResponse;
        ThrowUnlessSuccess(metadata.Result, "The worker cannot list its functions");

        await Task.WhenAll(metadata.FunctionMetadataResults.Select(async function =>
        {
            var load = (await RequestAsync(
                new StreamingMessage { FunctionLoadRequest = new FunctionLoadRequest { FunctionId = function.FunctionId, Metadata = function } },
                cancellationToken)).FunctionLoadResponse;
            ThrowUnlessSuccess(load.Result, $"The worker cannot load function '{function.Name}'");
        }));
        return (init.Capabilities.TryGetValue("HttpUri", out var uri) ? new Uri(uri) : null, metadata.FunctionMetadataResults);
    }

    /// <summary>Invokes a function. A cancelled invocation still ends with the worker's response.</summary>
    /// <returns>Why it failed, which includes the end of the worker; <see langword="null"/> on success.</returns>
    public async Task<string?> InvokeAsync(InvocationRequest request, CancellationToken cancellationToken)
    {
        var response = new TaskCompletionSource<InvocationResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_invocations.TryAdd(request.InvocationId, response))
        {
            throw new InvalidOperationException($"Invocation {request.InvocationId} is already running.");
        }

        try
        {
            Send(new StreamingMessage { InvocationRequest = request });
            await using var registration = cancellationToken.Register(
                () => Send(new StreamingMessage { InvocationCancel = new InvocationCancel { InvocationId = request.InvocationId } }));
            await Task.WhenAny(response.Task, _closed.Task);
            // A response that arrived just before the end is valid.
            return response.Task.IsCompleted ? FailureOf((await response.Task).Result) : new WorkerLostException().Message;
        }
        finally
        {
            _invocations.TryRemove(request.InvocationId, out _);
        }
    }

    /// <summary>Cancels all running invocations.</summary>
    public void CancelAll()
    {
        foreach (var invocationId in _invocations.Keys)
        {
            Send(new StreamingMessage { InvocationCancel = new InvocationCancel { InvocationId = invocationId } });
        }
    }

    /// <summary>Asks the worker to exit.</summary>
    public void Terminate() => Send(new StreamingMessage { WorkerTerminate = new WorkerTerminate() });

    /// <summary>Ends the stream on this side.</summary>
    public void Close()
    {
        _outgoing.Writer.TryComplete();
        _closed.TrySetResult();
    }

    /// <summary>Handles the worker's stream until it ends.</summary>
    public async Task ServeAsync(
        IAsyncStreamReader<StreamingMessage> incoming, IAsyncStreamWriter<StreamingMessage> outgoing, CancellationToken cancellationToken)
    {
        _connected.TrySetResult();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            var reading = ReadAsync(incoming, end.Token);
            var writing = WriteAsync(outgoing, end.Token);
            await Task.WhenAny(reading, writing, _closed.Task);
            await end.CancelAsync();
            await Task.WhenAll(reading, writing);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or Grpc.Core.RpcException or InvalidOperationException)
        {
            // The stream has ended on one of the sides. Waiting callers are notified through Closed.
        }
        finally
        {
            Close();
        }
    }

    private async Task ReadAsync(IAsyncStreamReader<StreamingMessage> incoming, CancellationToken cancellationToken)
    {
        while (await incoming.MoveNext(cancellationToken))
        {
            var message = incoming.Current;
            switch (message.ContentCase)
            {
                case Content.RpcLog:
                    OnLog(message.RpcLog);
                    break;
                case Content.InvocationResponse:
                    if (_invocations.TryGetValue(message.InvocationResponse.InvocationId, out var invocation))
                    {
                        invocation.TrySetResult(message.InvocationResponse);
                    }

                    break;
                default:
                    if (_requests.TryRemove(message.RequestId, out var request))
                    {
                        request.TrySetResult(message);
                    }

                    break;
            }
        }
    }

    private async Task WriteAsync(IAsyncStreamWriter<StreamingMessage> outgoing, CancellationToken cancellationToken)
    {
        await foreach (var message in _outgoing.Reader.ReadAllAsync(cancellationToken))
        {
            await outgoing.WriteAsync(message, cancellationToken);
        }
    }

    private async Task<StreamingMessage> RequestAsync(StreamingMessage message, CancellationToken cancellationToken)
    {
        message.RequestId = Guid.NewGuid().ToString();
        var reply = _requests[message.RequestId] = new TaskCompletionSource<StreamingMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        Send(message);
        await Task.WhenAny(reply.Task, _closed.Task).WaitAsync(cancellationToken);
        return reply.Task.IsCompleted ? await reply.Task : throw new WorkerLostException();
    }

    private async Task Lost()
    {
        await _closed.Task;
        throw new WorkerLostException();
    }

    // After the end, the message is dropped. Waiting callers are notified through Closed.
    private void Send(StreamingMessage message) => _outgoing.Writer.TryWrite(message);

    private static string? FailureOf(StatusResult result) =>
        result.Status == StatusResult.Types.Status.Success ? null
        : result.Exception is { } exception ? $"{exception.Message}\n{exception.StackTrace}"
        : result.Result;

    private static void ThrowUnlessSuccess(StatusResult result, string what)
    {
        if (result.Status != StatusResult.Types.Status.Success)
        {
            throw new FunctionsHostException($"{what}: {result.Exception?.Message ?? result.Result}");
        }
    }
}
