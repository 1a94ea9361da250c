using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Connector.Tests.Drivers;
using SalesforceSimulator;

namespace Connector.Tests.Apex;

public sealed class CallApexTests(AzuriteFixture azurite)
{
    private const string Apex = "/services/apexrest/**";

    private static readonly object Get = new { method = "GET", path = "orders/4711" };
    private static readonly object Post = new { method = "POST", path = "orders", body = new { customer = "Acme", amount = 5 } };

    [Theory]
    [InlineData("""{"method":"GET","path":["orders","4711"]}""", 200, """{"number":"4711","customer":"Express Logistics and Transport","amount":1250.50,"status":"open"}""")]
    [InlineData("""{"method":"GET","path":["orders","A/1 ü"]}""", 200, """{"number":"A/1 ü","customer":"Müller & Söhne GmbH","amount":99,"status":"closed"}""")]
    [InlineData("""{"method":"POST","path":"/orders","body":{"customer":"Jäger","amount":1.50}}""", 201, """{"number":"5002","customer":"Jäger","amount":1.50,"status":"open"}""")]
    [InlineData("""{"method":"PUT","path":["orders",12],"body":{"customer":"Acme"}}""", 200, """{"number":"12","customer":"Acme","amount":0,"status":"open"}""")]
    [InlineData("""{"method":"DELETE","path":"orders/4711"}""", 200, """{"deleted":"4711"}""")]
    public async Task What_the_class_answers_comes_as_it_is_whatever_the_method(string payload, int status, string body)
    {
        await using var app = await ConnectorApp.StartAsync();

        var reply = await app.PostAsync("apex", payload);

        ((int)reply.Status, reply.Body).ShouldBe((status, body));
        reply.Headers.ShouldContainKey("Sforce-Limit-Info");
    }

    [Fact]
    public async Task A_void_method_has_no_body_unless_one_is_asked_for()
    {
        await using var app = await ConnectorApp.StartAsync();
        var change = new { method = "PATCH", path = "orders/4711", body = new { status = "closed" } };

        (await app.PostAsync("apex", change)).Status.ShouldBe(HttpStatusCode.NoContent);
        var asked = await app.PostAsync("apex", change, ("Prefer", "return=representation"));

        (asked.Status, asked.Body).ShouldBe((HttpStatusCode.OK, """{"success":true,"errors":[]}"""));
    }

