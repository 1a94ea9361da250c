using System.Text;
using System.Text.Json.Nodes;
using Connector.Tests.Drivers;
using SalesforceSimulator;

namespace Connector.Tests.Queues.Messages;

/// <summary>What messages can carry, and what is made of those that they cannot.</summary>
public sealed class MessageTests(AzuriteFixture azurite)
{
    private const string Query = "salesforce-query";
    private const string Create = "salesforce-create-record";
    private const string Delete = "salesforce-delete-record";
    private const string Calls = "/services/data/*";

    private static readonly Dictionary<string, string?> Quick = new() { ["Queues__FirstRetryDelay"] = "00:00:01", ["Salesforce__MaxRetries"] = "0" };

    [Fact]
    public async Task A_reply_with_characters_that_XML_lacks_arrives()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["Query"]);
        app.Org.AddFaults(new FaultRule
        {
            Method = "GET",
            Path = Calls,
            Status = 200,
            ContentType = "application/json",
            Body = "{\"totalSize\":1,\"done\":true,\"records\":[{\"Name\":\"a\uFFFFb\uFFFE\"}]}",
        });

        await app.Queues.SendAsync(Query, """{"correlationId":"q","payload":{"soqlQuery":"SELECT Name FROM Account"}}""");

        var result = await app.Queues.ReceiveResultAsync("q");
        ((int?)result["status"]).ShouldBe(200, result.ToJsonString());
        ((string?)result["body"]!["records"]![0]!["Name"]).ShouldBe("a\uFFFFb\uFFFE");
    }

    [Fact]
    public async Task A_failure_with_characters_that_XML_lacks_arrives()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["Query"]);
        app.Org.AddFaults(new FaultRule { Path = Calls, Status = 400, ErrorCode = "INVALID_FIELD", Message = "no \uFFFF" });

        await app.Queues.SendAsync(Query, """{"correlationId":"q","payload":{"soqlQuery":"SELECT Name FROM Account"}}""");

        ((string?)(await app.Queues.ReceiveResultAsync("q"))["error"]!["errors"]![0]!["message"]).ShouldBe("no \uFFFF");
    }

    [Fact]
    public async Task A_payload_with_characters_that_XML_lacks_is_carried_out_later_too()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["CreateRecord"]);

        var accepted = await app.PostAsync("records/create", "{\"objectType\":\"Account\",\"fields\":{\"Name\":\"a\uFFFF\"}}", ("Prefer", "respond-async"));

        ((int)(await app.FetchResultAsync(accepted)).Status).ShouldBe(201);
    }

    [Fact]
    public async Task A_result_that_is_long_in_XML_alone_is_in_a_blob()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["Query"]);
        var html = string.Concat(Enumerable.Repeat("<td></td>", 7_000));
        app.Org.AddFaults(new FaultRule
        {
            Method = "GET",
            Path = Calls,
            Status = 200,
            ContentType = "application/json",
            Body = $$"""{"totalSize":1,"done":true,"records":[{"Name":"{{html}}"}]}""",
        });

        await app.Queues.SendAsync(Query, """{"correlationId":"q","payload":{"soqlQuery":"SELECT Name FROM Account"}}""");

        var result = await app.Queues.ReceiveResultAsync("q");
        ((int?)result["status"]).ShouldBe(200, result.ToJsonString());
        (await app.Queues.ReadBlobAsync((string)result["bodyUrl"]!)).ShouldContain(html);
    }

    [Fact]
    public async Task Base64_of_an_envelope_is_an_envelope()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["Query"]);

        await app.Queues.SendAsync(
            Query, Convert.ToBase64String(Encoding.UTF8.GetBytes("""{"correlationId":"q","payload":{"soqlQuery":"SELECT Id FROM Account"}}""")));
        await app.Queues.SendAsync(Query, Convert.ToBase64String(Encoding.UTF8.GetBytes("""{"correlationId":"r"}""")));
        await app.Queues.SendAsync(Query, Convert.ToBase64String("{}"u8));

        ((int?)(await app.Queues.ReceiveResultAsync("q"))["status"]).ShouldBe(200);
        ((int?)(await app.Queues.ReceiveResultAsync("r"))["status"]).ShouldBe(400);
        ((string?)(await app.Queues.ReceiveResultAsync(null))["error"]!["errorCode"]).ShouldBe("MISSING_MEMBER");
    }

    [Theory]
    [InlineData('x', 65_480)]
    [InlineData('<', 16_200)]
    public async Task A_message_that_could_not_be_sent_again_is_refused_before_it_is_carried_out(char character, int count)
    {
        await using var app = await azurite.StartAppAsync(Quick, listensTo: ["CreateRecord"]);
        app.Org.AddFaults(new FaultRule { Path = Calls, Status = 503, ErrorCode = "SERVER_UNAVAILABLE", Message = "m", Times = 1 });
        var envelope = $$$$"""{"correlationId":"c","payload":{"objectType":"Account","fields":{"Name":"{{{{new string(character, count - 70)}}}}"}}}""";

        await app.Queues.SendAsync(Create, envelope);

        var result = await app.Queues.ReceiveResultAsync("c");
        ((int?)result["status"]).ShouldBe(413, result.ToJsonString());
        app.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_message_of_the_greatest_length_is_tried_again()
    {
        await using var app = await azurite.StartAppAsync(Quick, listensTo: ["CreateRecord"]);
        app.Org.AddFaults(new FaultRule
        {
            Path = Calls,
            Status = 503,
            ErrorCode = "SERVER_UNAVAILABLE",
            Message = "m",
            Times = 1,
            Headers = new Dictionary<string, string> { ["Retry-After"] = "1" },
        });
        const string Head = """{"correlationId":"c","payload":{"objectType":"Account","fields":{"Description":" """;
        const string Tail = """ ","Name":"Acme"}}}""";

        await app.Queues.SendAsync(Create, $"{Head}{new string('x', 64_000 - Head.Length - Tail.Length)}{Tail}");

        var result = await app.Queues.ReceiveResultAsync("c");
        ((int?)result["attempts"]).ShouldBe(2, result.ToJsonString());
    }

    [Fact]
    public async Task A_failure_with_more_matches_than_fit_has_its_result()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["GetRecord"]);
        var matches = string.Join(',', Enumerable.Range(0, 2_000).Select(i => $"\"/services/data/v67.0/sobjects/Account/001Dn00000{i:00000}IAA\""));
        app.Org.AddFaults(new FaultRule { Method = "GET", Path = Calls, Status = 300, ContentType = "application/json", Body = $"[{matches}]" });

        await app.Queues.SendAsync(
            "salesforce-get-record", """{"correlationId":"g","payload":{"objectType":"Account","externalIdField":"External_Id__c","externalId":"x"}}""");

        var result = await app.Queues.ReceiveResultAsync("g");
        ((string?)result["error"]!["errorCode"]).ShouldBe("AMBIGUOUS_EXTERNAL_ID");
        JsonNode.Parse(await app.Queues.ReadBlobAsync((string)result["bodyUrl"]!))!["matches"]!.AsArray().Count.ShouldBe(2_000);
    }

    [Fact]
    public async Task A_delete_that_finds_nothing_after_an_attempt_that_was_not_carried_out_is_a_failure()
    {
        await using var app = await azurite.StartAppAsync(Quick, listensTo: ["DeleteRecord"]);
        app.Org.AddFaults(new FaultRule
        {
            Method = "DELETE",
            Path = Calls,
            Status = 503,
            ErrorCode = "SERVER_UNAVAILABLE",
            Message = "m",
            Times = 1,
            Headers = new Dictionary<string, string> { ["Retry-After"] = "1" },
        });

        await app.Queues.SendAsync(
            Delete, """{"correlationId":"d","payload":{"objectType":"Account","externalIdField":"External_Id__c","externalId":"nobody"}}""");

        var result = await app.Queues.ReceiveResultAsync("d");
        ((int?)result["status"]).ShouldBe(404, result.ToJsonString());
        ((int?)result["attempts"]).ShouldBe(2);
    }
}
