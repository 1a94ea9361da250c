using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Salesforce.Authentication;
using SalesforceConnector.Salesforce.Events;
using SalesforceConnector.Triggers.Events;

namespace Connector.Tests.Events;

/// <summary>The ids of messages that events may be missing: receivers leave out an id that they know.</summary>
public sealed class LostPositionTests
{
    [Theory]
    [InlineData("orders", "17", true)]
    [InlineData("orders", "18", false)]
    [InlineData("order", "s17", false)]
    [InlineData("orders1", "7", false)]
    [InlineData("orders17", null, false)]
    public async Task The_same_position_of_the_same_subscription_has_the_same_id_and_no_other_has(string subscription, string? replayId, bool isSame) =>
        (await IdAsync(subscription, replayId) == await IdAsync("orders", "17")).ShouldBe(isSame);

    /// <param name="replayId">Bytes that only Salesforce understands.</param>
    private static async Task<string> IdAsync(string subscription, string? replayId)
    {
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var target = new CallTarget(OrgUrl.Parse("https://example.my.salesforce.com"), ApiVersion.Parse("v67.0"), new TokenSource.Fixed("token"));
        var to = new Subscription(subscription, new TopicOptions { Topic = "/event/Order__e" }, target, Client: null);
        var position = to.Beginning;
        position.ReplayId = replayId is null ? null : Encoding.ASCII.GetBytes(replayId);
        var sink = new Sink();
        // No client, as nothing is asked of Salesforce.
        await new EventDelivery(to, null!, sink, new EventTelemetry(services.GetRequiredService<IMeterFactory>()), TimeProvider.System, NullLogger.Instance)
            .SendLostAsync(position, TestContext.Current.CancellationToken);
        return sink.Messages.ShouldHaveSingleItem().EventId;
    }

    private sealed class Sink : IEventSink
    {
        public List<EventMessage> Messages { get; } = [];

        public Task SendAsync(EventMessage message, TopicPosition position, CancellationToken cancellationToken)
        {
            Messages.Add(message);
            return Task.CompletedTask;
        }
    }
}
