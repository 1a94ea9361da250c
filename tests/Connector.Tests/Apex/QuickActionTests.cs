using System.Net;
using Connector.Tests.Drivers;
using SalesforceSimulator;

namespace Connector.Tests.Apex;

/// <summary>Actions with several inputs of which calls fail, or results, or whose time is over.</summary>
public sealed class QuickActionTests(AzuriteFixture azurite)
{
    private const string Actions = "/services/data/*/quickActions/*";
    private const string Success = """{"success":true,"errors":[],"id":"500000000000001AAA"}""";
    private const string Failure = """{"success":false,"errors":[{"statusCode":"REQUIRED_FIELD_MISSING","message":"m","fields":[]}],"id":null}""";

    [Fact]
    public async Task At_the_daily_limit_nothing_else_is_sent_and_the_call_can_be_repeated_later()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = Actions, Status = 403, ErrorCode = "REQUEST_LIMIT_EXCEEDED", Message = "TotalRequests Limit exceeded." });

        var reply = await RunAsync(app, 3);

        reply.ShouldBeProblem(503, "REQUEST_LIMIT_EXCEEDED", retryable: true);
        reply.Headers["Retry-After"].ShouldBe("900");
        app.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_failure_of_the_whole_call_tells_which_input_met_it()
    {
        await using var app = await ConnectorApp.StartAsync(new Dictionary<string, string?> { ["Salesforce__MaxRetries"] = "0" });
        app.Org.AddFaults(
            new FaultRule { Path = Actions, Status = 400, ErrorCode = "REQUIRED_FIELD_MISSING", Message = "m", Times = 1 },
            new FaultRule { Path = Actions, Status = 503, ErrorCode = "SERVER_UNAVAILABLE", Message = "m" });

        var last = await RunAsync(app, 2);
        app.Org.ClearFaults();
        app.Org.AddFaults(new FaultRule { Path = Actions, Status = 503, ErrorCode = "SERVER_UNAVAILABLE", Message = "m" });
        var first = await RunAsync(app, 2);

        ((string?)last.ShouldBeProblem(503, "SERVER_UNAVAILABLE", retryable: true)["detail"]).ShouldNotBeNull().ShouldEndWith("This was input 2 of 2. Those before it were refused.");
        ((string?)first.ShouldBeProblem(503, "SERVER_UNAVAILABLE", retryable: true)["detail"]).ShouldNotBeNull().ShouldEndWith("This was input 1 of 2. Those after it were not sent.");
    }

    [Fact]
    public async Task An_app_that_stops_says_so_and_not_that_the_time_was_over()
    {
        var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = Actions, DelayMs = 600_000 });

        var pending = RunAsync(app, 2);
        await ManualTime.UntilAsync(() => app.Calls.Count == 1);
        await app.StopFunctionsAsync();

        (await pending).ShouldBeProblem(502, "CONNECTOR_STOPPING", retryable: true, outcomeUnknown: true);
        await app.DisposeAsync();
    }

    [Fact]
    public async Task On_a_queue_it_is_repeated_later()
    {
        await using var app = await azurite.StartAppAsync(new Dictionary<string, string?> { ["Queues__FirstRetryDelay"] = "00:00:01" }, listensTo: ["InvokeAction"]);
        app.Org.AddFaults(new FaultRule
        {
            Path = Actions,
            Status = 403,
            ErrorCode = "REQUEST_LIMIT_EXCEEDED",
            Message = "TotalRequests Limit exceeded.",
            Headers = new Dictionary<string, string> { ["Retry-After"] = "1" },
            Times = 1,
        });

        await app.Queues.SendAsync(
            "salesforce-invoke-action", """{"correlationId":"q","payload":{"type":"quick","name":"NewCase","inputs":[{"record":{"Subject":"a"}},{"record":{"Subject":"b"}}]}}""");

        var result = await app.Queues.ReceiveResultAsync("q");
        ((int?)result["status"]).ShouldBe(200, result.ToJsonString());
        result["body"]!.AsArray().ShouldAllBe(one => (bool?)one!["success"] == true);
        app.Calls.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData(Failure)]
    [InlineData(null)]
    public async Task Without_a_success_a_call_of_unknown_outcome_makes_the_whole_unknown(string? first)
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults([
            .. first is null ? Array.Empty<FaultRule>() : [new FaultRule { Path = Actions, Status = 200, Body = first, Times = 1 }],
            new FaultRule { Path = Actions, Reset = true, AfterExecution = true },
        ]);

        var problem = (await RunAsync(app, 3)).ShouldBeProblem(502, "SALESFORCE_BROKEN_REPLY", retryable: true, outcomeUnknown: true);

        ((string?)problem["detail"]).ShouldNotBeNull().ShouldContain(first is null ? "input 1 of 3. Those after it were not sent." : "input 2 of 3. Those before it were refused. Those after it were not sent.");
        app.Calls.Count.ShouldBe(first is null ? 1 : 2);
    }

    [Fact]
    public async Task A_redirect_leaves_the_outcome_open()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = Actions, Status = 302, Body = "", Headers = new Dictionary<string, string> { ["Location"] = "/elsewhere" } });

        (await RunAsync(app, 2)).ShouldBeProblem(502, "SALESFORCE_UNEXPECTED_REPLY", outcomeUnknown: true);
        app.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task All_refused_alike_has_that_status()
    {
        await using var app = await ConnectorApp.StartAsync();

        var problem = (await app.PostAsync("actions", new { type = "quick", name = "Nonsense", inputs = new[] { new { }, new { } } })).ShouldBeProblem(404, "NOT_FOUND");

        problem["errors"]!.AsArray().Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("actions", """{"type":"apex","name":"X","inputs":[{},{}]}""")]
    [InlineData("approvals", """{"requests":[{"actionType":"Submit","contextId":"006Dn0000070005IAA"},{"actionType":"Submit","contextId":"006Dn0000070005IAA"}]}""")]
    public async Task If_all_met_locked_rows_all_can_be_repeated_later(string route, string payload)
    {
        const string Locked = """{"isSuccess":false,"errors":[{"statusCode":"UNABLE_TO_LOCK_ROW","message":"locked","fields":[]}]}""";
        const string Refused = """{"isSuccess":false,"errors":[{"statusCode":"C","message":"m","fields":[]}]}""";
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(
            new FaultRule { Path = "/services/data/**", Status = 400, Body = $"[{Locked},{Locked}]", Times = 1 },
            new FaultRule { Path = "/services/data/**", Status = 400, Body = $"[{Locked},{Refused}]", Times = 1 });

        var locked = await app.PostAsync(route, payload);
        var mixed = await app.PostAsync(route, payload);

        locked.ShouldBeProblem(503, "UNABLE_TO_LOCK_ROW", retryable: true);
        locked.Headers["Retry-After"].ShouldBe("5");
        mixed.ShouldBeProblem(400, "UNABLE_TO_LOCK_ROW");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"id":"x"}""")]
    [InlineData("""{"success":"yes"}""")]
    [InlineData("""{"success":true} {}""")]
    [InlineData("[]")]
    [InlineData("<html>")]
    public async Task A_reply_that_tells_no_result_leaves_the_outcome_open_in_its_place(string body)
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(
            new FaultRule { Path = Actions, Status = 200, Body = Success, Times = 1 },
            new FaultRule { Path = Actions, Status = 200, Body = body });

        var reply = await RunAsync(app, 3);
        var alone = await RunAsync(app, 1);

        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Body);
        reply.Json.AsArray().Select(result => (bool?)result!["success"]).ShouldBe([true, false, false]);
        reply.Json.AsArray().Select(result => (bool?)result!["outcomeUnknown"] ?? false).ShouldBe([false, true, false]);
        ((string?)reply.Json[1]!["errors"]![0]!["statusCode"]).ShouldBe("SALESFORCE_UNEXPECTED_REPLY");
        alone.ShouldBeProblem(502, "SALESFORCE_UNEXPECTED_REPLY", retryable: true, outcomeUnknown: true);
    }

    [Theory]
    [InlineData("flow", 900)]
    [InlineData("flow", 1_100)]
    [InlineData("quick", 900)]
    [InlineData("quick", 1_100)]
    public async Task Results_may_nest_a_thousand_deep(string type, int depth)
    {
        await using var app = await ConnectorApp.StartAsync();
        var result = """{"success":true,"isSuccess":true,"outputValues":{"deep":""" + new string('[', depth) + new string(']', depth) + "}}";
        app.Org.AddFaults(new FaultRule { Path = "/services/data/**", Status = 200, Body = type == "quick" ? result : $"[{result}]" });

        var reply = await app.PostAsync("actions", new { type, name = "X", inputs = new[] { new { } } });

        if (depth < 1_000)
        {
            reply.Status.ShouldBe(HttpStatusCode.OK, reply.Body);
            reply.Body.ShouldBe($"[{result}]");
        }
        else
        {
            reply.ShouldBeProblem(502, "SALESFORCE_UNEXPECTED_REPLY", retryable: true, outcomeUnknown: true);
        }
    }

    [Fact]
    public async Task When_the_time_for_all_is_over_the_inputs_that_were_not_sent_say_so()
    {
        var time = new ManualTime();
        await using var app = await ConnectorApp.StartAsync(
            new Dictionary<string, string?> { ["Salesforce__AttemptTimeout"] = "00:03:20", ["Salesforce__Timeout"] = "00:03:20" }, time.Provider);
        app.Org.AddFaults(
            new FaultRule { Path = Actions, DelayMs = 300, Times = 1 },
            new FaultRule { Path = Actions, DelayMs = 600_000 });

        var pending = RunAsync(app, 3);
        await ManualTime.UntilAsync(() => app.Calls.Count == 1);
        time.Provider.Advance(TimeSpan.FromMinutes(3));
        await ManualTime.UntilAsync(() => app.Calls.Count == 2);
        time.Provider.Advance(TimeSpan.FromSeconds(30));
        var reply = await pending;

        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Body);
        reply.Json.AsArray().Select(result => (bool?)result!["success"]).ShouldBe([true, false, false]);
        reply.Json.AsArray().Select(result => (bool?)result!["outcomeUnknown"] ?? false).ShouldBe([false, true, false]);
        reply.Json.AsArray().Skip(1).ShouldAllBe(result => (string?)result!["errors"]![0]!["statusCode"] == "SALESFORCE_TIMEOUT");
        app.Calls.Count.ShouldBe(2);
    }

    private static Task<Reply> RunAsync(ConnectorApp app, int count) =>
        app.PostAsync("actions", new { type = "quick", name = "NewCase", inputs = Enumerable.Repeat(new { record = new { Subject = "s" } }, count) });
}
