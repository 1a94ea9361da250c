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
}
