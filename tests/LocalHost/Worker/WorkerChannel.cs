using System.Collections.Concurrent;
using System.Threading.Channels;
using Grpc.Core;
using LocalHost.Rpc;
using Content = LocalHost.Rpc.StreamingMessage.ContentOneofCase;

namespace LocalHost;

/// <summary>The conversation with one worker, from its first message to the end of its stream.</summary>
internal sealed class WorkerChannel(string workerId)
{
    private readonly Channel<StreamingMessage> _outgoing = Channel.CreateUnbounded<StreamingMessage>(new() { SingleReader = true });
    private readonly ConcurrentDictionary<string, TaskCompletionSource<StreamingMessage>> _requests = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<InvocationResponse>> _invocations = new();
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string WorkerId => workerId;

    /// <summary>Ends when the worker's stream has ended, whoever ended it.</summary>
    public Task Closed => _closed.Task;

    /// <summary>Is told each log record of the worker; records may come before any answer.</summary>
    public Action<RpcLog> OnLog { get; set; } = static _ => { };

    /// <summary>How many invocations have begun and not ended.</summary>
    public int Running => _invocations.Count;

    /// <summary>Initialises the worker and loads all of its functions.</summary>
    /// <returns>Where it serves HTTP, and the functions that it declares.</returns>
    /// <exception cref="WorkerLostException">The worker ended meanwhile.</exception>
    /// <exception cref="FunctionsHostException">The worker refused.</exception>
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
        ThrowUnlessSuccess(metadata.Result, "The worker cannot tell its functions");

        await Task.WhenAll(metadata.FunctionMetadataResults.Select(async function =>
        {
            var load = (await RequestAsync(
                new StreamingMessage { FunctionLoadRequest = new FunctionLoadRequest { FunctionId = function.FunctionId, Metadata = function } },
                cancellationToken)).FunctionLoadResponse;
            ThrowUnlessSuccess(load.Result, $"The worker cannot load function '{function.Name}'");
        }));
        return (init.Capabilities.TryGetValue("HttpUri", out var uri) ? new Uri(uri) : null, metadata.FunctionMetadataResults);
    }

    /// <summary>Runs a function. A cancelled invocation still ends by the worker's own answer.</summary>
    /// <returns>Why it failed, if only because the worker ended before it answered; <see langword="null"/> if it did not.</returns>
    public async Task<string?> InvokeAsync(InvocationRequest request, CancellationToken cancellationToken)
    {
        var response = new TaskCompletionSource<InvocationResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_invocations.TryAdd(request.InvocationId, response))
        {
            throw new InvalidOperationException($"Invocation {request.InvocationId} runs already.");
        }

        try
        {
            Send(new StreamingMessage { InvocationRequest = request });
            await using var registration = cancellationToken.Register(
                () => Send(new StreamingMessage { InvocationCancel = new InvocationCancel { InvocationId = request.InvocationId } }));
            await Task.WhenAny(response.Task, _closed.Task);
            // An answer that came just before the end counts.
            return response.Task.IsCompleted ? FailureOf((await response.Task).Result) : new WorkerLostException().Message;
        }
        finally
        {
            _invocations.TryRemove(request.InvocationId, out _);
        }
    }

    /// <summary>Cancels every invocation that runs.</summary>
    public void CancelAll()
    {
        foreach (var invocationId in _invocations.Keys)
        {
            Send(new StreamingMessage { InvocationCancel = new InvocationCancel { InvocationId = invocationId } });
        }
    }

    /// <summary>Asks the worker to end by itself.</summary>
    public void Terminate() => Send(new StreamingMessage { WorkerTerminate = new WorkerTerminate() });

    /// <summary>Ends the stream from this side.</summary>
    public void Close()
    {
        _outgoing.Writer.TryComplete();
        _closed.TrySetResult();
    }

    /// <summary>Serves the worker's stream until it ends.</summary>
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
            // The worker's process has ended, or this side has: all who wait learn of it by Closed.
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

    // After the end there is nobody to send to, and whoever sent learns of it by Closed.
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
