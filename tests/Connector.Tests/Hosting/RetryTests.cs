using System.Net;
using Connector.Tests.Drivers;
using Microsoft.AspNetCore.Http;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Triggers.Http;
using SalesforceSimulator;

namespace Connector.Tests.Hosting;

/// <summary>What is tried again, when, and what is told of it.</summary>
public sealed class RetryTests
{
    private const string Calls = "/services/data/*";
    private const int Never = 600_000;

    private static readonly object Query = new { soqlQuery = "SELECT Id FROM Account" };
    private static readonly object Create = new { objectType = "Account", fields = new { Name = "Acme" } };

    // A look at the clock of the test, which gives a call as much of the machine's time as it needs.
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);

    [Fact]
    public async Task An_attempt_that_takes_too_long_is_made_again_if_it_is_a_read()
    {
        var time = new ManualTime();
        await using var app = await ConnectorApp.StartAsync(
            new Dictionary<string, string?> { ["Salesforce__AttemptTimeout"] = "00:01:40" }, time.Provider);
        app.Org.AddFaults(new FaultRule { Path = Calls, DelayMs = Never, Times = 1 });

        var read = await RunAsync(app.PostAsync("query", Query), calls: 1);
        app.Org.ClearFaults();
        app.Org.AddFaults(new FaultRule { Path = Calls, DelayMs = Never, Times = 1 });
        var write = await RunAsync(app.PostAsync("records/create", Create), calls: 3);

        read.Status.ShouldBe(HttpStatusCode.OK, read.Body);
        write.ShouldBeProblem(504, "SALESFORCE_TIMEOUT", retryable: true, outcomeUnknown: true);
        app.Calls.Count.ShouldBe(3);

        async Task<Reply> RunAsync(Task<Reply> pending, int calls)
        {
            await ManualTime.UntilAsync(() => app.Calls.Count == calls);
            time.Provider.Advance(TimeSpan.FromSeconds(100));
            await ManualTime.UntilAsync(() =>
            {
                // The pause before the retry.
                time.Provider.Advance(Look);
                return pending.IsCompleted;
            });
            return await pending;
        }
    }

    [Fact]
    public async Task An_upload_takes_as_long_as_it_takes()
    {
        var time = new ManualTime();
        await using var app = await ConnectorApp.StartAsync(time: time.Provider);
        app.Org.AddFaults(new FaultRule { Method = "POST", Path = "*/sobjects/ContentVersion", DelayMs = 1_000, Times = 1 });

        var pending = app.PostAsync("files/upload", new { fileName = "hello.txt", content = "SGVsbG8=" });
        await ManualTime.UntilAsync(() => app.Calls.Count == 1);
        // Longer than any call, and an attempt at one, may take.
        time.Provider.Advance(TimeSpan.FromSeconds(260));

        (await pending).Status.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_Retry_After_that_is_a_date_is_told_in_seconds()
    {
        await using var app = await ConnectorApp.StartAsync(new Dictionary<string, string?> { ["Salesforce__MaxRetries"] = "0" });
        app.Org.AddFaults(new FaultRule
        {
            Path = Calls,
            Status = 503,
            ErrorCode = "SERVER_UNAVAILABLE",
            Message = "m",
            Headers = new Dictionary<string, string> { ["Retry-After"] = TimeProvider.System.GetUtcNow().AddHours(1).ToString("R") },
        });

        var reply = await app.PostAsync("query", Query);

        reply.ShouldBeProblem(503, "SERVER_UNAVAILABLE", retryable: true);
        int.Parse(reply.Headers["Retry-After"], System.Globalization.CultureInfo.InvariantCulture).ShouldBeInRange(3_000, 3_600);
    }

    [Theory]
    [InlineData(0.2, "1")]
    [InlineData(5, "5")]
    [InlineData(-3, "0")]
    public async Task A_Retry_After_is_never_shorter_than_the_pause(double seconds, string told)
    {
        var context = new DefaultHttpContext();
        var problem = Problem.Create(ProblemKind.Unavailable, 503, ErrorCodes.Unavailable, "m", retryable: true) with { RetryAfter = TimeSpan.FromSeconds(seconds) };

        await new ProblemResult(problem).ExecuteAsync(context);

        context.Response.Headers.RetryAfter.ToString().ShouldBe(told);
    }

    [Fact]
    public async Task A_timeout_that_Salesforce_tells_itself_is_tried_again_for_a_read()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = Calls, Status = 408, ErrorCode = "REQUEST_TIMEOUT", Message = "m" });

        (await app.PostAsync("records/create", Create)).ShouldBeProblem(502, "REQUEST_TIMEOUT", retryable: true, outcomeUnknown: true);
        (await app.PostAsync("query", Query)).ShouldBeProblem(502, "REQUEST_TIMEOUT", retryable: true);
        app.Calls.Count.ShouldBe(5);
    }

    [Fact]
    public async Task A_read_of_an_app_that_stops_was_not_executed()
    {
        var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = Calls, DelayMs = Never });

        var pending = app.PostAsync("query", Query);
        await ManualTime.UntilAsync(() => app.Calls.Count == 1);
        await app.StopFunctionsAsync();

        (await pending).ShouldBeProblem(503, "CONNECTOR_STOPPING", retryable: true);
        await app.DisposeAsync();
    }

    [Fact]
    public async Task A_failure_of_the_servers_is_a_warning_and_one_of_the_callers_is_none()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = Calls, Status = 500, ErrorCode = "UNKNOWN_EXCEPTION", Message = "m", Times = 1 });

        await app.PostAsync("records/create", Create, ("x-correlation-id", "theirs"));
        await app.PostAsync("records/create", "{}", ("x-correlation-id", "ours"));

        app.Log.Lines("CreateRecord theirs: 502 UNKNOWN_EXCEPTION").ShouldNotBeEmpty();
        app.Log.Lines("CreateRecord theirs: 502 UNKNOWN_EXCEPTION").ShouldAllBe(line => line.StartsWith("Warning ", StringComparison.Ordinal));
        app.Log.Lines("CreateRecord ours: 400 MISSING_MEMBER").ShouldNotBeEmpty();
        app.Log.Lines("CreateRecord ours: 400 MISSING_MEMBER").ShouldAllBe(line => line.StartsWith("Information ", StringComparison.Ordinal));
    }
}
