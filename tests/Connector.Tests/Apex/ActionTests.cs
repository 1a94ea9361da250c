using System.Net;
using System.Text.Json.Nodes;
using Connector.Tests.Drivers;
using SalesforceSimulator;

namespace Connector.Tests.Apex;

public sealed class ActionTests(AzuriteFixture azurite)
{
    private const string Account = "001Dn0000070000IAA";
    private const string Nobody = "001Dn0000079999AAA";

    [Fact]
    public async Task A_flow_runs_once_for_each_input_and_a_failure_is_told_in_its_place()
    {
        await using var app = await ConnectorApp.StartAsync();

        var reply = await app.PostAsync("actions", new
        {
            type = "flow",
            name = "Create_Follow_Up_Case",
            inputs = new object[] { new { accountId = Account, subject = "One" }, new { accountId = Nobody }, new { accountId = Account, subject = "Three" } },
        });

        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Body);
        Successes(reply).ShouldBe([true, false, true]);
        ((string?)reply.Json[0]!["outputValues"]!["Flow__InterviewStatus"]).ShouldBe("Finished");
        ((string?)reply.Json[1]!["errors"]![0]!["statusCode"]).ShouldBe("UNKNOWN_EXCEPTION");
        var cases = await app.PostAsync("query", new { soqlQuery = "SELECT Id FROM Case WHERE Subject IN ('One','Three')" });
        cases.Json["records"]!.AsArray().Select(record => (string?)record!["Id"])
            .ShouldBe([(string?)reply.Json[0]!["outputValues"]!["caseId"], (string?)reply.Json[2]!["outputValues"]!["caseId"]]);
    }

    [Fact]
    public async Task All_failed_is_a_problem_with_all_errors()
    {
        await using var app = await ConnectorApp.StartAsync();

        var problem = (await app.PostAsync("actions", new { type = "flow", name = "Create_Follow_Up_Case", inputs = new object[] { new { }, new { accountId = Nobody } } }))
            .ShouldBeProblem(400, "REQUIRED_FIELD_MISSING");

        problem["errors"]!.AsArray().Select(error => (string?)error!["errorCode"]).ShouldBe(["REQUIRED_FIELD_MISSING", "UNKNOWN_EXCEPTION"]);
        problem["errors"]!.AsArray().Select(error => (string?)error!["message"]).ShouldAllBe(message => message!.Length > 0);
        ((string?)problem["errors"]![0]!["fields"]![0]).ShouldBe("accountId");
        app.Calls.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("""{"type":"flow","name":"Wait_For_Payment","inputs":[{"invoiceNumber":"1"}]}""", """{"Flow__InterviewStatus":"Waiting"}""")]
    [InlineData("""{"type":"apex","name":"AccountScore","inputs":[{"accountId":"001Dn0000070000IAA"}]}""", """{"output":14}""")]
    [InlineData("""{"type":"standard","name":"submit","inputs":[{"objectId":"006Dn0000070005IAA"}]}""", """{"instanceStatus":"Pending"}""")]
    public async Task Outputs_come_as_they_are(string payload, string outputs)
    {
        await using var app = await ConnectorApp.StartAsync();

        var reply = await app.PostAsync("actions", payload);

        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Body);
        foreach (var (name, value) in JsonNode.Parse(outputs)!.AsObject())
        {
            JsonNode.DeepEquals(reply.Json[0]!["outputValues"]![name], value).ShouldBeTrue(reply.Body);
        }
    }

    [Fact]
    public async Task A_refusal_of_the_whole_call_is_as_that_of_any_other()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = "/services/data/**", Status = 400, ErrorCode = "INVALID_API_INPUT", Message = "Missing required input parameter: accountId" });

        var problem = (await app.PostAsync("actions", new { type = "apex", name = "X", inputs = new[] { new { } } })).ShouldBeProblem(400, "INVALID_API_INPUT");

        ((string?)problem["detail"]).ShouldNotBeNull().ShouldContain("Missing required input parameter: accountId");
    }

    [Fact]
    public async Task A_part_failure_with_status_200_is_the_same()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule
        {
            Path = "/services/data/**",
            Status = 200,
            Body = """[{"actionName":"X","errors":null,"isSuccess":true,"outputValues":{}},{"actionName":"X","errors":[{"statusCode":"C","message":"m","fields":[]}],"isSuccess":false,"outputValues":null}]""",
        });

        Successes(await app.PostAsync("actions", new { type = "apex", name = "X", inputs = new[] { new { }, new { } } })).ShouldBe([true, false]);
    }

    [Theory]
    [InlineData(200, """[{"isSuccess":true}]""")]
    [InlineData(200, "[]")]
    [InlineData(200, "{}")]
    [InlineData(200, """[{"isSuccess":true},{"other":1}]""")]
    [InlineData(200, "<html>")]
    [InlineData(400, "<html>")]
    [InlineData(400, "[{}]")]
    public async Task A_reply_without_a_result_for_each_input_leaves_the_outcome_open(int status, string body)
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = "/services/data/**", Status = status, Body = body });

        (await app.PostAsync("actions", new { type = "apex", name = "X", inputs = new[] { new { }, new { } } }))
            .ShouldBeProblem(502, "SALESFORCE_UNEXPECTED_REPLY", retryable: true, outcomeUnknown: true);
        app.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_quick_action_is_called_for_each_input()
    {
        await using var app = await ConnectorApp.StartAsync();

        var reply = await app.PostAsync("actions", new
        {
            type = "quick",
            name = "New_Contact",
            objectType = "Account",
            inputs = new object[] { new { contextId = Account, record = new { } }, new { contextId = Account, record = new { LastName = "Levy" } } },
        });

        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Body);
        Successes(reply).ShouldBe([false, true]);
        ((string?)reply.Json[0]!["errors"]![0]!["statusCode"]).ShouldBe("REQUIRED_FIELD_MISSING");
        app.Calls.Select(call => call.Path).ShouldBe(Enumerable.Repeat("/services/data/v67.0/sobjects/Account/quickActions/New_Contact", 2));
        var contact = await app.PostAsync("records/get", new { objectType = "Contact", objectId = (string?)reply.Json[1]!["id"] });
        ((string?)contact.Json["AccountId"]).ShouldBe(Account);
    }

    [Fact]
    public async Task After_an_input_without_an_answer_the_others_are_not_sent()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = "/services/data/**", AfterExecution = false, Times = 1, DelayMs = 0, Status = 200, Body = """{"success":true,"errors":[],"id":"1"}""" },
            new FaultRule { Path = "/services/data/**", Reset = true, AfterExecution = true });

        var reply = await app.PostAsync("actions", new { type = "quick", name = "NewCase", inputs = Enumerable.Repeat(new { record = new { Subject = "s" } }, 3) });

        Successes(reply).ShouldBe([true, false, false]);
        reply.Json.AsArray().Select(result => (bool?)result!["outcomeUnknown"] ?? false).ShouldBe([false, true, false]);
        app.Calls.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("""{"type":"process","name":"X","inputs":[{}]}""", "type")]
    [InlineData("""{"type":"flow","name":"../X","inputs":[{}]}""", "name")]
    [InlineData("""{"type":"flow","name":"X","inputs":[]}""", "inputs")]
    [InlineData("""{"type":"flow","name":"X","inputs":{}}""", "inputs")]
    [InlineData("""{"type":"flow","name":"X","inputs":[1]}""", "inputs")]
    [InlineData("""{"type":"flow","name":"X","objectType":"Account","inputs":[{}]}""", "objectType")]
    public async Task What_cannot_be_sent_is_refused_by_its_member(string payload, string member)
    {
        await using var app = await ConnectorApp.StartAsync();

        var problem = (await app.PostAsync("actions", payload)).ShouldBeProblem(400, "INVALID_MEMBER");

        ((string?)problem["errors"]![0]!["fields"]![0]).ShouldBe(member);
        app.Org.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("flow")]
    [InlineData("apex")]
    [InlineData("standard")]
    [InlineData("quick")]
    public async Task An_unknown_action_is_refused_by_Salesforce(string type)
    {
        await using var app = await ConnectorApp.StartAsync();

        (await app.PostAsync("actions", new { type, name = "Nonsense", inputs = new[] { new { } } })).ShouldBeProblem(404, "NOT_FOUND");
    }

    [Fact]
    public async Task Actions_are_listed_and_described_and_what_is_unchanged_is_not_sent_again()
    {
        await using var app = await ConnectorApp.StartAsync();

        var list = await app.PostAsync("describe", new { actionType = "flow" });
        var again = await app.PostAsync("describe", new { actionType = "flow" });
        var one = await app.PostAsync("describe", new { actionType = "flow", actionName = "Create_Follow_Up_Case" });
        var unchanged = await app.PostAsync("describe", new { actionType = "apex", ifModifiedSince = "2100-01-01T00:00:00Z" });

        list.Json["actions"]!.AsArray().Select(action => (string?)action!["name"]).ShouldBe(["Create_Follow_Up_Case", "Wait_For_Payment"]);
        again.Body.ShouldBe(list.Body);
        app.Calls[1].Headers.ShouldContainKey("If-Modified-Since");
        one.Json["inputs"]!.AsArray().Select(input => (string?)input!["name"]).ShouldBe(["accountId", "subject"]);
        unchanged.Status.ShouldBe(HttpStatusCode.NotModified);
    }

    [Fact]
    public async Task Quick_actions_are_listed_and_described_too()
    {
        await using var app = await ConnectorApp.StartAsync();

        var list = await app.PostAsync("describe", new { actionType = "quick", objectType = "Account" });
        var one = await app.PostAsync("describe", new { actionType = "quick", objectType = "Account", actionName = "New_Contact" });

        list.Json.AsArray().Select(action => (string?)action!["name"]).ShouldBe(["New_Contact"]);
        ((string?)one.Json["targetSobjectType"]).ShouldBe("Contact");
    }

    [Theory]
    [InlineData("""{"actionName":"X"}""", "MISSING_MEMBER", "actionType")]
    [InlineData("""{"actionType":"flow","objectType":"Account"}""", "INVALID_MEMBER", "objectType")]
    [InlineData("""{"actionType":"nonsense"}""", "INVALID_MEMBER", "actionType")]
    public async Task Members_of_a_description_that_do_not_go_together_are_refused(string payload, string code, string member)
    {
        await using var app = await ConnectorApp.StartAsync();

        var problem = (await app.PostAsync("describe", payload)).ShouldBeProblem(400, code);

        ((string?)problem["errors"]![0]!["fields"]![0]).ShouldBe(member);
    }

    [Fact]
    public async Task By_queue_an_action_is_run_once()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["InvokeAction"]);
        const string Message = """{"correlationId":"a","payload":{"type":"flow","name":"Create_Follow_Up_Case","inputs":[{"accountId":"001Dn0000070000IAA"}]}}""";

        await app.Queues.SendAsync("salesforce-invoke-action", Message);
        var result = await app.Queues.ReceiveResultAsync("a");
        await app.Queues.SendAsync("salesforce-invoke-action", Message);
        var again = await app.Queues.ReceiveResultAsync("a");
        await app.Queues.SendAsync("salesforce-invoke-action", """{"correlationId":"b","payload":{"type":"flow","name":"Create_Follow_Up_Case","inputs":[{}]}}""");
        var failed = await app.Queues.ReceiveResultAsync("b");

        ((bool?)result["body"]![0]!["success"]).ShouldBe(true, result.ToJsonString());
        again["body"]!.ToJsonString().ShouldBe(result["body"]!.ToJsonString());
        ((string?)failed["error"]!["errorCode"]).ShouldBe("REQUIRED_FIELD_MISSING");
        app.Calls.Count.ShouldBe(2);
    }

    private static IEnumerable<bool?> Successes(Reply reply) => reply.Json.AsArray().Select(result => (bool?)result!["success"]);
}
