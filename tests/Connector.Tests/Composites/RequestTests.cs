using System.Net;
using Connector.Tests.Drivers;
using SalesforceSimulator;

namespace Connector.Tests.Composites;

public sealed class RequestTests(AzuriteFixture azurite)
{
    private const string Data = "/services/data/**";

    [Fact]
    public async Task A_tree_of_records_is_created_and_one_at_fault_is_told()
    {
        await using var app = await ConnectorApp.StartAsync();
        static object Tree(string? name) => new
        {
            method = "POST",
            path = "composite/tree/Account",
            body = new { records = new[] { new { attributes = new { type = "Account", referenceId = "a" }, Name = name, Contacts = new { records = new[] { new { attributes = new { type = "Contact", referenceId = "c" }, LastName = "Levy" } } } } } },
        };

        var reply = await app.PostAsync("request", Tree("Acme"));
        var problem = (await app.PostAsync("request", Tree(null))).ShouldBeProblem(400, "REQUIRED_FIELD_MISSING");

        reply.Status.ShouldBe(HttpStatusCode.Created, reply.Body);
        reply.Json["results"]!.AsArray().Select(result => (string?)result!["referenceId"]).ShouldBe(["a", "c"]);
        ((string?)problem["response"]!["results"]![0]!["referenceId"]).ShouldBe("a");
        ((string?)problem["errors"]![0]!["fields"]![0]).ShouldBe("Name");
    }

