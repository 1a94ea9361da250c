using System.Net;
using Connector.Tests.Drivers;
using SalesforceSimulator;

namespace Connector.Tests.Hosting;

/// <summary>Connections that break, stand still, lead elsewhere or are never made.</summary>
public sealed class ConnectionErrorTests
{
    private const string Calls = "/services/data/*";

    private static readonly object Query = new { soqlQuery = "SELECT Id FROM Account" };
    private static readonly object Create = new { objectType = "Account", fields = new { Name = "Acme" } };

    [Fact]
    public async Task A_redirect_leaves_the_outcome_of_a_write_unknown()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = Calls, Status = 303, Headers = new Dictionary<string, string> { ["Location"] = "/elsewhere" } });

        (await app.PostAsync("records/create", Create)).ShouldBeProblem(502, "SALESFORCE_UNEXPECTED_REPLY", outcomeUnknown: true);
        (await app.PostAsync("query", Query)).ShouldBeProblem(502, "SALESFORCE_UNEXPECTED_REPLY");
        app.Calls.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var app = await ConnectorApp.StartAsync();
        await using var elsewhere = await Simulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        app.Org.AddFaults(new FaultRule
        {
            Path = Calls,
            Status = 302,
            Headers = new Dictionary<string, string> { ["Location"] = $"{elsewhere.BaseUrl}services/data/v67.0/query" },
        });

        (await app.PostAsync("query", Query)).ShouldBeProblem(502, "SALESFORCE_UNEXPECTED_REPLY");

        elsewhere.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_reset_connection_is_502_and_unknown_for_a_write()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = Calls, Reset = true, AfterExecution = true });

        (await app.PostAsync("records/create", Create)).ShouldBeProblem(502, "SALESFORCE_BROKEN_REPLY", retryable: true, outcomeUnknown: true);

        app.Calls.Count.ShouldBe(1);
        app.Org.Stats.Calls.ShouldBe(1);
    }

    [Theory]
    [InlineData("gzip", "SALESFORCE_BROKEN_REPLY")]
    [InlineData("deflate", "SALESFORCE_BROKEN_REPLY")]
    // Not asked for, so not decompressed.
    [InlineData("br", "SALESFORCE_UNEXPECTED_REPLY")]
    public async Task A_body_that_cannot_be_decompressed_is_no_answer(string encoding, string errorCode)
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule
        {
            Path = Calls,
            Status = 200,
            Body = "not compressed",
            Headers = new Dictionary<string, string> { ["Content-Encoding"] = encoding },
        });

        (await app.PostAsync("query", Query)).ShouldBeProblem(502, errorCode, retryable: true);
        (await app.PostAsync("records/create", Create)).ShouldBeProblem(502, errorCode, retryable: true, outcomeUnknown: true);
        app.Calls.Count.ShouldBe(5);
    }

    [Fact]
    public async Task A_reset_connection_is_tried_again_for_a_read()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = Calls, Reset = true, Times = 3 });

        (await app.PostAsync("query", Query)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_truncated_reply_is_a_broken_one_not_half_a_success()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = Calls, Truncate = true });

        (await app.PostAsync("records/create", Create)).ShouldBeProblem(502, "SALESFORCE_BROKEN_REPLY", retryable: true, outcomeUnknown: true);
        (await app.PostAsync("query", Query)).ShouldBeProblem(502, "SALESFORCE_BROKEN_REPLY", retryable: true);
        app.Calls.Count.ShouldBe(5);
    }

    [Fact]
    public async Task An_org_that_is_not_there_is_503_as_nothing_was_executed()
    {
        await using var app = await ConnectorApp.StartAsync();
        (await app.PostAsync("query", Query)).Status.ShouldBe(HttpStatusCode.OK);
        await app.Org.DisposeAsync();

        (await app.PostAsync("records/create", Create)).ShouldBeProblem(503, "SALESFORCE_UNAVAILABLE", retryable: true);
    }

    [Fact]
    public async Task Time_that_runs_out_is_504_and_unknown_for_a_write()
    {
        var time = new ManualTime();
        await using var app = await ConnectorApp.StartAsync(time: time.Provider);
        app.Org.AddFaults(new FaultRule { Path = Calls, DelayMs = 600_000 });

        var write = await time.RunOutAsync(app.PostAsync("records/create", Create), () => app.Calls.Count == 1);
        write.ShouldBeProblem(504, "SALESFORCE_TIMEOUT", retryable: true, outcomeUnknown: true);

        var read = await time.RunOutAsync(app.PostAsync("query", Query), () => app.Calls.Count > 1);
        read.ShouldBeProblem(504, "SALESFORCE_TIMEOUT", retryable: true);
    }

    [Fact]
    public async Task A_login_that_takes_too_long_is_503_as_nothing_was_executed()
    {
        var time = new ManualTime();
        await using var app = await ConnectorApp.StartAsync(time: time.Provider);
        app.Org.AddFaults(new FaultRule { Path = "/services/oauth2/token", DelayMs = 600_000 });

        var reply = await time.RunOutAsync(app.PostAsync("records/create", Create), () => app.Org.Requests.Count > 0);

        reply.ShouldBeProblem(503, "SALESFORCE_UNAVAILABLE", retryable: true);
        app.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Conversations_of_an_app_that_stops_are_ended_with_a_problem()
    {
        var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = Calls, DelayMs = 600_000 });
        var pending = app.PostAsync("records/create", Create);
        await ManualTime.UntilAsync(() => app.Calls.Count == 1);

        await app.StopFunctionsAsync();

        (await pending).ShouldBeProblem(502, "CONNECTOR_STOPPING", retryable: true, outcomeUnknown: true);
        await app.DisposeAsync();
    }
}
