using System.Collections.Immutable;
using Connector.Tests.Drivers;
using Connector.Tests.Queues.Steps;
using SalesforceConnector.Triggers.Queues;

namespace Connector.Tests.Queues;

public sealed class PauseTests
{
    private static readonly QueueOptions Options = new();

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 10)]
    [InlineData(3, 20)]
    [InlineData(8, 640)]
    [InlineData(9, 900)]
    [InlineData(1_000_000, 900)]
    public void Pauses_double_up_to_the_longest(int attempts, int seconds)
    {
        Completion.Pause(attempts, Options, null, jitter: 0).ShouldBe(TimeSpan.FromSeconds(seconds));
        Completion.Pause(attempts, Options, null, jitter: 1).ShouldBe(TimeSpan.FromSeconds(seconds * 0.8));
    }

    [Fact]
    public void A_Retry_After_that_is_longer_is_honoured_by_all_that_wait_and_not_at_the_same_moment()
    {
        Completion.Pause(1, Options, TimeSpan.FromHours(1), jitter: 0).ShouldBe(TimeSpan.FromHours(1));
        Completion.Pause(1, Options, TimeSpan.FromHours(1), jitter: 1).ShouldBe(TimeSpan.FromHours(1.2));
        Completion.Pause(9, Options, TimeSpan.FromSeconds(1), jitter: 0).ShouldBe(TimeSpan.FromMinutes(15));
    }

    [Fact]
    public async Task A_call_that_waits_for_its_result_looks_for_it_after_pauses_that_double_up_to_two_seconds()
    {
        var time = new NotedTimers(shorterThan: TimeSpan.FromSeconds(5));
        await using var orgs = await OrgFixture.StartAsync();
        // Nobody takes its message.
        await using var app = new StepApp(orgs.Org, orgs.Vault, ImmutableDictionary<string, string?>.Empty, time);

        var reply = await app.CallAsync("Query", """{"soqlQuery":"SELECT Id FROM Account LIMIT 1"}""", ("Prefer", "respond-async, wait=8"));

        reply!.Value.Status.ShouldBe(202);
        time.Pauses.Take(5).Select(pause => pause.TotalSeconds).ShouldBe([0.25, 0.5, 1, 2, 2]);
    }
}