    [Fact]
    public async Task Graphs_are_done_as_a_whole_or_not_at_all()
    {
        await using var app = await ConnectorApp.StartAsync();
        static object Graph(string id, object contact) => new
        {
            graphId = id,
            compositeRequest = new object[]
            {
                new { method = "POST", url = "/services/data/v67.0/sobjects/Account", referenceId = "account", body = new { Name = id } },
                new { method = "POST", url = "/services/data/v67.0/sobjects/Contact", referenceId = "contact", body = contact },
            },
        };

        var reply = await app.PostAsync("request", new
        {
            method = "POST",
            path = "composite/graph",
            body = new { graphs = new[] { Graph("good", new { LastName = "Levy", AccountId = "@{account.id}" }), Graph("bad", new { }) } },
        });

        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Body);
        reply.Json["graphs"]!.AsArray().Select(graph => (bool?)graph!["isSuccessful"]).ShouldBe([true, false]);
        var names = await app.PostAsync("query", new { soqlQuery = "SELECT Name FROM Account WHERE Name IN ('good','bad')" });
        names.Json["records"]!.AsArray().Select(record => (string?)record!["Name"]).ShouldBe(["good"]);
    }

    [Fact]
    public async Task Updated_and_deleted_records_are_listed()
    {
        await using var app = await ConnectorApp.StartAsync();
        var id = (string?)(await app.PostAsync("records/create", new { objectType = "Account", fields = new { Name = "Changed" } })).Json["id"];
        var now = TimeProvider.System.GetUtcNow();
        var span = new { start = $"{now.AddHours(-1):yyyy-MM-ddTHH:mm:ssZ}", end = $"{now.AddMinutes(2):yyyy-MM-ddTHH:mm:ssZ}" };

        var updated = await app.PostAsync("request", new { method = "GET", path = "sobjects/Account/updated/", query = span });
        await app.PostAsync("records/delete", new { objectType = "Account", objectId = id });
        var deleted = await app.PostAsync("request", new { method = "GET", path = "/services/data/v67.0/sobjects/Account/deleted?start=" + Uri.EscapeDataString(span.start), query = new { span.end } });

        updated.Json["ids"]!.AsArray().Select(one => (string?)one).ShouldBe([id]);
        deleted.Json["deletedRecords"]!.AsArray().Select(one => (string?)one!["id"]).ShouldBe([id]);
    }

    [Theory]
    [InlineData("text/csv", "a,b\n", 200, true)]
    [InlineData("application/octetstream", "\u0001", 200, true)]
    [InlineData("text/html", "<html>", 200, false)]
    [InlineData("TEXT/HTML", "<html>", 200, false)]
    [InlineData("application/xhtml+xml", "<html>", 200, false)]
    [InlineData("Application/XHTML+XML", "<html>", 200, false)]
    [InlineData("Application/JSON", "[1]", 201, true)]
    [InlineData("Application/JSON", "{", 200, false)]
    [InlineData("application/json", "[1]", 201, true)]
    [InlineData("application/json", "{", 200, false)]
    [InlineData("application/json", "", 200, false)]
    public async Task A_success_is_JSON_or_another_type_but_no_page(string type, string body, int status, bool passes)
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = Data, Status = status, Body = body, ContentType = type });

        var reply = await app.PostAsync("request", new { method = "POST", path = "limits" });

        if (passes)
        {
            ((int)reply.Status, reply.Body, reply.Headers["Content-Type"]).ShouldBe((status, body, type));
        }
        else
        {
            reply.ShouldBeProblem(502, "SALESFORCE_UNEXPECTED_REPLY", retryable: true, outcomeUnknown: true);
        }
    }

    [Fact]
    public async Task What_is_done_without_a_body_is()
    {
        await using var app = await ConnectorApp.StartAsync();

        var reply = await app.PostAsync("request", new { method = "PATCH", path = "sobjects/Account/001Dn0000070000IAA", body = new { BillingCity = "Graz" } });

        ((int)reply.Status, reply.Body).ShouldBe((204, ""));
    }

    [Theory]
    [InlineData("GET", null, 4, false)]
    [InlineData("POST", null, 1, true)]
    [InlineData("POST", true, 4, true)]
    [InlineData("DELETE", null, 1, true)]
    [InlineData("PATCH", true, 4, true)]
    public async Task A_GET_is_a_read_and_anything_else_a_create_unless_the_caller_says_otherwise(string method, bool? repeatable, int calls, bool outcomeUnknown)
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = Data, Reset = true });

        var reply = await app.PostAsync("request", new { method, path = "limits", repeatable });

        reply.ShouldBeProblem(502, "SALESFORCE_BROKEN_REPLY", retryable: true, outcomeUnknown: outcomeUnknown);
        app.Calls.Count.ShouldBe(calls);
    }

    [Fact]
    public async Task A_condition_may_be_answered_by_unchanged()
    {
        await using var app = await ConnectorApp.StartAsync();
        var known = await app.PostAsync("request", new { method = "GET", path = "sobjects/Account/001Dn0000070000IAA" });

        var reply = await app.PostAsync("request", new
        {
            method = "GET",
            path = "sobjects/Account/001Dn0000070000IAA",
            headers = new Dictionary<string, string> { ["if-none-match"] = known.Headers["ETag"] },
        });

        reply.Status.ShouldBe(HttpStatusCode.NotModified);
    }

    [Theory]
    [InlineData("""{"method":"HEAD","path":"limits"}""", "method")]
    [InlineData("""{"method":"GET","path":""}""", "path")]
    [InlineData("""{"method":"GET","path":"../apexrest/x"}""", "path")]
    [InlineData("""{"method":"GET","path":"/services/apexrest/x"}""", "path")]
    [InlineData("""{"method":"GET","path":"//evil.example/services/data/v67.0/"}""", "path")]
    [InlineData("""{"method":"GET","path":"limits?_HttpMethod=DELETE"}""", "path")]
    [InlineData("""{"method":"GET","path":"limits","query":{"_httpmethod":"DELETE"}}""", "query")]
    [InlineData("""{"method":"GET","path":"limits","body":{}}""", "body")]
    [InlineData("""{"method":"GET","path":"limits","headers":{"Cookie":"x"}}""", "headers")]
    public async Task What_cannot_be_sent_is_refused_by_its_member(string payload, string member)
    {
        await using var app = await ConnectorApp.StartAsync();

        var problem = (await app.PostAsync("request", payload)).ShouldBeProblem(400, "INVALID_MEMBER");

        ((string?)problem["errors"]![0]!["fields"]![0]).ShouldBe(member);
        app.Org.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task By_queue_the_same()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["Request"]);
        app.Org.AddFaults(new FaultRule { Path = "/services/data/*/jobs/**", Status = 200, Body = "Id\n1\n", ContentType = "text/csv" });

        await app.Queues.SendAsync("salesforce-request", """{"correlationId":"get","payload":{"method":"GET","path":"limits"}}""");
        await app.Queues.SendAsync("salesforce-request", """{"correlationId":"csv","payload":{"method":"GET","path":"jobs/query/750/results"}}""");
        var get = await app.Queues.ReceiveResultAsync("get");
        var csv = await app.Queues.ReceiveResultAsync("csv");

        ((int?)get["body"]!["DailyApiRequests"]!["Max"]).ShouldBe(5000);
        ((string?)csv["bodyUrl"]).ShouldNotBeNull();
        ((string?)csv["headers"]!["Content-Type"]).ShouldBe("text/csv");
        app.Org.Reset();
    }
}
