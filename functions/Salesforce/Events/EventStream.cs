using Eventbus.V1;
using Grpc.Core;

namespace SalesforceConnector.Salesforce.Events;

/// <summary>One subscription to one topic. Its methods throw <see cref="PubSubException"/> when the stream has failed.</summary>
/// <remarks>Pub/Sub API documentation, "Subscribe RPC Method".</remarks>
internal sealed class EventStream(AsyncDuplexStreamingCall<FetchRequest, FetchResponse> call) : IDisposable
{
    /// <summary>Sends the first request, which names the topic and the position, or allows more events.</summary>
    public async Task RequestAsync(FetchRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await call.RequestStream.WriteAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (RpcException e)
        {
            throw Failed(e, cancellationToken);
        }
        catch (Exception e) when (e is InvalidOperationException or IOException)
        {
            // The call has ended, or its connection was reset; reading says why.
            await ReadAsync(cancellationToken).ConfigureAwait(false);
            throw PubSubException.Ended();
        }
    }

    /// <summary>Waits for events, or for a keep-alive without events.</summary>
    public async Task<FetchResponse> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await call.ResponseStream.MoveNext(cancellationToken).ConfigureAwait(false) ? call.ResponseStream.Current : throw PubSubException.Ended();
        }
        catch (RpcException e)
        {
            throw Failed(e, cancellationToken);
        }
    }

    /// <summary>Ends the stream in order: nothing more is requested.</summary>
    public async Task EndAsync()
    {
        try
        {
            await call.RequestStream.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException or IOException)
        {
            // It has ended already.
        }
    }

    public void Dispose() => call.Dispose();

    private static Exception Failed(RpcException exception, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested ? new OperationCanceledException(exception.Message, exception, cancellationToken) : PubSubException.From(exception);
}
