using Connector.Tests.Queues.Steps;
using Microsoft.Extensions.Time.Testing;
using SalesforceConnector.Triggers.Queues;

namespace Connector.Tests.Queues.Messages;

/// <summary>How long a message stays out of sight: Queue storage takes whole seconds, up to seven days.</summary>
public sealed class OutboxTests
{
    [Theory]
    [InlineData(-5, 0)]
    [InlineData(0, 0)]
    [InlineData(0.001, 1)]
    [InlineData(1, 1)]
    [InlineData(1.2, 2)]
    [InlineData(604_800, 604_800)]
    [InlineData(700_000, 604_800)]
    public async Task A_message_is_seen_after_its_pause_and_never_before(double pause, double seconds)
    {
        var time = new FakeTimeProvider();
        var queues = new StepQueues(new StepRecorder(time), time);

        await QueueOutbox.SendAsync(queues.GetQueueClient("q"), "{}", TimeSpan.FromSeconds(pause), TestContext.Current.CancellationToken);

        queues.On("q").ShouldHaveSingleItem().VisibleAt.ShouldBe(time.GetUtcNow().AddSeconds(seconds));
    }
}
