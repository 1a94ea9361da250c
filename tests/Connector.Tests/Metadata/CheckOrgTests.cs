using Connector.Tests.Drivers;
using SalesforceSimulator;

namespace Connector.Tests.Metadata;

/// <summary>What a check finds of an org that is not as it should be.</summary>
public sealed class CheckOrgTests
{
    [Fact]
    public async Task An_org_without_requests_left_is_not_in_order()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = "*/limits", Status = 200, Body = """{"DailyApiRequests":{"Max":5000,"Remaining":0}}""" });

        var reply = await CheckTests.CheckAsync(app, new { });

        ((bool)reply["ok"]!).ShouldBeFalse();
        ((bool)reply["limits"]!["ok"]!).ShouldBeFalse();
        ((string?)reply["limits"]!["problem"]).ShouldBe("No API requests are left.");
        ((string?)reply["limits"]!["remedy"]).ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task Where_the_limits_are_not_shown_the_requests_of_the_header_count()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = "*/limits", Status = 403, ErrorCode = "INSUFFICIENT_ACCESS", Message = "No." });

        var reply = (await app.PostAsync("check", new { })).Json;

        ((int)reply["limits"]!["dailyApiRequests"]!["remaining"]!).ShouldBeInRange(4_980, 4_999);
    }

    [Theory]
    [InlineData(503, "SERVER_UNAVAILABLE", "later")]
    [InlineData(403, "API_DISABLED_FOR_ORG", "API Enabled")]
    public async Task What_cannot_be_asked_says_why_and_what_to_do(int status, string errorCode, string remedy)
    {
        await using var app = await ConnectorApp.StartAsync(new Dictionary<string, string?> { ["Salesforce__MaxRetries"] = "0" });
        app.Org.AddFaults(new FaultRule { Path = "/services/data*", Status = status, ErrorCode = errorCode, Message = "No." });

        var reply = await CheckTests.CheckAsync(app, new { objectTypes = new[] { "Account" } });

        ((bool)reply["login"]!["ok"]!).ShouldBeTrue(reply.ToJsonString());
        foreach (var part in (string[])["apiVersion", "apiAccess", "limits"])
        {
            ((string?)reply[part]!["errorCode"]).ShouldBe(errorCode, part);
            ((string?)reply[part]!["remedy"]).ShouldNotBeNull().ShouldContain(remedy, Case.Sensitive, part);
        }

        ((string?)reply["objectTypes"]![0]!["errorCode"]).ShouldBe(errorCode);
    }

    [Fact]
    public async Task A_token_of_the_callers_at_an_org_that_does_not_answer_is_not_in_order()
    {
        await using var app = await ConnectorApp.StartAsync(new Dictionary<string, string?> { ["Salesforce__MaxRetries"] = "0" });
        var token = app.Secret(await app.LogInAtOrgAsync());
        app.Org.AddFaults(new FaultRule { Path = "/services/data*", Status = 503, ErrorCode = "SERVER_UNAVAILABLE", Message = "No." });

        var reply = await CheckTests.CheckAsync(app, new { authentication = new { type = "bearer", token } });

        ((bool)reply["login"]!["ok"]!).ShouldBeFalse();
        ((string?)reply["login"]!["errorCode"]).ShouldBe("SERVER_UNAVAILABLE");
    }

    [Fact]
    public async Task A_check_of_an_app_that_stops_finds_nothing()
    {
        var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = "*/limits", DelayMs = 600_000 });

        var pending = app.PostAsync("check", new { });
        await ManualTime.UntilAsync(() => app.Calls.Any(call => call.Path.EndsWith("/limits", StringComparison.Ordinal)));
        await app.StopFunctionsAsync();

        (await pending).ShouldBeProblem(503, "CONNECTOR_STOPPING", retryable: true);
        await app.DisposeAsync();
    }
}
