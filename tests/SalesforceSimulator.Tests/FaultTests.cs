using System.Net;
using Microsoft.Extensions.Time.Testing;

namespace SalesforceSimulator.Tests;

public sealed class FaultTests
{
    private const string NewAccount = """{"Name":"New"}""";

    [Fact]
    public async Task A_status_with_a_code_answers_Salesforces_error_array_and_executes_nothing()
    {
        await using var org = await OrgDriver.StartAsync();
        org.Simulator.AddFaults(new FaultRule
        {
            Method = "POST",
            Path = "/services/data/*/sobjects/*",
            Times = 1,
            Status = 503,
            ErrorCode = "SERVER_UNAVAILABLE",
            Message = "busy",
            Headers = new Dictionary<string, string> { ["Retry-After"] = "7" },
        });

        var failed = await org.SendAsync("POST", "sobjects/Account", NewAccount);
        var worked = await org.SendAsync("POST", "sobjects/Account", NewAccount);

        (failed.Status, failed.Body).ShouldBe((503, """[{"message":"busy","errorCode":"SERVER_UNAVAILABLE"}]"""));
        failed.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(7));
        worked.Status.ShouldBe(201);
        org.Simulator.Stats.Calls.ShouldBe(1);
        org.Simulator.Stats.Records["Account"].ShouldBe(13);
    }

    [Theory]
    [InlineData("<html>down</html>", null, "text/html; charset=UTF-8")]
    [InlineData("""{"error":"invalid_grant"}""", null, "application/json; charset=UTF-8")]
    [InlineData("down", "text/plain", "text/plain")]
    [InlineData(null, null, null)]
    public async Task A_body_is_answered_as_it_is(string? body, string? contentType, string? answered)
    {
        await using var org = await OrgDriver.StartAsync();
        org.Simulator.AddFaults(new FaultRule { Status = 502, Body = body, ContentType = contentType });

        var answer = await org.GetAsync("limits");

        (answer.Status, answer.Body).ShouldBe((502, body ?? ""));
        answer.ContentHeaders.ContentType?.ToString().ShouldBe(answered);
    }

    [Fact]
    public async Task Logins_fail_as_well()
    {
        await using var org = await OrgDriver.StartAsync();
        org.Simulator.AddFaults(new FaultRule
        {
            Path = "/services/oauth2/token",
            Status = 400,
            Body = """{"error":"invalid_grant","error_description":"no client credentials user enabled"}""",
        });

        var answer = await org.TokenAsync([]);

        answer.Json.GetProperty("error").GetString().ShouldBe("invalid_grant");
    }

    [Fact]
    public async Task After_execution_the_work_is_done_all_the_same()
    {
        await using var org = await OrgDriver.StartAsync();
        org.Simulator.AddFaults(
            new FaultRule { Times = 1, Reset = true, AfterExecution = true },
            new FaultRule { Times = 1, Status = 500, AfterExecution = true });

        await Should.ThrowAsync<HttpRequestException>(() => org.SendAsync("POST", "sobjects/Account", NewAccount));
        (await org.SendAsync("POST", "sobjects/Account", NewAccount)).Status.ShouldBe(500);

        org.Simulator.Stats.Records["Account"].ShouldBe(14);
    }

    [Fact]
    public async Task A_reset_breaks_the_connection_before_the_work()
    {
        await using var org = await OrgDriver.StartAsync();
        org.Simulator.AddFaults(new FaultRule { Reset = true });

        var broken = await Should.ThrowAsync<HttpRequestException>(() => org.SendAsync("POST", "sobjects/Account", NewAccount));

        broken.InnerException.ShouldBeAssignableTo<IOException>();
        org.Simulator.Stats.Records["Account"].ShouldBe(12);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("gzip")]
    public async Task A_truncated_body_ends_in_the_middle(string? acceptEncoding)
    {
        await using var org = await OrgDriver.StartAsync();
        org.Simulator.AddFaults(new FaultRule { Truncate = true });

        var request = org.GetAsync("query?q=SELECT+Id+FROM+Account", acceptEncoding is null ? [] : [("Accept-Encoding", acceptEncoding)]);

        var broken = await Should.ThrowAsync<HttpRequestException>(request);
        broken.HttpRequestError.ShouldBe(HttpRequestError.ResponseEnded);
    }

    [Fact]
    public async Task A_delay_waits_by_the_orgs_clock_and_then_goes_on()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using var org = await OrgDriver.StartAsync(new SimulatorOptions { Time = time });
        org.Simulator.AddFaults(new FaultRule { DelayMs = 60_000 });

        var request = org.GetAsync("limits");
        while (!request.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(10));
            await Task.Yield();
        }

        (await request).Status.ShouldBe(200);
        time.GetUtcNow().ShouldBeGreaterThanOrEqualTo(time.Start.AddSeconds(60));
    }

    [Fact]
    public async Task A_rate_fails_the_same_requests_every_time()
    {
        List<string> runs = [];
        for (var run = 0; run < 2; run++)
        {
            await using var org = await OrgDriver.StartAsync(new SimulatorOptions { Seed = 42 });
            org.Simulator.AddFaults(new FaultRule { Rate = 0.5, Status = 503 });
            List<int> statuses = [];
            for (var i = 0; i < 40; i++)
            {
                statuses.Add((await org.GetAsync("limits")).Status);
            }

            runs.Add(string.Join(' ', statuses));
        }

        runs[0].ShouldBe(runs[1]);
        runs[0].Split(' ').Count(status => status == "503").ShouldBeInRange(8, 32);
    }

    [Fact]
    public async Task The_first_rule_that_matches_applies_until_the_rules_are_cleared()
    {
        await using var org = await OrgDriver.StartAsync();
        org.Simulator.AddFaults(
            new FaultRule { Method = "delete", Status = 500 },
            new FaultRule { Path = "*/limits", Status = 501 },
            new FaultRule { Path = "/services/data/*", Status = 502 });

        (await org.GetAsync("limits")).Status.ShouldBe(501);
        (await org.GetAsync("sobjects")).Status.ShouldBe(502);
        org.Simulator.ClearFaults();
        (await org.GetAsync("limits")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_rule_that_makes_no_sense_is_refused()
    {
        await using var org = await OrgDriver.StartAsync();

        Should.Throw<ArgumentException>(() => org.Simulator.AddFaults(new FaultRule { ErrorCode = "X" })).Message.ShouldStartWith("errorCode needs a status");
        (await org.GetAsync("limits")).Status.ShouldBe((int)HttpStatusCode.OK);
    }
}
