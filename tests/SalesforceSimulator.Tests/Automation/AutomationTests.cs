namespace SalesforceSimulator.Tests;

public sealed class AutomationTests
{
    [Theory]
    [InlineData("GET", "analytics/reports")]
    [InlineData("GET", "parameterizedSearch")]
    [InlineData("GET", "quickActions/NewCase/defaultValues")]
    [InlineData("POST", "graphql")]
    [InlineData("POST", "actions/standard/emailSimple")]
    public async Task What_nobody_knows_is_answered_by_501(string method, string path)
    {
        await using var org = await OrgDriver.StartAsync();

        (await org.SendAsync(method, path, method == "GET" ? null : "{}")).Status.ShouldBe(501);
        org.Simulator.NotKnownRequests.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("POST", "orders", """{"customer":"x","other":1}""", 400, "JSON_PARSER_ERROR")]
    [InlineData("POST", "orders", "[]", 400, "JSON_PARSER_ERROR")]
    [InlineData("POST", "orders", """{"amount":"5"}""", 400, "JSON_PARSER_ERROR")]
    [InlineData("POST", "orders/4711", "{}", 405, "METHOD_NOT_ALLOWED")]
    [InlineData("GET", "Orders", null, 404, "NOT_FOUND")]
    [InlineData("GET", "closed", null, 403, "FORBIDDEN")]
    [InlineData("POST", "failing", "{}", 500, "APEX_ERROR")]
    public async Task Apex_classes_are_as_strict_as_the_platform(string method, string path, string? body, int status, string code)
    {
        await using var org = await OrgDriver.StartAsync();

        var answer = await org.SendAsync(method, $"/services/apexrest/{path}", body);

        (answer.Status, answer.Code).ShouldBe((status, code));
    }

    [Fact]
    public async Task Apex_wants_a_session_and_counts()
    {
        await using var org = await OrgDriver.StartAsync();
        org.Simulator.SetDailyLimit(1);

        (await org.GetAsync("/services/apexrest/orders/4711")).Status.ShouldBe(200);
        (await org.GetAsync("/services/apexrest/orders/4711")).Code.ShouldBe("REQUEST_LIMIT_EXCEEDED");
        org.Simulator.ExpireTokens();
        (await org.GetAsync("/services/apexrest/orders/4711")).Code.ShouldBe("INVALID_SESSION_ID");
    }

    [Fact]
    public async Task A_failed_input_changes_nothing_and_the_others_do()
    {
        await using var org = await OrgDriver.StartAsync();

        var answer = await org.SendAsync(
            "POST", "actions/custom/flow/Create_Follow_Up_Case", """{"inputs":[{"accountId":"001Dn0000070000IAA"},{"accountId":"001Dn0000070000IAA","other":"x"}]}""");

        answer.Status.ShouldBe(400);
        answer.Json.EnumerateArray().Select(result => result.GetProperty("isSuccess").GetBoolean()).ShouldBe([true, false]);
        org.Simulator.Stats.Records["Case"].ShouldBe(13);
    }

    [Theory]
    [InlineData("""{"inputs":[{}],"other":1}""", 400)]
    [InlineData("""{"inputs":[1]}""", 400)]
    [InlineData("{}", 400)]
    public async Task What_is_no_list_of_inputs_is_refused(string body, int status)
    {
        await using var org = await OrgDriver.StartAsync();

        (await org.SendAsync("POST", "actions/custom/apex/AccountScore", body)).Status.ShouldBe(status);
    }

    [Theory]
    [InlineData("""{"requests":[{"actionType":"Approve","contextId":"04iDn0000070000IAA"}]}""", "INVALID_CROSS_REFERENCE_KEY")]
    [InlineData("""{"requests":[{"actionType":"Submit","contextId":"001Dn0000070000IAA"}]}""", "NO_APPLICABLE_PROCESS")]
    public async Task An_approval_that_cannot_be_is_told_in_its_result(string body, string code)
    {
        await using var org = await OrgDriver.StartAsync();

        var result = (await org.SendAsync("POST", "process/approvals/", body)).Json[0];

        result.GetProperty("success").GetBoolean().ShouldBeFalse();
        result.GetProperty("errors")[0].GetProperty("statusCode").GetString().ShouldBe(code);
    }

    [Fact]
    public async Task A_tree_has_limits_and_references_of_its_own()
    {
        await using var org = await OrgDriver.StartAsync();
        static string Record(string reference) => $$"""{"attributes":{"type":"Account","referenceId":"{{reference}}"},"Name":"x"}""";

        (await org.SendAsync("POST", "composite/tree/Account", $$"""{"records":[{{Record("a")}},{{Record("a")}}]}""")).Code.ShouldBe("JSON_PARSER_ERROR");
        (await org.SendAsync("POST", "composite/tree/Account", $$"""{"records":[{{string.Join(',', Enumerable.Range(0, 201).Select(i => Record($"r{i}")))}}]}""")).Code.ShouldBe("JSON_PARSER_ERROR");
        (await org.SendAsync("POST", "composite/tree/Contact", $$"""{"records":[{{Record("a")}}]}""")).Code.ShouldBe("JSON_PARSER_ERROR");
        org.Simulator.Stats.Records["Account"].ShouldBe(12);
    }

    [Fact]
    public async Task A_graph_has_limits()
    {
        await using var org = await OrgDriver.StartAsync();
        static string Graph(int id, int nodes) =>
            $$"""{"graphId":"g{{id}}","compositeRequest":[{{string.Join(',', Enumerable.Range(0, nodes).Select(i => $$"""{"method":"GET","url":"/services/data/v67.0/limits","referenceId":"r{{i}}"}"""))}}]}""";

        (await org.SendAsync("POST", "composite/graph", $$"""{"graphs":[{{Graph(1, 501)}}]}""")).Code.ShouldBe("LIMIT_EXCEEDED");
        (await org.SendAsync("POST", "composite/graph", $$"""{"graphs":[{{string.Join(',', Enumerable.Range(0, 76).Select(i => Graph(i, 1)))}}]}""")).Code.ShouldBe("LIMIT_EXCEEDED");
        (await org.SendAsync("POST", "composite/graph", $$"""{"graphs":[{{Graph(1, 30)}}]}""")).Json.GetProperty("graphs")[0].GetProperty("isSuccessful").GetBoolean().ShouldBeTrue();
    }

    [Theory]
    [InlineData("updated", "2020-01-01T00:00:00Z", "2020-01-02T00:00:00Z")]
    [InlineData("deleted", "x", "2020-01-02T00:00:00Z")]
    public async Task A_span_of_time_that_is_none_is_refused(string list, string start, string end)
    {
        await using var org = await OrgDriver.StartAsync();

        (await org.GetAsync($"sobjects/Account/{list}/?start={start}&end={end}")).Code.ShouldBe("INVALID_REPLICATION_DATE");
    }

    [Fact]
    public async Task Requests_are_forgotten_when_asked_and_those_that_nobody_expected_are_not()
    {
        await using var org = await OrgDriver.StartAsync();
        await org.GetAsync("nonsense");

        await org.SendAsync("DELETE", "/__admin/requests", null);

        org.Simulator.Requests.ShouldBeEmpty();
        org.Simulator.UnexpectedRequests.ShouldHaveSingleItem();
    }
}
