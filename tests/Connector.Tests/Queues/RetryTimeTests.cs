using System.Text.Json.Nodes;
using Connector.Tests.Queues.Steps;

namespace Connector.Tests.Queues;

/// <summary>How long a message is tried.</summary>
public sealed class RetryTimeTests
{
    // Attempts at 0, at most 5, 15 and 35 s, with pauses up to 20 % shorter; the next one would come after 60 s at the earliest.
    [Theory]
    [InlineData("00:00:50", 4)]
    [InlineData("00:00:20", 3)]
    [InlineData("00:00:00", 1)]
    public async Task An_attempt_that_would_come_after_the_time_for_retries_is_not_waited_for(string retryFor, int attempts)
    {
        await using var orgs = await OrgFixture.StartAsync();
        await using var app = orgs.App(("Queues__RetryFor", retryFor));
        app.Steps.Refuses = (service, _) => service == Service.Salesforce;

        app.Queues.Put("salesforce-query", """{"correlationId":"q","payload":{"soqlQuery":"SELECT Id FROM Account LIMIT 1"}}""");
        await app.RunUntilQuietAsync();

        var result = JsonNode.Parse(app.Results.ShouldHaveSingleItem())!;
        ((int?)result["attempts"]).ShouldBe(attempts, result.ToJsonString());
    }
}
