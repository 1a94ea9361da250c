using System.Net;
using Connector.Tests.Drivers;
using SalesforceSimulator;

namespace Connector.Tests.Queues;

/// <summary>A write over HTTP that has an idempotency key is done once, and answered the same each time.</summary>
public sealed class IdempotencyKeyTests(AzuriteFixture azurite)
{
    private const string Calls = "/services/data/*";

    private static readonly (string, string) Key = ("Idempotency-Key", "\"order-1\"");
    private static readonly object Create = new { objectType = "Account", fields = new { Name = "Acme" } };

    [Fact]
    public async Task The_same_key_gets_the_status_and_the_body_of_the_first_call()
    {
        await using var app = await azurite.StartAppAsync(listensTo: []);
        var before = app.Org.Stats.Records["Account"];

        var first = await app.PostAsync("records/create", Create, Key);
        var second = await app.PostAsync("records/create", Create, ("Idempotency-Key", "order-1"));

        first.Status.ShouldBe(HttpStatusCode.Created, first.Body);
        second.Status.ShouldBe(first.Status);
        second.Body.ShouldBe(first.Body);
        second.Headers["Location"].ShouldBe(first.Headers["Location"]);
        second.Headers["Content-Type"].ShouldBe(first.Headers["Content-Type"]);
        app.Org.Stats.Records["Account"].ShouldBe(before + 1);
        app.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task While_the_first_call_runs_the_same_key_is_a_conflict()
    {
        await using var app = await azurite.StartAppAsync(listensTo: []);
        app.Org.AddFaults(new FaultRule { Path = Calls, DelayMs = 2_000, Times = 1 });

        var first = app.PostAsync("records/create", Create, Key);
        await ManualTime.UntilAsync(() => app.Calls.Count == 1);
        var second = await app.PostAsync("records/create", Create, Key);

        second.Status.ShouldBe(HttpStatusCode.Conflict, second.Body);
        ((string?)second.Problem["errorCode"]).ShouldBe("IN_PROGRESS");
        ((bool?)second.Problem["retryable"]).ShouldBe(true);
        second.Headers.ShouldContainKey("Retry-After");
        (await first).Status.ShouldBe(HttpStatusCode.Created);
        app.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_same_key_with_another_payload_is_refused()
    {
        await using var app = await azurite.StartAppAsync(listensTo: []);

        await app.PostAsync("records/create", Create, Key);
        var other = await app.PostAsync("records/create", new { objectType = "Account", fields = new { Name = "Other" } }, Key);

        other.ShouldBeProblem(422, "CORRELATION_ID_REUSED");
        app.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_failure_that_is_final_is_kept_and_one_that_is_not_is_tried_again()
    {
        await using var app = await azurite.StartAppAsync(new Dictionary<string, string?> { ["Salesforce__MaxRetries"] = "0" }, listensTo: []);
        var refused = new { objectType = "Account", fields = new { } };
        app.Org.AddFaults(new FaultRule { Path = Calls, Status = 503, ErrorCode = "SERVER_UNAVAILABLE", Message = "m", Times = 1 });

        (await app.PostAsync("records/create", Create, Key)).ShouldBeProblem(503, "SERVER_UNAVAILABLE", retryable: true);
        (await app.PostAsync("records/create", Create, Key)).Status.ShouldBe(HttpStatusCode.Created);
        var first = await app.PostAsync("records/create", refused, ("Idempotency-Key", "order-2"));
        var calls = app.Calls.Count;
        var second = await app.PostAsync("records/create", refused, ("Idempotency-Key", "order-2"));

        first.ShouldBeProblem(400, "REQUIRED_FIELD_MISSING");
        second.Body.ShouldBe(first.Body);
        app.Calls.Count.ShouldBe(calls);
    }

    [Fact]
    public async Task A_create_of_unknown_outcome_is_not_done_again()
    {
        await using var app = await azurite.StartAppAsync(listensTo: []);
        var before = app.Org.Stats.Records["Account"];
        app.Org.AddFaults(new FaultRule { Path = Calls, Reset = true, AfterExecution = true, Times = 1 });

        var first = await app.PostAsync("records/create", Create, Key);
        var second = await app.PostAsync("records/create", Create, Key);

        first.ShouldBeProblem(502, "SALESFORCE_BROKEN_REPLY", outcomeUnknown: true);
        second.Body.ShouldBe(first.Body);
        app.Org.Stats.Records["Account"].ShouldBe(before + 1);
    }

    [Theory]
    [InlineData("records/upsert")]
    [InlineData("collections/upsert")]
    [InlineData("apex")]
    public async Task After_an_unknown_outcome_a_refusal_under_the_same_key_does_not_say_that_nothing_happened(string route)
    {
        await using var app = await azurite.StartAppAsync(new Dictionary<string, string?> { ["Salesforce__MaxRetries"] = "0" }, listensTo: []);
        object payload = route switch
        {
            "apex" => new { method = "PUT", path = "orders/4711", body = new { amount = 1 }, repeatable = true },
            "records/upsert" => new { objectType = "Account", externalIdField = "External_Id__c", externalId = "U-1", fields = new { Name = "Acme" } },
            _ => new { objectType = "Account", externalIdField = "External_Id__c", records = new[] { new { External_Id__c = "U-1", Name = "Acme" } } },
        };
        app.Org.AddFaults(
            new FaultRule { Method = route == "apex" ? "PUT" : "PATCH", Reset = true, AfterExecution = true, Times = 1 },
            new FaultRule { Method = route == "apex" ? "PUT" : "PATCH", Status = 400, ErrorCode = "FIELD_CUSTOM_VALIDATION_EXCEPTION", Message = "No.", Times = 1 });

        var first = await app.PostAsync(route, payload, Key);
        var second = await app.PostAsync(route, payload, Key);

        first.ShouldBeProblem(502, "SALESFORCE_BROKEN_REPLY", retryable: true, outcomeUnknown: true);
        second.ShouldBeProblem(502, "FIELD_CUSTOM_VALIDATION_EXCEPTION", outcomeUnknown: true);
        app.Calls.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_kept_result_whose_body_is_lost_does_not_say_that_nothing_happened()
    {
        var account = await azurite.TakeAccountAsync();
        await using var app = await ConnectorApp.StartAsync(storage: account, listensTo: []);
        var create = new
        {
            records = Enumerable.Range(0, 2_000).Select(i => new { attributes = new { type = "Account" }, Name = $"Account {i}" }).ToArray(),
        };
        (await app.PostAsync("collections/create", create, Key)).Status.ShouldBe(HttpStatusCode.OK);
        var calls = app.Calls.Count;
        await new Azure.Storage.Blobs.BlobContainerClient(account.ConnectionString, "salesforce-results")
            .DeleteAsync(cancellationToken: TestContext.Current.CancellationToken);

        (await app.PostAsync("collections/create", create, Key)).ShouldBeProblem(502, "STORAGE_UNAVAILABLE", retryable: true, outcomeUnknown: true);
        app.Calls.Count.ShouldBe(calls);
    }

    [Fact]
    public async Task A_caller_that_has_gone_finds_its_result_when_it_comes_back()
    {
        await using var app = await azurite.StartAppAsync(listensTo: []);
        var before = app.Org.Stats.Records["Account"];
        app.Org.AddFaults(new FaultRule { Path = Calls, DelayMs = 1_000, Times = 1 });

        using (var request = new HttpRequestMessage(HttpMethod.Post, "records/create"))
        using (var gone = new CancellationTokenSource())
        {
            request.Content = new StringContent("""{"objectType":"Account","fields":{"Name":"Acme"}}""");
            request.Headers.Add("Idempotency-Key", "order-1");
            var call = app.Client.SendAsync(request, gone.Token);
            await ManualTime.UntilAsync(() => app.Calls.Count == 1);
            await gone.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(call);
        }

        Reply? again = null;
        await QueueDriver.WaitAsync(
            async () => (again = await app.PostAsync("records/create", Create, ("Idempotency-Key", "order-1"))).Status != HttpStatusCode.Conflict,
            () => "the end of the first call");

        again!.Status.ShouldBe(HttpStatusCode.Created, again.Body);
        app.Org.Stats.Records["Account"].ShouldBe(before + 1);
    }

    [Fact]
    public async Task The_result_of_a_direct_call_can_be_fetched_when_the_request_is_sent_again_with_respond_async()
    {
        await using var app = await azurite.StartAppAsync(listensTo: []);
        var direct = await app.PostAsync("records/create", Create, Key);

        var fetched = await app.FetchResultAsync(await app.PostAsync("records/create", Create, Key, ("Prefer", "respond-async")));

        fetched.Status.ShouldBe(HttpStatusCode.Created, fetched.Body);
        fetched.Body.ShouldBe(direct.Body);
        app.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_representation_is_kept_too()
    {
        await using var app = await azurite.StartAppAsync(listensTo: []);
        var update = new { objectType = "Account", objectId = "001Dn0000070000IAA", fields = new { Phone = "1" } };

        var first = await app.PostAsync("records/update", update, Key, ("Prefer", "return=representation"));
        var second = await app.PostAsync("records/update", update, Key, ("Prefer", "return=representation"));

        first.Status.ShouldBe(HttpStatusCode.OK, first.Body);
        second.Body.ShouldBe(first.Body);
        app.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_read_is_not_kept_and_needs_no_storage()
    {
        // Without an account, nothing listens where the storage should be.
        await using var app = await ConnectorApp.StartAsync();

        (await app.PostAsync("query", new { soqlQuery = "SELECT Id FROM Account LIMIT 1" }, Key)).Status.ShouldBe(HttpStatusCode.OK);
        (await app.PostAsync("query", new { soqlQuery = "SELECT Id FROM Account LIMIT 2" }, Key)).Status.ShouldBe(HttpStatusCode.OK);
        (await app.PostAsync("records/create", Create)).Status.ShouldBe(HttpStatusCode.Created);
    }
}
