using System.Net;
using Connector.Tests.Drivers;
using SalesforceSimulator;

namespace Connector.Tests.Queues;

/// <summary>HTTP in front of the queue: 202, and the result later, as the direct call would have given it.</summary>
public sealed class RespondAsyncTests(AzuriteFixture azurite)
{
    private const string Account = "001Dn0000070000IAA";

    private static readonly (string, string) Async = ("Prefer", "respond-async");
    private static readonly object Query = new { soqlQuery = "SELECT Id, Name FROM Account ORDER BY Name LIMIT 3" };
    private static readonly object Create = new { objectType = "Account", fields = new { Name = "Acme" } };

    [Fact]
    public async Task The_result_has_status_headers_and_body_of_the_direct_call()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["Query"]);

        var accepted = await app.PostAsync("query", Query, Async);
        var result = await app.FetchResultAsync(accepted);
        var direct = await app.PostAsync("query", Query);

        accepted.Status.ShouldBe(HttpStatusCode.Accepted, accepted.Body);
        accepted.Headers["Location"].ShouldBe($"/api/results/{accepted.Json["correlationId"]}");
        accepted.Headers["Retry-After"].ShouldBe("2");
        result.Status.ShouldBe(direct.Status, result.Body);
        result.Body.ShouldBe(direct.Body);
        result.Headers["Content-Type"].ShouldBe(direct.Headers["Content-Type"]);
        (await app.Queues.CountAsync("salesforce-results")).ShouldBe(0);
    }

    [Fact]
    public async Task Until_the_result_is_there_the_answer_is_202()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["Query"]);
        app.Org.AddFaults(new FaultRule { Path = "/services/data/*", DelayMs = 2_000, Times = 1 });

        var accepted = await app.PostAsync("query", Query, Async);
        var early = await app.GetAsync(accepted.Headers["Location"]);

        early.Status.ShouldBe(HttpStatusCode.Accepted);
        early.Headers["Location"].ShouldBe(accepted.Headers["Location"]);
        early.Headers.ShouldContainKey("Retry-After");
        (await app.FetchResultAsync(accepted)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_same_idempotency_key_is_the_same_request()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["CreateRecord"]);
        var before = app.Org.Stats.Records["Account"];

        var first = await app.PostAsync("records/create", Create, Async, ("Idempotency-Key", "\"order-1\""));
        var second = await app.PostAsync("records/create", Create, Async, ("Idempotency-Key", "order-1"));
        var result = await app.FetchResultAsync(first);
        var third = await app.PostAsync("records/create", Create, Async, ("Idempotency-Key", "order-1"));

        foreach (var accepted in new[] { first, second, third })
        {
            accepted.Status.ShouldBe(HttpStatusCode.Accepted, accepted.Body);
            accepted.Headers["Location"].ShouldBe("/api/results/order-1");
        }

        (await app.FetchResultAsync(third)).Body.ShouldBe(result.Body);
        app.Org.Stats.Records["Account"].ShouldBe(before + 1);
    }

    [Fact]
    public async Task The_same_key_with_another_payload_is_422()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["CreateRecord"]);

        await app.PostAsync("records/create", Create, Async, ("Idempotency-Key", "order-1"));
        var other = new { objectType = "Account", fields = new { Name = "Other" } };

        (await app.PostAsync("records/create", other, Async, ("Idempotency-Key", "order-1"))).ShouldBeProblem(422, "CORRELATION_ID_REUSED");
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("a b")]
    public async Task A_key_that_does_not_fit_in_a_URL_is_refused(string key)
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["Query"]);

        (await app.PostAsync("query", Query, Async, ("Idempotency-Key", key))).ShouldBeProblem(400, "INVALID_HEADER");
    }

    [Fact]
    public async Task A_failure_is_the_problem_of_the_direct_call()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["CreateRecord"]);
        var payload = new { objectType = "Account", fields = new { } };

        var result = await app.FetchResultAsync(await app.PostAsync("records/create", payload, Async));
        var direct = await app.PostAsync("records/create", payload);

        result.ShouldBeProblem(400, "REQUIRED_FIELD_MISSING");
        result.Body.ShouldBe(direct.Body);
    }

    [Fact]
    public async Task A_representation_can_be_asked_for_too()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["UpdateRecord"]);
        var payload = new { objectType = "Account", objectId = Account, fields = new { Phone = "1" } };

        var plain = await app.FetchResultAsync(await app.PostAsync("records/update", payload, Async));
        var represented = await app.FetchResultAsync(
            await app.PostAsync("records/update", payload, ("Prefer", "respond-async, return=representation")));

        plain.Status.ShouldBe(HttpStatusCode.NoContent);
        represented.Status.ShouldBe(HttpStatusCode.OK);
        ((string?)represented.Json["id"]).ShouldBe(Account);
        represented.Headers["Content-Type"].ShouldBe("application/json;charset=UTF-8");
        represented.Headers["Preference-Applied"].ShouldBe("return=representation");
    }

    [Fact]
    public async Task A_large_body_streams_from_its_blob()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["Query"]);
        app.Org.Fill("Account", 20, descriptionLength: 100_000);
        var payload = new { soqlQuery = "SELECT Id, Description FROM Account WHERE External_Id__c LIKE 'FILL-%'" };

        var result = await app.FetchResultAsync(await app.PostAsync("query", payload, Async));

        result.Status.ShouldBe(HttpStatusCode.OK);
        result.Body.ShouldBe((await app.PostAsync("query", payload)).Body);
    }

    [Fact]
    public async Task What_is_wrong_with_a_payload_is_said_at_once()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["Query"]);

        (await app.PostAsync("query", "{}", Async)).ShouldBeProblem(400, "MISSING_MEMBER");
        (await app.PostAsync("query", new { soqlQuery = "x", baseUrl = "https://other.my.salesforce.com" }, Async)).ShouldBeProblem(400, "UNKNOWN_ORG");
        (await app.PostAsync("query", new { soqlQuery = "x", authentication = new { type = "bearer", token = "abc" } }, Async))
            .ShouldBeProblem(400, "INVALID_MEMBER");
        (await app.PostAsync("query", new { soqlQuery = new string('x', 70_000) }, Async)).ShouldBeProblem(413, "PAYLOAD_TOO_LARGE");
        (await app.Queues.CountAsync("salesforce-query")).ShouldBe(0);
    }

    [Theory]
    [InlineData("{\"soqlQuery\":\"SELECT Id FROM Account LIMIT 1\"}\n")]
    [InlineData(" \t{\r\n  \"soqlQuery\": \"SELECT Id FROM Account LIMIT 1\"\r\n}\r\n ")]
    [InlineData("\uFEFF{\"soqlQuery\":\"SELECT Id FROM Account LIMIT 1\"}")]
    public async Task White_space_that_changes_on_the_way_changes_nothing(string payload)
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["Query"]);

        var result = await app.FetchResultAsync(await app.PostAsync("query", payload, Async));

        result.Status.ShouldBe(HttpStatusCode.OK, result.Body);
    }

    [Fact]
    public async Task What_a_queue_would_not_take_is_not_accepted()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["CreateRecord"]);
        var deep = string.Concat(Enumerable.Repeat("[", 62)) + string.Concat(Enumerable.Repeat("]", 62));

        (await app.PostAsync("records/create", $$"""{"objectType":"Account","fields":{"a":{{deep}}} }""", Async)).ShouldBeProblem(400, "INVALID_JSON");
    }

    [Fact]
    public async Task An_id_that_came_by_queue_and_fits_in_no_URL_has_no_result_here()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["CreateRecord"]);
        await app.Queues.SendAsync(
            "salesforce-create-record", """{"correlationId":"Bestellung Ü1","payload":{"objectType":"Account","fields":{"Name":"Acme"}}}""");
        await app.Queues.ReceiveResultAsync("Bestellung Ü1");

        (await app.GetAsync("/api/results/Bestellung%20%C3%9C1")).ShouldBeProblem(404, "RESULT_NOT_FOUND");
    }

    [Fact]
    public async Task There_is_no_result_under_a_key_that_nothing_was_accepted_under()
    {
        await using var app = await azurite.StartAppAsync(listensTo: []);

        var reply = await app.GetAsync("/api/results/nothing");

        reply.ShouldBeProblem(404, "RESULT_NOT_FOUND");
        ((string?)reply.Problem["type"]).ShouldBe("urn:salesforce-connector:problem:result-not-found");
        reply.Headers.ShouldContainKey("x-correlation-id");
    }

    [Fact]
    public async Task A_storage_that_does_not_answer_is_503()
    {
        // Without an account the app's storage is where nothing listens.
        await using var app = await ConnectorApp.StartAsync(new Dictionary<string, string?>
        {
            ["Storage"] = "DefaultEndpointsProtocol=http;AccountName=nobody;AccountKey=bm9ib2R5;"
                + "QueueEndpoint=http://127.0.0.1:9/nobody;BlobEndpoint=http://127.0.0.1:9/nobody;TableEndpoint=http://127.0.0.1:9/nobody",
        });

        (await app.GetAsync("/api/results/order-1")).ShouldBeProblem(503, "STORAGE_UNAVAILABLE", retryable: true);
    }

    [Fact]
    public async Task A_message_of_an_accepted_request_that_is_refused_later_has_its_problem_as_its_result()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["Query"]);

        await app.Queues.SendAsync("salesforce-query", """{"correlationId":"order-1","respondAsync":true,"payload":{}}""");

        Reply? fetched = null;
        await QueueDriver.WaitAsync(
            async () => (fetched = await app.GetAsync("/api/results/order-1")).Status == HttpStatusCode.BadRequest, () => $"the problem, not {fetched?.Body}");
        fetched!.ShouldBeProblem(400, "MISSING_MEMBER");
    }

    [Fact]
    public async Task A_result_is_gone_when_its_time_is_over()
    {
        var clock = new Later();
        await using var app = await azurite.StartAppAsync(new Dictionary<string, string?> { ["Queues__ResultLifetime"] = "01:00:00" }, clock, listensTo: ["Query"]);

        var accepted = await app.PostAsync("query", Query, Async);
        (await app.FetchResultAsync(accepted)).Status.ShouldBe(HttpStatusCode.OK);
        clock.Advance(TimeSpan.FromMinutes(59));
        (await app.GetAsync(accepted.Headers["Location"])).Status.ShouldBe(HttpStatusCode.OK);
        clock.Advance(TimeSpan.FromMinutes(2));

        (await app.GetAsync(accepted.Headers["Location"])).ShouldBeProblem(404, "RESULT_NOT_FOUND");
    }

    /// <summary>The clock, put forward.</summary>
    private sealed class Later : TimeProvider
    {
        private long _ticks;

        public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _ticks));
    }
}
