using Connector.Tests.Drivers;
using SalesforceSimulator;

namespace Connector.Tests.Queues;

/// <summary>No invocation waits for the Functions host to end it.</summary>
public sealed class DeadlineTests(AzuriteFixture azurite)
{
    private static readonly Dictionary<string, string?> Short = new()
    {
        ["Salesforce__Timeout"] = "00:00:01.5",
        ["Salesforce__InvocationTimeout"] = "00:00:03",
    };

    private static readonly object WholeResult = new { soqlQuery = "SELECT Id FROM Lead", fetchAll = true, pageSize = 200 };

    [Fact]
    public async Task A_whole_result_that_takes_too_long_on_a_queue_is_a_failure_that_names_the_Bulk_API()
    {
        await using var app = await azurite.StartAppAsync(Short, listensTo: ["Query"]);
        SlowPages(app);

        await app.Queues.SendAsync(
            "salesforce-query", """{"correlationId":"q","payload":{"soqlQuery":"SELECT Id FROM Lead","fetchAll":true,"pageSize":200}}""");

        var result = await app.Queues.ReceiveResultAsync("q");
        ((int?)result["status"]).ShouldBe(504, result.ToJsonString());
        ((string?)result["error"]!["errorCode"]).ShouldBe("DEADLINE_EXCEEDED");
        ((bool?)result["error"]!["retryable"]).ShouldBe(false);
        ((string?)result["error"]!["detail"]).ShouldNotBeNull().ShouldContain("Bulk API");
        ((int?)result["attempts"]).ShouldBe(1);
    }

    [Fact]
    public async Task A_whole_result_that_takes_too_long_over_HTTP_is_broken_off()
    {
        await using var app = await ConnectorApp.StartAsync(Short);
        SlowPages(app);

        await Should.ThrowAsync<HttpRequestException>(app.PostAsync("query", WholeResult));

        app.Calls.Count.ShouldBeLessThan(12);
        app.Log.Text.ShouldContain("Salesforce__InvocationTimeout");
    }

    [Fact]
    public async Task A_caller_that_reads_too_slowly_is_broken_off()
    {
        await using var app = await ConnectorApp.StartAsync(Short);
        app.Org.Fill("Account", 400, descriptionLength: 100_000);
        using var request = new HttpRequestMessage(HttpMethod.Post, "query");
        request.Content = new StringContent("""{"soqlQuery":"SELECT Id, Description FROM Account","fetchAll":true,"pageSize":200}""");
        using var response = await app.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);

        // Nothing is read until the connector has given up.
        await ManualTime.UntilAsync(() => app.Log.Text.Contains("Salesforce__InvocationTimeout", StringComparison.Ordinal));

        await Should.ThrowAsync<HttpRequestException>(response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    private static void SlowPages(ConnectorApp app)
    {
        app.Org.Fill("Lead", 4_000);
        app.Org.AddFaults(new FaultRule { Path = "/services/data/*", DelayMs = 400 });
    }
}
