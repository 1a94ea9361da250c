using System.Net;
using Connector.Tests.Drivers;
using SalesforceConnector.Contracts.Problems;

namespace Connector.Tests.Queues.Messages;

/// <summary>What makes a request the same request, and what its id may be.</summary>
public sealed class EnvelopeTests(AzuriteFixture azurite)
{
    private const string Query = "salesforce-query";
    private const string Account = "001Dn0000070000IAA";

    [Fact]
    public async Task The_same_key_and_payload_for_another_operation_is_refused()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["DeleteRecord", "GetRecord"]);
        var payload = new { objectType = "Account", objectId = Account };
        (string, string) key = ("Idempotency-Key", "order-1");
        (string, string) async = ("Prefer", "respond-async");

        var got = await app.FetchResultAsync(await app.PostAsync("records/get", payload, key, async));
        var later = await app.PostAsync("records/delete", payload, key, async);
        var direct = await app.PostAsync("records/delete", payload, key);

        got.Status.ShouldBe(HttpStatusCode.OK, got.Body);
        later.ShouldBeProblem(422, "CORRELATION_ID_REUSED");
        direct.ShouldBeProblem(422, "CORRELATION_ID_REUSED");
        app.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_same_payload_with_other_white_space_is_the_same_request()
    {
        await using var app = await azurite.StartAppAsync(listensTo: []);

        var first = await app.PostAsync("records/create", """{"objectType":"Account","fields":{"Name":"Acme"}}""", ("Idempotency-Key", "order-1"));
        var again = await app.PostAsync("records/create", "{\"objectType\":\"Account\",\r\n\t\"fields\":{\"Name\":\"Acme\"}}\n", ("Idempotency-Key", "order-1"));

        first.Status.ShouldBe(HttpStatusCode.Created, first.Body);
        again.Body.ShouldBe(first.Body);
        app.Calls.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("""{"correlationId":4711,"payload":{}}""", "4711")]
    [InlineData("""{"correlationId":"order-4711","payload":7}""", "order-4711")]
    [InlineData("""{"correlationId":true}""", null)]
    [InlineData("""["correlationId"]""", null)]
    [InlineData("correlationId", null)]
    [InlineData(""""
        "{\"correlationId\":\"order-4711\"}"
        """", "order-4711")]
    [InlineData("\"\\\"{\\\\\\\"correlationId\\\\\\\":\\\\\\\"x\\\\\\\"}\\\"\"", null)]
    [InlineData("eyJjb3JyZWxhdGlvbklkIjoib3JkZXItNDcxMSJ9", "order-4711")]
    public void The_id_of_a_message_that_cannot_be_read_is_found_if_there_is_one(string message, string? id) =>
        SalesforceConnector.Triggers.Queues.Envelope.FindCorrelationId(message).ShouldBe(id);

    [Fact]
    public void A_time_that_is_none_is_refused_with_what_one_looks_like() =>
        Should.Throw<InvalidPayloadException>(() => SalesforceConnector.Triggers.Queues.Envelope.Parse(
            """{"correlationId":"c","payload":{},"retry":{"made":1,"since":"yesterday"}}""")).Message.ShouldContain("must be a date and time such as 2026-11-24T10:00:00Z");

    [Fact]
    public async Task A_correlation_id_has_at_most_128_characters_and_none_of_control()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["Query"]);
        var longest = new string('x', 128);

        await app.Queues.SendAsync(Query, Message(longest));
        await app.Queues.SendAsync(Query, Message(longest + "x"));
        await app.Queues.SendAsync(Query, Message("a\\u0007b"));

        ((int?)(await app.Queues.ReceiveResultAsync(longest))["status"]).ShouldBe(200);
        foreach (var refused in new[] { await app.Queues.ReceiveResultAsync(null), await app.Queues.ReceiveResultAsync("a\u0007b") })
        {
            ((int?)refused["status"]).ShouldBe(400, refused.ToJsonString());
            ((string?)refused["error"]!["errors"]![0]!["fields"]![0]).ShouldBe("correlationId");
        }
    }

    private static string Message(string correlationId) =>
        $$$"""{"correlationId":"{{{correlationId}}}","payload":{"soqlQuery":"SELECT Id FROM Account LIMIT 1"}}""";
}
