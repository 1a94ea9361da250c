using System.Text.Json.Nodes;
using Connector.Tests.Drivers;
using SalesforceSimulator;

namespace Connector.Tests.Queues;

/// <summary>Every message leaves exactly one result, over a real Azurite.</summary>
public sealed class QueueTests(AzuriteFixture azurite)
{
    private const string Create = "salesforce-create-record";
    private const string Delete = "salesforce-delete-record";
    private const string Query = "salesforce-query";
    private const string Update = "salesforce-update-record";
    private const string Poison = "salesforce-poison";
    private const string Calls = "/services/data/*";
    private const string Account = "001Dn0000070000IAA";

    private static readonly Dictionary<string, string?> Quick = new() { ["Queues__FirstRetryDelay"] = "00:00:01" };

    private static readonly FaultRule Unavailable = new()
    {
        Path = Calls,
        Status = 503,
        ErrorCode = "SERVER_UNAVAILABLE",
        Message = "m",
        Headers = new Dictionary<string, string> { ["Retry-After"] = "1" },
    };

    [Fact]
    public async Task Every_operation_takes_its_payload_from_its_queue()
    {
        await using var app = await StartAsync();

        await app.Queues.SendAsync(Query, """{"correlationId":"q","payload":{"soqlQuery":"SELECT Id FROM Account WHERE Name = 'GenePoint'"}}""");
        await app.Queues.SendAsync(Create, """{"correlationId":"c","payload":{"objectType":"Account","fields":{"Name":"Acme"}}}""");
        await app.Queues.SendAsync("salesforce-get-record", $$$"""{"correlationId":"g","payload":{"objectType":"Account","objectId":"{{{Account}}}"}}""");
        await app.Queues.SendAsync(Update, $$$"""{"correlationId":"u","payload":{"objectType":"Account","objectId":"{{{Account}}}","fields":{"Phone":"1"} }}""");
        var created = await app.Queues.ReceiveResultAsync("c");
        var id = (string?)created["body"]!["id"];
        await app.Queues.SendAsync(Delete, $$$"""{"correlationId":"d","representation":true,"payload":{"objectType":"Account","objectId":"{{{id}}}"}}""");

        ((int?)created["status"]).ShouldBe(201);
        ((string?)created["operation"]).ShouldBe("CreateRecord");
        ((string?)created["headers"]!["Location"]).ShouldBe($"/services/data/v67.0/sobjects/Account/{id}");
        ((int?)created["attempts"]).ShouldBe(1);
        DateTimeOffset.TryParse((string?)created["completedAt"], out _).ShouldBeTrue();
        ((int?)(await app.Queues.ReceiveResultAsync("q"))["body"]!["totalSize"]).ShouldBe(1);
        ((string?)(await app.Queues.ReceiveResultAsync("g"))["body"]!["Id"]).ShouldBe(Account);
        var updated = await app.Queues.ReceiveResultAsync("u");
        ((int?)updated["status"]).ShouldBe(204);
        updated["body"].ShouldBeNull();
        var deleted = await app.Queues.ReceiveResultAsync("d");
        ((int?)deleted["status"]).ShouldBe(200);
        ((string?)deleted["body"]!["id"]).ShouldBe(id);
        app.Queues.OtherResults.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_body_arrives_as_it_was()
    {
        await using var app = await StartAsync();
        var soql = "SELECT Id, Name, AnnualRevenue FROM Account WHERE Name LIKE 'M\\u00fc%'";

        await app.Queues.SendAsync(Query, new JsonObject { ["correlationId"] = "q", ["payload"] = new JsonObject { ["soqlQuery"] = soql } }.ToJsonString());
        await QueueDriver.WaitAsync(async () => await app.Queues.CountAsync("salesforce-results") == 1, () => "a result");
        var text = (await app.Queues.TakeAllAsync("salesforce-results")).Single();

        text.ShouldContain((await app.PostAsync("query", new { soqlQuery = soql })).Body);
    }

    [Fact]
    public async Task A_permanent_failure_is_a_result_at_once()
    {
        await using var app = await StartAsync();

        await app.Queues.SendAsync(Create, """{"correlationId":"c","payload":{"objectType":"Account","fields":{}}}""");

        var result = await app.Queues.ReceiveResultAsync("c");
        ((int?)result["status"]).ShouldBe(400);
        ((string?)result["error"]!["errorCode"]).ShouldBe("REQUIRED_FIELD_MISSING");
        ((int?)result["attempts"]).ShouldBe(1);
        (await app.Queues.CountAsync(Poison)).ShouldBe(0);
    }

    [Fact]
    public async Task A_transient_failure_is_tried_again_until_it_succeeds()
    {
        await using var app = await StartAsync(Quick);
        app.Org.AddFaults(Unavailable with { Times = 8 });

        await app.Queues.SendAsync(Create, """{"correlationId":"c","payload":{"objectType":"Account","fields":{"Name":"Acme"}}}""");

        // Four calls an attempt: three attempts.
        var result = await app.Queues.ReceiveResultAsync("c");
        ((int?)result["status"]).ShouldBe(201, result.ToJsonString());
        ((int?)result["attempts"]).ShouldBe(3);
        app.Queues.OtherResults.ShouldBeEmpty();
    }

    [Fact]
    public async Task When_its_time_is_over_it_is_a_failure_and_the_message_is_kept()
    {
        await using var app = await StartAsync(new Dictionary<string, string?> { ["Queues__RetryFor"] = "00:00:00" });
        app.Org.AddFaults(Unavailable);
        await app.Queues.SendAsync(Create, """{"correlationId":"c","payload":{"objectType":"Account","fields":{"Name":"Acme"}}}""");

        var result = await app.Queues.ReceiveResultAsync("c");
        ((int?)result["status"]).ShouldBe(503);
        ((bool?)result["error"]!["retryable"]).ShouldBe(true);
        var kept = (await app.Queues.Queue(Poison).PeekMessageAsync(TestContext.Current.CancellationToken)).Value;
        kept.MessageText.ShouldBe("""{"correlationId":"c","payload":{"objectType":"Account","fields":{"Name":"Acme"}},"kept":{"operation":"CreateRecord","errorCode":"SERVER_UNAVAILABLE"},"redrive":1}""");
        ((string?)result["poisonMessageId"]).ShouldBe(kept.MessageId);
    }

    [Theory]
    [InlineData(" ", null, "INVALID_JSON")]
    [InlineData("SELECT Id FROM Account", null, "INVALID_JSON")]
    [InlineData("[]", null, "INVALID_JSON")]
    [InlineData("""{"correlationId":"x","payload":{},"reply":"y"}""", "x", "UNKNOWN_MEMBER")]
    [InlineData("""{"correlationId":"x"}""", "x", "MISSING_MEMBER")]
    [InlineData("""{"correlationId":7,"payload":{}}""", "7", "INVALID_MEMBER")]
    [InlineData("""" "{\"correlationId\":\"x\",\"payload\":{}}" """", "x", "INVALID_JSON")]
    [InlineData("""{"correlationId":"","payload":{}}""", "", "INVALID_MEMBER")]
    [InlineData("""{"soqlQuery":"SELECT Id FROM Account"}""", null, "UNKNOWN_MEMBER")]
    public async Task What_is_no_envelope_is_kept_and_answered(string message, string? correlationId, string errorCode)
    {
        await using var app = await StartAsync();

        await app.Queues.SendAsync(Query, message);

        var result = await app.Queues.ReceiveResultAsync(correlationId);
        ((int?)result["status"]).ShouldBe(400);
        ((string?)result["error"]!["errorCode"]).ShouldBe(errorCode);
        var kept = (await app.Queues.Queue(Poison).PeekMessageAsync(TestContext.Current.CancellationToken)).Value;
        kept.MessageText.ShouldBe(message);
        ((string?)result["poisonMessageId"]).ShouldBe(kept.MessageId);
        // The host deletes a message once its function has ended, and its result is there before that.
        await app.Queues.WaitForCountAsync(Query, 0);
    }

    [Fact]
    public async Task An_unknown_member_is_told_with_those_that_producers_may_set()
    {
        await using var app = await StartAsync();

        await app.Queues.SendAsync(Query, """{"correlationId":"x","payload":{},"replyQueue":"y"}""");

        ((string?)(await app.Queues.ReceiveResultAsync("x"))["error"]!["detail"])
            .ShouldBe("replyQueue is not a known member; the known members are correlationId, payload, replyTo, representation, traceparent");
    }

    [Fact]
    public async Task A_correlation_id_too_long_to_be_one_is_not_quoted()
    {
        await using var app = await StartAsync();

        await app.Queues.SendAsync(Query, $$"""{"correlationId":"{{new string('x', 60_000)}}","payload":{} }""");

        ((int?)(await app.Queues.ReceiveResultAsync(null))["status"]).ShouldBe(400);
    }

    [Theory]
    [InlineData("""{"objectType":"Account","fields":{"Name":"x"},"objectId":"y"}""", "UNKNOWN_MEMBER", "objectId")]
    [InlineData("""{"objectType":"Account"}""", "MISSING_MEMBER", "fields")]
    [InlineData("[]", "INVALID_JSON", null)]
    [InlineData("""{"objectType":"Account","fields":{},"authentication":{"type":"bearer","token":"abc"}}""", "INVALID_MEMBER", "authentication.token")]
    [InlineData("""{"objectType":"Account","fields":{},"authentication":{"type":"oauth-client-credentials-flow","clientId":"a","clientSecret":"b"}}""", "INVALID_MEMBER", "authentication.clientSecret")]
    public async Task A_wrong_payload_is_a_failure_that_names_the_member(string payload, string errorCode, string? member)
    {
        await using var app = await StartAsync();

        await app.Queues.SendAsync(Create, $$"""{"correlationId":"c","payload":{{payload}}}""");

        var result = await app.Queues.ReceiveResultAsync("c");
        ((int?)result["status"]).ShouldBe(400);
        ((string?)result["error"]!["errorCode"]).ShouldBe(errorCode);
        ((string?)result["error"]!["errors"]![0]!["fields"]?[0]).ShouldBe(member);
        app.Org.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_token_by_the_name_of_its_secret_is_fine()
    {
        await using var app = await StartAsync();
        app.Vault.Set("salesforce-token", app.Secret(await app.LogInAtOrgAsync()));

        await app.Queues.SendAsync(
            Query,
            """{"correlationId":"q","payload":{"soqlQuery":"SELECT Id FROM Account","authentication":{"type":"bearer","tokenSecret":"salesforce-token"}}}""");

        ((int?)(await app.Queues.ReceiveResultAsync("q"))["status"]).ShouldBe(200);
    }

    [Fact]
    public async Task A_result_goes_to_the_queue_that_replyTo_names_if_it_is_listed()
    {
        await using var app = await StartAsync(new Dictionary<string, string?> { ["Queues__ReplyTo"] = "process-one, process-two" });
        const string Payload = """{"soqlQuery":"SELECT Id FROM Account"}""";

        await app.Queues.SendAsync(Query, $$"""{"correlationId":"a","replyTo":"process-two","payload":{{Payload}}}""");
        await app.Queues.SendAsync(Query, $$"""{"correlationId":"b","replyTo":"salesforce-results","payload":{{Payload}}}""");
        await app.Queues.SendAsync(Query, $$"""{"correlationId":"c","replyTo":"somebody-elses","payload":{{Payload}}}""");

        ((int?)(await app.Queues.ReceiveResultAsync("a", "process-two"))["status"]).ShouldBe(200);
        ((int?)(await app.Queues.ReceiveResultAsync("b"))["status"]).ShouldBe(200);
        var refused = await app.Queues.ReceiveResultAsync("c");
        ((string?)refused["error"]!["errors"]![0]!["fields"]![0]).ShouldBe("replyTo");
    }

    [Fact]
    public async Task A_body_that_does_not_fit_is_in_a_blob_byte_for_byte()
    {
        await using var app = await StartAsync();
        app.Org.Fill("Account", 50, descriptionLength: 100_000);
        const string Soql = "SELECT Id, Description FROM Account WHERE External_Id__c LIKE 'FILL-%'";

        await app.Queues.SendAsync(Query, $$$"""{"correlationId":"q","payload":{"soqlQuery":"{{{Soql}}}"}}""");

        var result = await app.Queues.ReceiveResultAsync("q");
        result["body"].ShouldBeNull();
        var direct = await app.PostAsync("query", new { soqlQuery = Soql });
        direct.Body.Length.ShouldBeGreaterThan(5_000_000);
        var (text, type) = await app.Queues.ReadBlobWithTypeAsync((string)result["bodyUrl"]!);
        text.ShouldBe(direct.Body);
        type.ShouldBe(direct.Headers["Content-Type"]);
    }

    [Fact]
    public async Task Errors_that_do_not_fit_are_in_a_blob_and_in_few_words_in_the_result()
    {
        await using var app = await StartAsync();
        app.Org.AddFaults(new FaultRule { Path = Calls, Status = 400, ErrorCode = "STRING_TOO_LONG", Message = new string('x', 100_000) });

        await app.Queues.SendAsync(Query, """{"correlationId":"q","payload":{"soqlQuery":"SELECT Id FROM Account"}}""");

        var result = await app.Queues.ReceiveResultAsync("q");
        ((string?)result["error"]!["errorCode"]).ShouldBe("STRING_TOO_LONG");
        var (text, type) = await app.Queues.ReadBlobWithTypeAsync((string)result["bodyUrl"]!);
        JsonNode.Parse(text)!["errors"]!.ToJsonString().Length.ShouldBeGreaterThan(100_000);
        type.ShouldBe("application/problem+json");
    }

    private Task<ConnectorApp> StartAsync(IReadOnlyDictionary<string, string?>? settings = null) =>
        azurite.StartAppAsync(settings, listensTo: ["CreateRecord", "DeleteRecord", "GetRecord", "Query", "UpdateRecord"]);
}
