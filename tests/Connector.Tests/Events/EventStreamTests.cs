extern alias connector;
using Grpc.Core;
using SalesforceConnector.Salesforce.Events;
using FetchRequest = connector::Eventbus.V1.FetchRequest;
using FetchResponse = connector::Eventbus.V1.FetchResponse;

namespace Connector.Tests.Events;

/// <summary>Streams that end while the connector asks for more events.</summary>
public sealed class EventStreamTests
{
    public static TheoryData<Exception> FailuresOfWrites { get; } =
    [
        new HttpIOException(HttpRequestError.HttpProtocolError, "The HTTP/2 server reset the stream."),
        new IOException("The connection was closed."),
        new InvalidOperationException("Can't write the message because the call is complete."),
    ];

    [Theory]
    [MemberData(nameof(FailuresOfWrites), DisableDiscoveryEnumeration = true)]
    public async Task A_request_on_a_stream_that_has_ended_fails_as_the_stream_does(Exception ofWrite)
    {
        using var stream = Stream(ofWrite, new RpcException(new Status(StatusCode.Unavailable, "")));

        var failure = await Should.ThrowAsync<PubSubException>(() => stream.RequestAsync(new FetchRequest(), TestContext.Current.CancellationToken));

        failure.Failure.ShouldBe(PubSubFailure.Transient);
    }

    [Theory]
    [MemberData(nameof(FailuresOfWrites), DisableDiscoveryEnumeration = true)]
    public async Task Ending_a_stream_that_has_ended_is_no_failure(Exception ofWrite)
    {
        using var stream = Stream(ofWrite, new RpcException(new Status(StatusCode.Unavailable, "")));

        await Should.NotThrowAsync(stream.EndAsync);
    }

    private static EventStream Stream(Exception ofWrite, Exception ofRead) => new(new AsyncDuplexStreamingCall<FetchRequest, FetchResponse>(
        new Requests(ofWrite), new Responses(ofRead), Task.FromResult(new Grpc.Core.Metadata()), () => Status.DefaultSuccess, () => [], () => { }));

    private sealed class Requests(Exception failure) : IClientStreamWriter<FetchRequest>
    {
        public WriteOptions? WriteOptions { get; set; }

        public Task CompleteAsync() => Task.FromException(failure);

        public Task WriteAsync(FetchRequest message) => Task.FromException(failure);

        public Task WriteAsync(FetchRequest message, CancellationToken cancellationToken) => Task.FromException(failure);
    }

    private sealed class Responses(Exception failure) : IAsyncStreamReader<FetchResponse>
    {
        public FetchResponse Current => throw new InvalidOperationException();

        public Task<bool> MoveNext(CancellationToken cancellationToken) => Task.FromException<bool>(failure);
    }
}
