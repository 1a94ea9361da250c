using System.Net;
using Connector.Tests.Drivers;
using SalesforceSimulator;

namespace Connector.Tests.Hosting;

/// <summary>A status of success is none if the body is not the operation's.</summary>
public sealed class UnexpectedReplyTests(AzuriteFixture azurite)
{
    private const string Calls = "/services/data/*";
    private const string Html = "<html>down</html>";
    private const string Id = "001Dn0000070000IAA";

    private static readonly (string Route, object Payload, Kind Kind)[] Operations =
    [
        ("query", new { soqlQuery = "SELECT Id FROM Account" }, Kind.Read),
        ("query", new { soqlQuery = "SELECT Id FROM Account", fetchAll = true }, Kind.Read),
        ("query", new { soqlQuery = "SELECT Id FROM Account" + new string(' ', 20_000) }, Kind.Read),
        ("query/page", new { nextRecordsUrl = "/services/data/v67.0/query/01gDn0000070000IAA-2000" }, Kind.Read),
        ("search", new { soslSearch = "FIND {x}" }, Kind.Read),
        ("records/get", new { objectType = "Account", objectId = Id }, Kind.Read),
        ("records/get", new { objectType = "Account", objectId = Id, relationshipFieldName = "Contacts" }, Kind.Read),
        ("collections/get", new { objectType = "Account", objectIds = new[] { Id }, fields = new[] { "Id" } }, Kind.Read),
        ("composite", new { compositeRequest = new[] { new { method = "GET", url = "/services/data/v67.0/limits", referenceId = "r" } } }, Kind.Read),
        ("describe", new { }, Kind.Read),
        ("limits", new { }, Kind.Read),
        ("actions", new { type = "apex", name = "X", inputs = new[] { new { } } }, Kind.Write),
        ("actions", new { type = "quick", name = "X", inputs = new[] { new { } } }, Kind.Write),
        ("approvals", new { requests = new[] { new { actionType = "Submit", contextId = Id } } }, Kind.Write),
        ("describe", new { actionType = "flow" }, Kind.Read),
        ("records/create", new { objectType = "Account", fields = new { Name = "x" } }, Kind.Write),
        ("records/update", new { objectType = "Account", externalIdField = "External_Id__c", externalId = "x", fields = new { Name = "x" } }, Kind.Write),
        ("collections/create", new { objectType = "Account", records = new[] { new { Name = "x" } } }, Kind.Write),
        ("collections/update", new { objectType = "Account", records = new[] { new { Id } } }, Kind.Write),
        ("collections/delete", new { objectIds = new[] { Id } }, Kind.Write),
        ("composite", new { compositeRequest = new[] { new { method = "DELETE", url = $"/services/data/v67.0/sobjects/Account/{Id}", referenceId = "r" } } }, Kind.Write),
        ("records/create", new { objectType = "Account", externalIdField = "External_Id__c", fields = new { External_Id__c = "x" } }, Kind.Upsert),
        ("records/upsert", new { objectType = "Account", externalIdField = "External_Id__c", externalId = "x", fields = new { Name = "x" } }, Kind.Upsert),
        ("collections/upsert", new { objectType = "Account", externalIdField = "External_Id__c", records = new[] { new { External_Id__c = "x" } } }, Kind.Upsert),
    ];

    // Salesforce answers these with nothing at all.
    private static readonly (string Route, object Payload, Kind Kind)[] Silent =
    [
        ("records/update", new { objectType = "Account", objectId = Id, fields = new { BillingCity = "x" } }, Kind.Write),
        ("records/delete", new { objectType = "Account", objectId = Id }, Kind.Write),
    ];

    private enum Kind
    {
        Read,
        Write,
        Upsert,
    }

