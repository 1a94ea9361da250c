using System.Net;
using Connector.Tests.Drivers;
using SalesforceSimulator;

namespace Connector.Tests.Apex;

public sealed class ApprovalTests(AzuriteFixture azurite)
{
    private const string Opportunity = "006Dn0000070005IAA";

    [Theory]
    [InlineData("Approve", "Approved")]
    [InlineData("Reject", "Rejected")]
    public async Task A_record_is_submitted_and_its_work_item_ended(string step, string status)
    {
        await using var app = await ConnectorApp.StartAsync();

        var submitted = await app.PostAsync("approvals", Of(new { actionType = "Submit", contextId = Opportunity, comments = "ü" }));
        var workItem = (string?)submitted.Json[0]!["newWorkitemIds"]![0];
        var ended = await app.PostAsync("approvals", Of(new { actionType = step, contextId = workItem }));

        submitted.Status.ShouldBe(HttpStatusCode.OK, submitted.Body);
        ((string?)submitted.Json[0]!["instanceStatus"]).ShouldBe("Pending");
        ((string?)ended.Json[0]!["instanceStatus"]).ShouldBe(status);
    }

    [Fact]
    public async Task A_failed_request_is_told_in_its_place_and_all_failed_is_a_problem()
    {
        await using var app = await ConnectorApp.StartAsync();
        object account = new { actionType = "Submit", contextId = "001Dn0000070000IAA" };
        object opportunity = new { actionType = "Submit", contextId = Opportunity };

        var some = await app.PostAsync("approvals", Of(account, opportunity));
        var problem = (await app.PostAsync("approvals", Of(account, opportunity))).ShouldBeProblem(400, "NO_APPLICABLE_PROCESS");

        some.Json.AsArray().Select(result => (bool?)result!["success"]).ShouldBe([false, true]);
        problem["errors"]!.AsArray().Select(error => (string?)error!["errorCode"]).ShouldBe(["NO_APPLICABLE_PROCESS", "ALREADY_IN_PROCESS"]);
        app.Calls.Count.ShouldBe(2);
    }

    [Fact]
    public async Task What_may_be_left_out_may_be_null_too()
    {
        await using var app = await ConnectorApp.StartAsync();

        var reply = await app.PostAsync(
            "approvals",
            $$"""{"requests":[{"actionType":"Submit","contextId":"{{Opportunity}}","contextActorId":null,"comments":null,"nextApproverIds":null,"processDefinitionNameOrId":null,"skipEntryCriteria":null}]}""");

        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Body);
    }

    [Fact]
    public async Task All_members_get_there_as_they_are()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = "/services/data/**", Status = 200, Body = """[{"success":true}]""" });
        const string Payload =
            """{"requests":[{"actionType":"Submit","contextId":"006Dn0000070005IAA","contextActorId":"005Dn0000070000IAA","comments":"c","nextApproverIds":["005Dn0000070000IAA"],"processDefinitionNameOrId":"p","skipEntryCriteria":true}]}""";

        (await app.PostAsync("approvals", Payload)).Status.ShouldBe(HttpStatusCode.OK);

        app.LastCall.Body.ShouldBe(Payload);
    }

    [Theory]
    [InlineData(200, "newWorkitemIds")]
    [InlineData(200, "newWorkItemIds")]
    [InlineData(400, "newWorkItemIds")]
    public async Task Work_items_are_read_in_either_spelling_and_part_failures_with_either_status(int status, string spelling)
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule
        {
            Path = "/services/data/**",
            Status = status,
            Body = $$"""[{"instanceStatus":"Pending","{{spelling}}":["04iDn0000070000IAA"],"success":true},{"success":false,"errors":[{"statusCode":"C","message":"m"}]}]""",
        });

        var reply = await app.PostAsync("approvals", Of(new { actionType = "Submit", contextId = Opportunity }, new { actionType = "Submit", contextId = Opportunity }));

        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Body);
        ((string?)reply.Json[0]!["newWorkitemIds"]![0]).ShouldBe("04iDn0000070000IAA");
    }

    [Theory]
    [InlineData("""{"requests":[]}""", "array of 1 to 200")]
    [InlineData("""{"requests":[7]}""", "[0] is none")]
    [InlineData("""{"requests":[{"actionType":"Submit"}]}""", "contextId")]
    [InlineData("""{"requests":[{"actionType":"submit","contextId":"006Dn0000070005IAA"}]}""", "[0].actionType must be one of Submit, Approve, Reject")]
    [InlineData("""{"requests":[{"actionType":"Submit","contextId":"x"}]}""", "[0].contextId must be a record id")]
    [InlineData("""{"requests":[{"actionType":"Submit","contextId":"006Dn0000070005IAA","nextApproverIds":["x"]}]}""", "[0].nextApproverIds must be a record id")]
    [InlineData("""{"requests":[{"actionType":"Submit","contextId":"006Dn0000070005IAA","nextApproverIds":"005Dn0000070000IAA"}]}""", "[0].nextApproverIds must be an array of record ids")]
    [InlineData("""{"requests":[{"actionType":"Submit","contextId":"006Dn0000070005IAA","contextActorId":"x"}]}""", "[0].contextActorId must be a record id")]
    [InlineData("""{"requests":[{"actionType":"Submit","contextId":"006Dn0000070005IAA","comments":7}]}""", "[0].comments")]
    [InlineData("""{"requests":[{"actionType":"Submit","contextId":"006Dn0000070005IAA","comment":"x"}]}""", "is no member")]
    [InlineData("""{"requests":[{"actionType":"Submit","contextId":"006Dn0000070005IAA","skipEntryCriteria":"yes"}]}""", "[0].skipEntryCriteria")]
    public async Task What_cannot_be_sent_is_refused_with_what_is_allowed(string payload, string words)
    {
        await using var app = await ConnectorApp.StartAsync();

        var problem = (await app.PostAsync("approvals", payload)).ShouldBeProblem(400, "INVALID_MEMBER");

        ((string?)problem["errors"]![0]!["fields"]![0]).ShouldBe("requests");
        ((string?)problem["detail"]).ShouldNotBeNull().ShouldContain(words);
        app.Org.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task By_queue_an_approval_is_submitted_once()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["Approvals"]);
        app.Org.AddFaults(new FaultRule { Path = "/services/data/**", Reset = true, AfterExecution = true, Times = 1 });

        await app.Queues.SendAsync("salesforce-approvals", """{"correlationId":"lost","payload":{"requests":[{"actionType":"Submit","contextId":"006Dn0000070005IAA"}]}}""");
        var lost = await app.Queues.ReceiveResultAsync("lost");
        await app.Queues.SendAsync("salesforce-approvals", """{"correlationId":"next","payload":{"requests":[{"actionType":"Approve","contextId":"006Dn0000070005IAA"}]}}""");
        var next = await app.Queues.ReceiveResultAsync("next");

        ((bool?)lost["error"]!["outcomeUnknown"]).ShouldBe(true, lost.ToJsonString());
        ((string?)next["body"]![0]!["instanceStatus"]).ShouldBe("Approved", next.ToJsonString());
        app.Calls.Count.ShouldBe(2);
    }

    private static object Of(params object[] requests) => new { requests };
}
