using System.IO.Pipelines;
using Microsoft.Extensions.Time.Testing;
using SalesforceConnector.Salesforce.Bodies;

namespace Connector.Tests.Salesforce;

public sealed class ReplyBodyTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(1_024, true)]
    [InlineData(65_535, true)]
    [InlineData(65_536, false)]
    [InlineData(1_000_000, false)]
    public async Task A_small_body_is_read_whole_and_a_large_one_streams(int length, bool whole)
    {
        var bytes = new byte[length];
        Random.Shared.NextBytes(bytes);

        var body = await StreamedBody.BeginAsync(new MemoryStream(bytes), Cancellation);

        body.Length.ShouldBe(whole ? length : null);
        using var copy = new MemoryStream();
        await body.CopyToAsync(copy, TimeSpan.FromSeconds(1), TimeProvider.System, Cancellation);
        copy.ToArray().ShouldBe(bytes);
    }

    [Fact]
    public async Task A_body_that_stands_still_is_given_up()
    {
        var time = new FakeTimeProvider();
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        await pipe.Writer.WriteAsync(new byte[100_000], Cancellation);
        var body = await StreamedBody.BeginAsync(pipe.Reader.AsStream(), Cancellation);
        using var copy = new MemoryStream();

        var copying = body.CopyToAsync(copy, TimeSpan.FromSeconds(60), time, Cancellation);
        copy.Length.ShouldBe(100_000);
        time.Advance(TimeSpan.FromSeconds(59));
        copying.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(1));

        (await Should.ThrowAsync<IOException>(() => copying.WaitAsync(TimeSpan.FromSeconds(30), Cancellation))).Message.ShouldContain("00:01:00");
    }
}
