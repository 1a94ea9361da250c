using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Connector.Tests.Drivers;
using LocalHost;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Operations;
using SalesforceConnector.Salesforce;
using SalesforceConnector.Triggers.Http;
using SalesforceSimulator;

namespace Connector.Tests.Hosting.Payloads;

/// <summary>No caller takes the memory or the time of the others.</summary>
public sealed class PayloadMemoryTests
{
    private const int Mebibyte = 1_048_576;
    private const long MostMemory = 400 * Mebibyte;

    private static readonly Dictionary<string, string?> OneMebibyte = new()
    {
        ["Salesforce__MaxPayloadBytes"] = $"{Mebibyte}",
        ["Salesforce__MaxPayloadBytesAtOnce"] = $"{Mebibyte}",
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_hundred_payloads_of_50_MiB_of_rubbish_at_once_take_less_than_400_MiB()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The memory of a process is read as Linux tells it.");
        // Without queues, whose host takes memory of its own.
        await using var host = LocalHostProcess.Start(
            new Dictionary<string, string> { ["PATH"] = "", [FirstGeneration.Variable] = FirstGeneration.Size }, ["--no-pass", "--port", "0", "--simulator-port", "0"]);
        var url = (await host.LineAsync("Serving at ")).Split(' ')[2];
        using var client = new HttpClient { BaseAddress = new Uri(new Uri(url), "api/") };
        byte[][] rubbish = [Members(50 * Mebibyte), Array(50 * Mebibyte), Text(50 * Mebibyte)];

        var statuses = await Task.WhenAll(Enumerable.Range(0, 100).Select(async i =>
        {
            using var content = new ByteArrayContent(rubbish[i % rubbish.Length]);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var reply = await client.PostAsync(new Uri("query", UriKind.Relative), content, Cancellation);
            return reply.StatusCode;
        }));

        statuses.ShouldAllBe(status => status == HttpStatusCode.BadRequest || status == HttpStatusCode.ServiceUnavailable);
        statuses.ShouldContain(HttpStatusCode.BadRequest);
        ProcessTree.PeakMemoryOf(host.Id).ShouldAllBe(peak => peak < MostMemory);
    }

    [Fact]
    public async Task Of_many_complaints_twenty_are_told_and_how_many_more()
    {
        await using var app = await ConnectorApp.StartAsync();

        var reply = await app.PostAsync("query", $$"""{"soqlQuery":"SELECT Id FROM Account",{{string.Join(',', Enumerable.Range(0, 1_000).Select(i => $"\"x{i}\":{i}"))}}}""");

        var problem = reply.ShouldBeProblem(400, "UNKNOWN_MEMBER");
        problem["errors"]!.AsArray().Count.ShouldBe(20);
        ((string?)problem["detail"]).ShouldNotBeNull().ShouldEndWith("; and 980 more");
    }

    [Fact]
    public async Task Of_many_wrong_parameters_twenty_are_told_and_how_many_more()
    {
        await using var app = await ConnectorApp.StartAsync();
        var parameters = new JsonObject(Enumerable.Range(0, 100).Select(i => KeyValuePair.Create($"x{i}", (JsonNode?)i)));

        var reply = await app.PostAsync("query", new JsonObject { ["soqlQuery"] = "SELECT Id FROM Account", ["soqlParameters"] = parameters }.ToJsonString());

        var problem = reply.ShouldBeProblem(400, "INVALID_MEMBER");
        problem["errors"]!.AsArray().Count.ShouldBe(20);
        ((string?)problem["detail"]).ShouldNotBeNull().ShouldEndWith("; and 80 more");
    }

    [Fact]
    public async Task A_member_of_a_name_without_end_is_told_by_its_beginning()
    {
        await using var app = await ConnectorApp.StartAsync();

        var reply = await app.PostAsync("query", $$"""{"{{new string('x', 100_000)}}":1}""");

        reply.ShouldBeProblem(400, "UNKNOWN_MEMBER");
        reply.Body.Length.ShouldBeLessThan(2_000);
    }

    [Fact]
    public async Task A_payload_of_too_many_values_is_refused()
    {
        await using var app = await ConnectorApp.StartAsync();

        var reply = await app.PostAsync("records/create", $$$"""{"objectType":"Account","fields":{"x":[{{{string.Join(',', Enumerable.Repeat("0", 2_000_000))}}}]}}""");

        ((string?)reply.ShouldBeProblem(400, "INVALID_JSON")["detail"]).ShouldNotBeNull().ShouldContain("2000000");
    }

    [Fact]
    public async Task A_text_that_is_too_long_for_any_org_is_refused_by_name()
    {
        await using var app = await ConnectorApp.StartAsync();

        var problem = (await app.PostAsync("query", new { soqlQuery = new string('x', 1_000_001) })).ShouldBeProblem(400, "INVALID_MEMBER");

        ((string?)problem["errors"]![0]!["fields"]![0]).ShouldBe("soqlQuery");
        problem.ToJsonString().Length.ShouldBeLessThan(1_000);
    }

