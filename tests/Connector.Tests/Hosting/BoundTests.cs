using System.Net;
using System.Text;
using System.Text.Json;
using Connector.Tests.Drivers;
using SalesforceConnector.Operations;

namespace Connector.Tests.Hosting;

/// <summary>What is allowed is allowed to its very bound, and no further.</summary>
public sealed class BoundTests
{
    [Fact]
    public async Task A_payload_has_as_many_bytes_as_the_setting_says()
    {
        await using var app = await ConnectorApp.StartAsync(new Dictionary<string, string?> { ["Salesforce__MaxPayloadBytes"] = "2048" });
        var payload = """{"soqlQuery":"SELECT Id FROM Account LIMIT 1"}""".PadRight(2_048);

        (await app.PostAsync("query", payload)).Status.ShouldBe(HttpStatusCode.OK);
        (await app.PostAsync("query", payload + " ")).ShouldBeProblem(413, "PAYLOAD_TOO_LARGE");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_large_payload_may_begin_with_a_byte_order_mark(bool chunked)
    {
        await using var app = await ConnectorApp.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "query")
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes("\uFEFF{\"soqlQuery\":\"SELECT Id FROM Account LIMIT 1\"}".PadRight(100_000))),
        };
        request.Headers.TransferEncodingChunked = chunked;

        using var response = await app.Client.SendAsync(request, TestContext.Current.CancellationToken);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_read_goes_by_GET_up_to_7500_characters()
    {
        await using var app = await ConnectorApp.StartAsync();

        (await app.PostAsync("query", new { soqlQuery = Soql(7_500) })).Status.ShouldBe(HttpStatusCode.OK);
        app.LastCall.Method.ShouldBe("GET");
        (await app.PostAsync("query", new { soqlQuery = Soql(7_501) })).Status.ShouldBe(HttpStatusCode.OK);
        app.LastCall.Method.ShouldBe("POST");
        app.LastCall.Headers["Content-Type"].ShouldBe("application/json; charset=utf-8");

        static string Soql(int length)
        {
            const string Before = "SELECT Id FROM Account WHERE Name = '";
            var others = "/services/data/v67.0/query?q=".Length + Uri.EscapeDataString(Before + "'").Length;
            return $"{Before}{new string('x', length - others)}'";
        }
    }

    [Fact]
    public async Task The_headers_of_a_read_go_with_it_into_a_request_around_it()
    {
        await using var app = await ConnectorApp.StartAsync();

        var reply = await app.PostAsync("query", new { soqlQuery = "SELECT Id FROM Account LIMIT 1" + new string(' ', 20_000), pageSize = 300 });

        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Body);
        JsonDocument.Parse(app.LastCall.Body).RootElement.GetProperty("compositeRequest")[0].GetProperty("httpHeaders").GetRawText()
            .ShouldBe("""{"Sforce-Query-Options":"batchSize=300"}""");
    }

    [Fact]
    public async Task A_URL_of_the_callers_own_has_at_most_14336_characters()
    {
        await using var app = await ConnectorApp.StartAsync();
        static object Payload(int length) => new { method = "GET", path = "limits", query = new { q = new string('x', length - "limits?q=".Length) } };

        (await app.PostAsync("request", Payload(14_336))).Status.ShouldBe(HttpStatusCode.OK);
        (await app.PostAsync("request", Payload(14_337))).ShouldBeProblem(400, "INVALID_MEMBER");
        app.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_composite_has_up_to_25_requests()
    {
        await using var app = await ConnectorApp.StartAsync();
        var requests = Enumerable.Range(0, 25).Select(i => new { method = "GET", url = "/services/data/v67.0/limits", referenceId = $"r{i}" });

        var reply = await app.PostAsync("composite", new { compositeRequest = requests });

        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Body);
        reply.Json["compositeResponse"]!.AsArray().Count.ShouldBe(25);
    }

    [Theory]
    [InlineData(10_000, true)]
    [InlineData(10_001, false)]
    public void A_query_has_up_to_10000_parameters(int count, bool isTaken)
    {
        var parameters = JsonSerializer.Serialize(Enumerable.Range(0, count).ToDictionary(i => $"p{i}"));

        if (isTaken)
        {
            JsonSerializer.Deserialize(parameters, OperationJson.Default.BindParameters).ShouldNotBeNull();
        }
        else
        {
            Should.Throw<JsonException>(() => JsonSerializer.Deserialize(parameters, OperationJson.Default.BindParameters)).Message.ShouldContain("at most 10000");
        }
    }
}