    [Theory]
    [InlineData(200, Html, null)]
    [InlineData(200, "", null)]
    [InlineData(200, " \r\n", "application/json")]
    [InlineData(204, null, null)]
    [InlineData(200, "\"text\"", "application/json")]
    [InlineData(200, "{\"totalSize\":1,\"records\":[", "application/json")]
    [InlineData(200, "{}}", "application/json")]
    [InlineData(201, "{}", "text/html")]
    [InlineData(200, "[]", "application/xml")]
    public async Task A_success_without_the_JSON_that_the_operation_returns_is_none(int status, string? body, string? contentType)
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = Calls, Status = status, Body = body, ContentType = contentType });

        foreach (var operation in status == 204 ? Operations : [.. Operations, .. Silent])
        {
            await ShouldBeNoAnswerAsync(app, operation);
        }
    }

    [Theory]
    [InlineData(Html, "text/html", "its body of the type \"text/html\" is something else")]
    [InlineData(Html, "", "its body of the type \"\" is something else")]
    [InlineData("", "application/json", "its body is empty")]
    public async Task What_came_instead_is_told(string body, string contentType, string words)
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = Calls, Status = 200, Body = body, ContentType = contentType });

        ((string?)(await app.PostAsync("records/create", new { objectType = "Account", fields = new { Name = "x" } })).Json["detail"]).ShouldNotBeNull().ShouldContain(words);
    }

    [Theory]
    [InlineData("[]", "query", "records/create", "limits", "records/upsert")]
    [InlineData("{}", "collections/get", "collections/create", "collections/upsert")]
    public async Task An_array_is_no_object_and_an_object_no_array(string body, params string[] routes)
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = Calls, Status = 200, Body = body });

        foreach (var operation in Operations.Where(operation => routes.Contains(operation.Route)))
        {
            await ShouldBeNoAnswerAsync(app, operation);
        }
    }

    [Fact]
    public async Task A_body_where_none_is_due_is_no_answer_either()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = Calls, Status = 200, Body = "{}" });

        foreach (var operation in Silent)
        {
            await ShouldBeNoAnswerAsync(app, operation);
        }
    }

    [Fact]
    public async Task A_read_passes_when_the_page_in_between_has_gone()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = Calls, Status = 200, Body = Html, Times = 3 });

        (await app.PostAsync("limits", "{}")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_large_page_of_something_else_is_no_answer()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = Calls, Status = 200, Body = Html + new string('x', 300_000) });

        await ShouldBeNoAnswerAsync(app, Operations[0]);
    }

    [Theory]
    [InlineData(45, 204)]
    [InlineData(46, 502)]
    public async Task An_upsert_that_updates_has_no_body_up_to_v45(int version, int status)
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = Calls, Status = 204 });

        var reply = await app.PostAsync(
            "records/upsert",
            new { apiVersion = $"v{version}.0", objectType = "Account", externalIdField = "External_Id__c", externalId = "x", fields = new { Name = "x" } });

        ((int)reply.Status).ShouldBe(status, reply.Body);
    }

    [Fact]
    public async Task On_a_queue_it_is_no_success_that_is_kept()
    {
        await using var app = await azurite.StartAppAsync(new Dictionary<string, string?> { ["Queues__FirstRetryDelay"] = "00:00:01" }, listensTo: ["CreateRecord", "Limits"]);
        app.Org.AddFaults(
            new FaultRule { Method = "POST", Path = Calls, Status = 200, Body = Html },
            // The four attempts of the first delivery.
            new FaultRule { Method = "GET", Path = Calls, Status = 200, Body = Html, Times = 4 });

        await app.Queues.SendAsync("salesforce-create-record", """{"correlationId":"write","payload":{"objectType":"Account","fields":{"Name":"x"}}}""");
        await app.Queues.SendAsync("salesforce-limits", """{"correlationId":"read","payload":{}}""");
        var async = await app.PostAsync("records/create", """{"objectType":"Account","fields":{"Name":"x"}}""", ("Prefer", "respond-async"));
        var write = await app.Queues.ReceiveResultAsync("write");
        var read = await app.Queues.ReceiveResultAsync("read");

        ((int?)write["status"]).ShouldBe(502, write.ToJsonString());
        ((string?)write["error"]!["errorCode"]).ShouldBe("SALESFORCE_UNEXPECTED_REPLY");
        ((bool?)write["error"]!["outcomeUnknown"]).ShouldBe(true);
        ((int?)read["status"]).ShouldBe(200, read.ToJsonString());
        ((int?)read["attempts"]).ShouldBe(2);
        // The same request again has the same answer: what is kept under its key is not tried again.
        (await app.FetchResultAsync(async)).ShouldBeProblem(502, "SALESFORCE_UNEXPECTED_REPLY", outcomeUnknown: true);
    }

    private static async Task ShouldBeNoAnswerAsync(ConnectorApp app, (string Route, object Payload, Kind Kind) operation)
    {
        var before = app.Calls.Count;

        var reply = await app.PostAsync(operation.Route, operation.Payload);

        ((int)reply.Status).ShouldBe(502, $"{operation.Route} {operation.Payload}: {reply.Body}");
        reply.ShouldBeProblem(502, "SALESFORCE_UNEXPECTED_REPLY", retryable: true, outcomeUnknown: operation.Kind != Kind.Read);
        (app.Calls.Count - before).ShouldBe(operation.Kind == Kind.Write ? 1 : 4, $"{operation.Route} {operation.Payload}");
    }
}