    [Fact]
    public async Task A_payload_for_which_there_is_no_room_is_503_as_nothing_was_executed_and_small_ones_pass()
    {
        var time = new ManualTime();
        await using var app = await ConnectorApp.StartAsync(OneMebibyte, time.Provider);
        app.Org.AddFaults(new FaultRule { Path = "/services/data/*", DelayMs = 600_000, Times = 1 });
        var first = app.PostAsync("records/create", CreateWrong(900_000));
        await ManualTime.UntilAsync(() => app.Calls.Count == 1);

        var second = await time.RunOutAsync(app.PostAsync("records/create", CreateWrong(900_000)), () => true);
        var small = await app.PostAsync("records/create", new { objectType = "Account", fields = new { Name = "Acme" } });

        second.ShouldBeProblem(503, "CONNECTOR_BUSY", retryable: true);
        ((int)small.Status).ShouldBe(201, small.Body);
        app.Calls.Count.ShouldBe(2);
        (await time.RunOutAsync(first, () => true)).ShouldBeProblem(504, "SALESFORCE_TIMEOUT", retryable: true, outcomeUnknown: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_payload_gets_the_room_that_another_leaves(bool chunked)
    {
        await using var app = await ConnectorApp.StartAsync(OneMebibyte);

        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PostAsync(app, Encoding.UTF8.GetBytes(CreateWrong(900_000)), chunked)));

        replies.ShouldAllBe(reply => reply.Status == HttpStatusCode.BadRequest);
        replies.ShouldAllBe(reply => reply.Body.Contains("INVALID_FIELD"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_over_the_limit_is_read_to_its_end_before_it_is_refused(bool chunked)
    {
        await using var app = await ConnectorApp.StartAsync(OneMebibyte);
        var body = new CountedContent(62_000_000, chunked);

        using var reply = await app.Client.PostAsync(new Uri("query", UriKind.Relative), body, Cancellation);

        reply.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await reply.Content.ReadAsStringAsync(Cancellation)).ShouldContain("PAYLOAD_TOO_LARGE");
        body.Sent.ShouldBe(62_000_000);
    }

    [Fact]
    public async Task A_chunked_payload_is_read_whole()
    {
        await using var app = await ConnectorApp.StartAsync();
        var payload = $$$"""{"objectType":"Account","fields":{"Name":"Acme","Description":"{{{new string('x', 30_000)}}}"}}""";

        foreach (var size in new[] { 0, 65_536 - payload.Length, 100_000 })
        {
            var reply = await PostAsync(app, Encoding.UTF8.GetBytes(payload + new string(' ', size)), chunked: true);
            reply.Status.ShouldBe(HttpStatusCode.Created, reply.Body);
        }
    }

    [Fact]
    public async Task A_quarter_of_the_memory_is_kept_for_payloads_to_come()
    {
        using var memory = new PayloadMemory(Options.Create(new SalesforceOptions { MaxPayloadBytesAtOnce = 8 * Mebibyte }), TimeProvider.System);

        var first = await UseAsync();
        var second = await UseAsync();

        second.Count(first.Contains).ShouldBe(2);

        // On a thread of its own, as it would not end if too few blocks were given up.
        Task<byte[][]> UseAsync() => Task.Run(
            async () =>
            {
                using var reservation = await memory.ReserveAsync(8 * Mebibyte, Cancellation);
                return (byte[][])[.. Enumerable.Range(0, 8).Select(_ => reservation.NextBlock())];
            },
            Cancellation).WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, Cancellation);
    }

    [Fact]
    public async Task A_body_that_stands_still_is_given_up()
    {
        var time = new ManualTime();
        await using var app = await ConnectorApp.StartAsync(time: time.Provider);
        // As the worker's server hands it over: the server in front of it has a limit of its own for slow senders.
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync("{"u8.ToArray(), Cancellation);
        var context = new DefaultHttpContext { RequestServices = app.Services };
        context.Request.Body = pipe.Reader.AsStream();

        var reading = app.Services.GetRequiredService<RequestBody>().ReadAsync(context.Request, OperationJson.Default.QueryPayload, Cancellation);
        var exception = await Should.ThrowAsync<ConnectorException>(() => time.RunOutAsync(reading, () => true));

        exception.Problem.Status.ShouldBe(StatusCodes.Status408RequestTimeout);
        exception.Problem.ErrorCode.ShouldBe(ErrorCodes.InvalidJson);
    }

    // Salesforce has no such field.
    private static string CreateWrong(int length) => $$$"""{"objectType":"Account","fields":{"Unknown__c":"{{{new string('x', length)}}}"}}""";

    private static async Task<Reply> PostAsync(ConnectorApp app, byte[] payload, bool chunked)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "records/create") { Content = new ByteArrayContent(payload) };
        request.Headers.TransferEncodingChunked = chunked;
        using var response = await app.Client.SendAsync(request, Cancellation);
        return new Reply(response.StatusCode, new Dictionary<string, string>(), await response.Content.ReadAsStringAsync(Cancellation));
    }

    /// <summary>An object of unknown members.</summary>
    private static byte[] Members(int length)
    {
        var text = new StringBuilder("{\"x\":0", length);
        for (var i = 0; text.Length < length - 20; i++)
        {
            text.Append(",\"x").Append(i).Append("\":0");
        }

        return Encoding.ASCII.GetBytes(text.Append('}').ToString());
    }

    /// <summary>A query that is too long for any org.</summary>
    private static byte[] Text(int length) => Encoding.ASCII.GetBytes($$"""{"soqlQuery":"{{new string('x', length - 20)}}"}""");

    /// <summary>As many values in one member as fit.</summary>
    private static byte[] Array(int length)
    {
        byte[] begin = [.. "{\"soqlQuery\":["u8];
        byte[] body = new byte[length];
        for (var i = 0; i < length; i++)
        {
            body[i] = i % 2 == 0 ? (byte)'0' : (byte)',';
        }

        begin.CopyTo(body, 0);
        "0]}"u8.CopyTo(body.AsSpan(length - (length % 2 == 0 ? 4 : 3)));
        return length % 2 == 0 ? body[..^1] : body;
    }

    private sealed class CountedContent(int length, bool chunked) : HttpContent
    {
        public int Sent { get; private set; }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var block = new byte[100_000];
            while (Sent < length)
            {
                await stream.WriteAsync(block);
                Sent += block.Length;
            }
        }

        protected override bool TryComputeLength(out long computed)
        {
            computed = length;
            return !chunked;
        }
    }
}