    [Fact]
    public async Task Segments_parameters_headers_and_body_get_there_as_they_are()
    {
        await using var app = await ConnectorApp.StartAsync();

        var reply = await app.PostAsync("apex", """
            {
              "method": "POST", "path": ["echo", "a/b", "ü?&#", "100%", " x "],
              "query": {"q": "a&b=c", "many": ["x", "y"], "n": 5},
              "headers": {"X-Request-Id": "r-1", "If-Match": "not quoted"},
              "body": [1, "ü"]
            }
            """);

        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Body);
        reply.Json["path"]!.AsArray().Select(segment => (string?)segment).ShouldBe(["a/b", "ü?&#", "100%", " x "]);
        reply.Json["query"]!.ToJsonString().ShouldBe("""{"q":"a\u0026b=c","many":"x,y","n":"5"}""");
        ((string?)reply.Json["headers"]!["X-Request-ID"]).ShouldBe("r-1");
        ((string?)reply.Json["headers"]!["If-Match"]).ShouldBe("not quoted");
        JsonNode.DeepEquals(JsonNode.Parse((string)reply.Json["body"]!), JsonNode.Parse("""[1,"ü"]""")).ShouldBeTrue();
    }

    [Fact]
    public async Task All_headers_that_are_allowed_get_there()
    {
        await using var app = await ConnectorApp.StartAsync();
        var headers = new Dictionary<string, string>
        {
            ["Accept"] = "application/json",
            ["Accept-Language"] = "de",
            ["Idempotency-Key"] = "k",
            ["if-match"] = "x",
            ["If-Modified-Since"] = "Fri, 27 Nov 2026 10:00:00 GMT",
            ["If-None-Match"] = "x",
            ["If-Unmodified-Since"] = "Fri, 27 Nov 2026 10:00:00 GMT",
            ["Sforce-Auto-Assign"] = "FALSE",
            ["Sforce-Call-Options"] = "client=x",
            ["Sforce-Duplicate-Rule-Header"] = "allowSave=true",
            ["Sforce-Mru"] = "updateMru=true",
            ["Sforce-Query-Options"] = "batchSize=200",
            ["X-Chatter-Entity-Encoding"] = "false",
            ["X-Correlation-Id"] = "order-1",
            ["X-Request-Id"] = "~ !~",
            ["x-sfdc-packageversion-ns_1"] = "1.0",
        };

        await app.PostAsync("apex", new { method = "GET", path = "/echo", headers });

        headers.ShouldAllBe(header => app.LastCall.Headers[header.Key] == header.Value);
    }

    [Theory]
    [InlineData("text/plain", "42")]
    [InlineData("application/xml", "<order/>")]
    [InlineData("application/json", "\"text\"")]
    [InlineData("text/html", "<p>")]
    public async Task Any_status_of_success_and_any_type_passes(string type, string body)
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["CallApex"]);
        app.Org.AddFaults(new FaultRule { Path = Apex, Status = 203, Body = body, ContentType = type });

        var reply = await app.PostAsync("apex", Post);
        await app.Queues.SendAsync("salesforce-call-apex", $$"""{"correlationId":"q","payload":{{JsonSerializer.Serialize(Post)}}}""");
        var result = await app.Queues.ReceiveResultAsync("q");

        ((int)reply.Status, reply.Body, reply.Headers["Content-Type"]).ShouldBe((203, body, type));
        ((int?)result["status"]).ShouldBe(203, result.ToJsonString());
        if (type == "application/json")
        {
            ((string?)result["body"]).ShouldBe("text");
        }
        else
        {
            // What is no JSON is in a blob, of its own type.
            result["body"].ShouldBeNull();
            ((string?)result["bodyUrl"]).ShouldNotBeNull();
        }
    }

    [Fact]
    public async Task A_body_of_none_passes_too()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["CallApex"]);
        app.Org.AddFaults(new FaultRule { Path = Apex, Status = 202 });

        var reply = await app.PostAsync("apex", Post);
        await app.Queues.SendAsync("salesforce-call-apex", $$"""{"correlationId":"q","payload":{{JsonSerializer.Serialize(Post)}}}""");

        ((int)reply.Status, reply.Body).ShouldBe((202, ""));
        ((int?)(await app.Queues.ReceiveResultAsync("q"))["status"]).ShouldBe(202);
    }

    [Theory]
    [InlineData("""{"rows":[1,2,{"status":"some error occurred"}""")]
    [InlineData("""{"status":"some error occurred"}""")]
    [InlineData("""{"a":1}{"status":"some error occurred"} """)]
    public async Task A_body_that_was_cut_off_is_no_success(string body)
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = Apex, Status = 200, Body = body });

        var problem = (await app.PostAsync("apex", Post)).ShouldBeProblem(502, "SALESFORCE_UNEXPECTED_REPLY", retryable: true, outcomeUnknown: true);

        ((string?)problem["detail"]).ShouldNotBeNull().ShouldContain("cut it off");
        app.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_large_body_that_was_cut_off_is_none_either()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = Apex, Status = 200, Body = "[" + new string('1', 2_000_000) + """{"status":"some error occurred"}""" });

        (await app.PostAsync("apex", Get)).ShouldBeProblem(502, "SALESFORCE_UNEXPECTED_REPLY", retryable: true, outcomeUnknown: true);
    }

    [Theory]
    [InlineData("failing", 502, "APEX_ERROR", true)]
    [InlineData("closed", 403, "FORBIDDEN", false)]
    [InlineData("nothing/here", 404, "NOT_FOUND", false)]
    [InlineData("report", 405, "METHOD_NOT_ALLOWED", false)]
    public async Task The_platforms_own_refusals_are_problems(string path, int status, string code, bool outcomeUnknown)
    {
        await using var app = await ConnectorApp.StartAsync();

        (await app.PostAsync("apex", new { method = "POST", path, body = new { } })).ShouldBeProblem(status, code, retryable: outcomeUnknown, outcomeUnknown: outcomeUnknown);
        app.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_the_class_says_itself_of_a_refusal_is_in_the_problem()
    {
        await using var app = await ConnectorApp.StartAsync();

        var problem = (await app.PostAsync("apex", new { method = "GET", path = "orders/x" })).ShouldBeProblem(404, "APEX_REFUSED");

        problem["response"]!.ToJsonString().ShouldBe("""{"reason":"NO_SUCH_ORDER","number":"x"}""");
    }

    [Theory]
    [InlineData(401)]
    [InlineData(429)]
    [InlineData(503)]
    [InlineData(500)]
    public async Task A_status_of_the_class_own_neither_logs_in_again_nor_promises_that_nothing_was_done(int status)
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = Apex, Status = status, Body = """{"own":true}""" });

        var problem = (await app.PostAsync("apex", Post)).ShouldBeProblem(502, "APEX_REFUSED", retryable: true, outcomeUnknown: true);

        ((bool?)problem["response"]!["own"]).ShouldBe(true);
        app.Calls.Count.ShouldBe(1);
        app.Org.Stats.Logins.ShouldBe(1);
    }

    [Theory]
    [InlineData("GET", null, 1, true)]
    [InlineData("GET", true, 4, false)]
    [InlineData("PUT", null, 1, true)]
    [InlineData("PUT", true, 4, true)]
    [InlineData("DELETE", false, 1, true)]
    [InlineData("DELETE", true, 4, true)]
    [InlineData("POST", null, 1, true)]
    [InlineData("PATCH", false, 1, true)]
    public async Task A_call_is_made_again_only_if_the_caller_says_that_it_may_be(string method, bool? repeatable, int calls, bool outcomeUnknown)
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = Apex, Reset = true, AfterExecution = true });

        var reply = await app.PostAsync("apex", new { method, path = "echo", repeatable });

        reply.ShouldBeProblem(502, "SALESFORCE_BROKEN_REPLY", retryable: true, outcomeUnknown: outcomeUnknown);
        app.Calls.Count.ShouldBe(calls);
    }

    [Theory]
    [InlineData("""{"method":"POST","path":"x","repeatable":true}""", "repeatable")]
    [InlineData("""{"method":"PATCH","path":"x","repeatable":true}""", "repeatable")]
    [InlineData("""{"method":"OPTIONS","path":"x"}""", "method")]
    [InlineData("""{"method":"get","path":"x"}""", "method")]
    [InlineData("""{"method":7,"path":"x"}""", "method")]
    [InlineData("""{"method":"GET","path":""}""", "path")]
    [InlineData("""{"method":"GET","path":[]}""", "path")]
    [InlineData("""{"method":"GET","path":{}}""", "path")]
    [InlineData("""{"method":"GET","path":["a",null]}""", "path")]
    [InlineData("""{"method":"GET","path":["a",["b"]]}""", "path")]
    [InlineData("""{"method":"GET","path":"a//b"}""", "path")]
    [InlineData("""{"method":"GET","path":"a/"}""", "path")]
    [InlineData("""{"method":"GET","path":"a?b=c"}""", "path")]
    [InlineData("""{"method":"GET","path":"a/../b"}""", "path")]
    [InlineData("""{"method":"GET","path":["a","../b"]}""", "path")]
    [InlineData("""{"method":"GET","path":"x","body":{}}""", "body")]
    [InlineData("""{"method":"GET","path":"x","headers":{"Authorization":"Bearer x"}}""", "headers")]
    [InlineData("""{"method":"GET","path":"x","headers":{"Host":"evil.example"}}""", "headers")]
    [InlineData("""{"method":"GET","path":"x","headers":{"X-HTTP-Method-Override":"DELETE"}}""", "headers")]
    [InlineData("""{"method":"GET","path":"x","headers":{"Accept":"a\r\nX-Evil: 1"}}""", "headers")]
    [InlineData("""{"method":"GET","path":"x","headers":{"Accept":"ü"}}""", "headers")]
    [InlineData("""{"method":"GET","path":"x","headers":{"Accept":7}}""", "headers")]
    [InlineData("""{"method":"GET","path":"x","headers":{"Accept":"a","accept":"b"}}""", "headers")]
    [InlineData("""{"method":"GET","path":"x","query":{"_HttpMethod":"DELETE"}}""", "query")]
    public async Task What_cannot_be_sent_is_refused_by_its_member(string payload, string member)
    {
        await using var app = await ConnectorApp.StartAsync();

        var problem = (await app.PostAsync("apex", payload)).ShouldBeProblem(400, "INVALID_MEMBER");

        ((string?)problem["errors"]![0]!["fields"]![0]).ShouldBe(member);
        app.Org.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_URL_too_long_is_refused_by_the_member_that_makes_it_so()
    {
        await using var app = await ConnectorApp.StartAsync();

        var problem = (await app.PostAsync("apex", new { method = "GET", path = "x", query = new { q = new string('ü', 3_000) } })).ShouldBeProblem(400, "INVALID_MEMBER");

        ((string?)problem["errors"]![0]!["fields"]![0]).ShouldBe("query");
    }

    [Fact]
    public async Task By_queue_a_call_is_made_once_and_its_outcome_told()
    {
        await using var app = await azurite.StartAppAsync(new Dictionary<string, string?> { ["Queues__FirstRetryDelay"] = "00:00:01" }, listensTo: ["CallApex"]);
        app.Org.AddFaults(new FaultRule { Path = "/services/apexrest/orders", Reset = true, AfterExecution = true });

        await app.Queues.SendAsync("salesforce-call-apex", $$"""{"correlationId":"post","payload":{{JsonSerializer.Serialize(Post)}}}""");
        await app.Queues.SendAsync("salesforce-call-apex", """{"correlationId":"get","payload":{"method":"GET","path":["orders","4711"],"repeatable":true}}""");
        await app.Queues.SendAsync("salesforce-call-apex", """{"correlationId":"bad","payload":{"method":"GET","path":".."}}""");
        var (post, get, bad) = (await app.Queues.ReceiveResultAsync("post"), await app.Queues.ReceiveResultAsync("get"), await app.Queues.ReceiveResultAsync("bad"));

        ((int?)post["status"]).ShouldBe(502, post.ToJsonString());
        ((bool?)post["error"]!["outcomeUnknown"]).ShouldBe(true);
        app.Calls.Count(call => call.Path == "/services/apexrest/orders").ShouldBe(1);
        ((string?)get["body"]!["number"]).ShouldBe("4711");
        ((int?)bad["status"]).ShouldBe(400);
    }

    [Fact]
    public async Task With_an_idempotency_key_a_call_is_made_once()
    {
        await using var app = await azurite.StartAppAsync(listensTo: []);

        var first = await app.PostAsync("apex", Post, ("Idempotency-Key", "order-1"));
        var second = await app.PostAsync("apex", Post, ("Idempotency-Key", "order-1"));

        (first.Status, second.Body).ShouldBe((HttpStatusCode.Created, first.Body));
        app.Calls.Count.ShouldBe(1);
    }
}
