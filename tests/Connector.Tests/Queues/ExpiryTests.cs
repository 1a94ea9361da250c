using Connector.Tests.Drivers;
using SalesforceSimulator;

namespace Connector.Tests.Queues;

/// <summary>Nothing that waits for somebody expires, as messages do after seven days unless they are told not to.</summary>
public sealed class ExpiryTests(AzuriteFixture azurite)
{
    [Theory]
    [InlineData("salesforce-results")]
    [InlineData("salesforce-poison")]
    public async Task Results_and_kept_messages_stay_until_somebody_takes_them(string queue)
    {
        await using var app = await azurite.StartAppAsync(new Dictionary<string, string?> { ["Queues__RetryFor"] = "00:00:00" }, listensTo: ["Query"]);
        app.Org.AddFaults(new FaultRule { Path = "/services/data/*", Status = 503, ErrorCode = "SERVER_UNAVAILABLE", Message = "m" });

        await app.Queues.SendAsync("salesforce-query", """{"correlationId":"q","payload":{"soqlQuery":"SELECT Id FROM Account"}}""");
        await app.Queues.WaitForCountAsync("salesforce-results", 1);

        var message = (await app.Queues.Queue(queue).PeekMessageAsync(TestContext.Current.CancellationToken)).Value.ShouldNotBeNull();
        message.ExpiresOn.ShouldNotBeNull().ShouldBeGreaterThan(message.InsertedOn.ShouldNotBeNull().AddYears(100));
    }
}
