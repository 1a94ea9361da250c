extern alias connector;
using Grpc.Core;
using SalesforceConnector.Salesforce.Events;
using FetchRequest = connector::Eventbus.V1.FetchRequest;
using FetchResponse = connector::Eventbus.V1.FetchResponse;

namespace Connector.Tests.Events;

/// <summary>Streams that fail, or end while the connector asks for more events.</summary>
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

    // Salesforce's codes say more than gRPC's statuses.
    [Theory]
    [InlineData("sfdc.platform.eventbus.grpc.service.auth.error", StatusCode.Unknown, "Session")]
    [InlineData("service.auth.headers.invalid", StatusCode.InvalidArgument, "Session")]
    [InlineData("subscription.fetch.replayid.corrupted", StatusCode.InvalidArgument, "PositionLost")]
    [InlineData("subscription.fetch.replayid.validation.failed", StatusCode.Unknown, "PositionLost")]
    [InlineData("subscription.limit.exceeded", StatusCode.Unavailable, "LimitReached")]
    [InlineData("concurrent.client.limit.exceeded", StatusCode.Unknown, "LimitReached")]
    [InlineData("service.tenant.license", StatusCode.PermissionDenied, "LimitReached")]
    [InlineData("topic.not.found", StatusCode.Unknown, "NotSetUp")]
    [InlineData("topic.meta.permission", StatusCode.Unauthenticated, "NotSetUp")]
    [InlineData("subscription.topic.cannot.subscribe", StatusCode.Unknown, "NotSetUp")]
    [InlineData("something.new", StatusCode.Unauthenticated, "Session")]
    [InlineData("something.new", StatusCode.PermissionDenied, "NotSetUp")]
    [InlineData("something.new", StatusCode.Internal, "Transient")]
    public void What_is_done_about_a_failure_goes_by_its_code_and_then_by_its_status(string code, StatusCode status, string failure) =>
        PubSubException.From(new RpcException(new Status(status, ""), new Grpc.Core.Metadata { { "error-code", code } })).Failure.ToString().ShouldBe(failure);

    [Theory]
    [InlineData("sfdc.platform.eventbus.grpc.topic.not.found", "topic.not.found")]
    [InlineData("A-new_code.1", "A-new_code.1")]
    [InlineData("Top secret of a customer", "Unknown")]
    [InlineData("", "Unknown")]
    [InlineData(null, "Unknown")]
    public void What_is_no_name_is_no_code_as_codes_are_logged(string? told, string code)
    {
        var trailers = new Grpc.Core.Metadata();
        if (told is not null)
        {
            trailers.Add("error-code", told);
        }

        PubSubException.From(new RpcException(new Status(StatusCode.Unknown, ""), trailers)).Code.ShouldBe(code);
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
