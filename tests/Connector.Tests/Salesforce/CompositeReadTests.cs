using System.Text;
using Connector.Tests.Drivers;
using SalesforceConnector.Salesforce.Client;

namespace Connector.Tests.Salesforce;

public sealed class CompositeReadTests
{
    private const string Body = """{"totalSize":1,"done":true,"records":[{"Name":"A \"quoted\" } ] \\","N":{"x":[1,{}]}}]}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(64_000)]
    public async Task The_body_comes_out_byte_for_byte_however_it_arrives(int chunk)
    {
        var (status, body) = await CompositeRead.InComposite.UnwrapAsync(Arriving(Composite(Body, 200), chunk), Cancellation);
        status.ShouldBe(200);
        (await ReadAsync(body)).ShouldBe(Body);
    }

    [Theory]
    [InlineData("""{"Name":"one \" and a } ]"}""")]
    [InlineData("""{"Name":"one \\"}""")]
    [InlineData("""{"Name":"one \\\" { ["}""")]
    public async Task A_quote_that_is_escaped_ends_no_string(string body)
    {
        foreach (var chunk in new[] { 1, 64_000 })
        {
            var (_, read) = await CompositeRead.InComposite.UnwrapAsync(Arriving(Composite(body, 200), chunk), Cancellation);
            (await ReadAsync(read)).ShouldBe(body);
        }
    }

    [Fact]
    public async Task The_body_is_found_when_it_comes_last()
    {
        var reply = $$"""{"compositeResponse":[{"httpHeaders":{"body":"x"},"httpStatusCode":200,"referenceId":"read","body":{{Body}}}]}""";
        var (_, body) = await CompositeRead.InComposite.UnwrapAsync(Arriving(reply, 5), Cancellation);
        (await ReadAsync(body)).ShouldBe(Body);
    }

    [Fact]
    public async Task An_error_comes_out_with_its_own_status()
    {
        const string Errors = """[{"message":"unexpected token","errorCode":"MALFORMED_QUERY"}]""";
        var (status, body) = await CompositeRead.InComposite.UnwrapAsync(Arriving(Composite(Errors, 400), 3), Cancellation);
        status.ShouldBe(400);
        (await ReadAsync(body)).ShouldBe(Errors);
    }

    [Theory]
    [InlineData("""{"hasErrors":false,"results":[{"statusCode":200,"result":%}]}""")]
    [InlineData("""{"results":[{"result":%,"statusCode":200}],"hasErrors":false}""")]
    public async Task The_body_comes_out_of_a_batch_too(string reply)
    {
        var (status, body) = await CompositeRead.InBatch.UnwrapAsync(Arriving(reply.Replace("%", Body, StringComparison.Ordinal), 7), Cancellation);
        status.ShouldBe(200);
        (await ReadAsync(body)).ShouldBe(Body);
    }

    [Fact]
    public async Task An_error_comes_out_of_a_batch_with_its_own_status()
    {
        const string Errors = """[{"message":"No","errorCode":"MALFORMED_SEARCH"}]""";
        var (status, body) = await CompositeRead.InBatch.UnwrapAsync(
            Arriving($$"""{"hasErrors":true,"results":[{"statusCode":400,"result":{{Errors}}}]}""", 5), Cancellation);
        status.ShouldBe(400);
        (await ReadAsync(body)).ShouldBe(Errors);
    }

    [Theory]
    [InlineData(199)]
    [InlineData(300)]
    [InlineData(500)]
    public async Task A_body_whose_status_is_no_success_breaks_off(int status)
    {
        var (_, body) = await CompositeRead.InComposite.UnwrapAsync(Arriving(Composite(Body, status), 64_000), Cancellation);
        await Should.ThrowAsync<IOException>(() => ReadAsync(body));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"compositeResponse":[]}""")]
    [InlineData("""{"compositeResponse":[{"body":[]}]}""")]
    [InlineData("""{"compositeResponse":[{"body":[1],"httpStatusCode":"x"}]}""")]
    [InlineData("""{"compositeResponse":[{"body":[1],"httpStatusCode":200.5}]}""")]
    public async Task Anything_but_a_composite_reply_is_a_broken_one(string reply) =>
        await Should.ThrowAsync<IOException>(() => CompositeRead.InComposite.UnwrapAsync(Arriving(reply, 64_000), Cancellation));

    [Theory]
    [InlineData(40)]
    [InlineData(100)]
    [InlineData(130)]
    public async Task A_reply_that_ends_too_early_is_a_broken_one(int length)
    {
        var (_, body) = await CompositeRead.InComposite.UnwrapAsync(Arriving(Composite(Body, 200)[..length], 64_000), Cancellation);
        await Should.ThrowAsync<IOException>(() => ReadAsync(body));
    }

    private static string Composite(string body, int status) =>
        $$"""{"compositeResponse":[{"body":{{body}},"httpHeaders":{},"httpStatusCode":{{status}},"referenceId":"read"}]}""";

    private static PiecewiseStream Arriving(string text, int chunk) => new(Encoding.UTF8.GetBytes(text), chunk);

    private static async Task<string> ReadAsync(Stream body)
    {
        using var read = new MemoryStream();
        await body.CopyToAsync(read, 11, Cancellation);
        return Encoding.UTF8.GetString(read.ToArray());
    }
}
