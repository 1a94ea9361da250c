using System.Net;
using Connector.Tests.Drivers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using SalesforceConnector.Triggers.Http;

namespace Connector.Tests.Queues;

/// <summary>An id that a caller gives its request is used, or refused; never replaced by another one.</summary>
public sealed class CallerIdTests(AzuriteFixture azurite)
{
    private static readonly object Create = new { objectType = "Account", fields = new { Name = "Acme" } };
    private static readonly object ByExternalId = new { objectType = "Account", externalIdField = "External_Id__c", fields = new { Name = "Acme" } };

    public static TheoryData<string, string> Unfit =>
        new()
        {
            { "x-correlation-id", "order 4711" },
            { "x-correlation-id", "order\t4711" },
            { "x-correlation-id", new string('x', 129) },
            { "x-correlation-id", "" },
            { "Idempotency-Key", "" },
            { "Idempotency-Key", "\"\"" },
            { "Idempotency-Key", "order 4711" },
            { "Idempotency-Key", new string('x', 129) },
        };

    [Theory]
    [MemberData(nameof(Unfit))]
    public async Task One_that_cannot_be_used_is_refused_by_name(string header, string value)
    {
        await using var app = await ConnectorApp.StartAsync();

        var reply = await app.PostAsync("records/create", Create, (header, value));

        ((string?)reply.ShouldBeProblem(400, "INVALID_HEADER")["detail"]).ShouldNotBeNull().ShouldContain(header);
        reply.Headers.ShouldContainKey("x-correlation-id");
        app.Org.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("x-correlation-id")]
    [InlineData("Idempotency-Key")]
    public async Task Two_are_none(string header)
    {
        await using var app = await ConnectorApp.StartAsync();

        (await app.PostAsync("records/create", Create, (header, "order-1"), (header, "order-2"))).ShouldBeProblem(400, "INVALID_HEADER");
        app.Org.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_create_by_external_id_without_any_id_is_refused()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["CreateRecord"]);

        var direct = await app.PostAsync("records/create", ByExternalId);
        var accepted = await app.PostAsync("records/create", ByExternalId, ("Prefer", "respond-async"));

        foreach (var reply in new[] { direct, accepted })
        {
            ((string?)reply.ShouldBeProblem(400, "MISSING_MEMBER")["errors"]![0]!["fields"]![0]).ShouldBe("fields.External_Id__c");
        }

        app.Org.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("x-correlation-id", false)]
    [InlineData("x-correlation-id", true)]
    [InlineData("Idempotency-Key", false)]
    [InlineData("Idempotency-Key", true)]
    public async Task The_callers_id_becomes_the_external_id(string header, bool respondAsync)
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["CreateRecord"]);

        var reply = respondAsync
            ? await app.FetchResultAsync(await app.PostAsync("records/create", ByExternalId, (header, "order-4711"), ("Prefer", "respond-async")))
            : await app.PostAsync("records/create", ByExternalId, (header, "order-4711"));

        reply.Status.ShouldBe(HttpStatusCode.Created, reply.Body);
        app.LastCall.Path.ShouldEndWith("/External_Id__c/order-4711");
    }

    [Fact]
    public async Task A_correlation_id_is_no_address_of_a_result()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["CreateRecord"]);

        var accepted = await app.PostAsync("records/create", Create, ("x-correlation-id", "order-4711"), ("Prefer", "respond-async"));

        accepted.Status.ShouldBe(HttpStatusCode.Accepted, accepted.Body);
        Guid.TryParse(accepted.Headers["Location"].Split('/')[^1], out _).ShouldBeTrue();
        (await app.FetchResultAsync(accepted)).Status.ShouldBe(HttpStatusCode.Created);
        (await app.GetAsync("/api/results/order-4711")).ShouldBeProblem(404, "RESULT_NOT_FOUND");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("order-4711")]
    public async Task Every_reply_about_an_accepted_request_has_the_id_that_its_log_has(string? key)
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["CreateRecord", "GetRecord"]);
        (string, string)[] headers = [("x-correlation-id", "caller-1"), .. key is null ? Array.Empty<(string, string)>() : [("Idempotency-Key", key)]];

        var waited = await app.PostAsync("records/create", Create, [.. headers, ("Prefer", "respond-async, wait=60")]);
        var refused = await app.PostAsync("records/get", new { objectType = "Account", objectId = "001Dn0000099999IAA" }, ("Prefer", "respond-async, wait=60"));
        var accepted = await app.PostAsync("records/create", Create, ("Prefer", "respond-async"));
        var fetched = await app.FetchResultAsync(accepted);

        waited.Status.ShouldBe(HttpStatusCode.Created, waited.Body);
        refused.Status.ShouldBe(HttpStatusCode.NotFound, refused.Body);
        fetched.Headers["x-correlation-id"].ShouldBe(accepted.Headers["x-correlation-id"]);
        if (key is not null)
        {
            waited.Headers["x-correlation-id"].ShouldBe(key);
        }

        foreach (var reply in new[] { waited, refused, fetched })
        {
            // The line of the attempt from the queue, and that of the reply.
            app.Log.Lines($"{reply.Headers["x-correlation-id"]}: {(int)reply.Status}").Count.ShouldBeGreaterThanOrEqualTo(2, $"{reply.Status}");
        }
    }

    [Theory]
    [InlineData("x-correlation-id")]
    [InlineData("Idempotency-Key")]
    public void Two_headers_of_one_name_are_refused(string header)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers[header] = new StringValues(["order-1", "order-2"]);

        var refusal = RequestIds.Read(context.Request).Refusal.ShouldNotBeNull();

        (refusal.Status, refusal.ErrorCode).ShouldBe((400, "INVALID_HEADER"));
        refusal.Detail.ShouldStartWith($"The header {header} must occur at most once");
    }

    [Fact]
    public async Task Results_of_queue_messages_and_of_direct_calls_are_not_served()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["CreateRecord"]);

        await app.Queues.SendAsync(
            "salesforce-create-record", """{"correlationId":"order-1","payload":{"objectType":"Account","fields":{"Name":"Acme"}}}""");
        await app.Queues.ReceiveResultAsync("order-1");
        (await app.PostAsync("records/create", Create, ("Idempotency-Key", "order-2"))).Status.ShouldBe(HttpStatusCode.Created);

        (await app.GetAsync("/api/results/order-1")).ShouldBeProblem(404, "RESULT_NOT_FOUND");
        (await app.GetAsync("/api/results/order-2")).ShouldBeProblem(404, "RESULT_NOT_FOUND");
    }
}
