using Connector.Tests.Drivers;
using SalesforceSimulator;

namespace Connector.Tests.Hosting;

public sealed class StreamingTests
{
    private const int Records = 2_000;
    private const int DescriptionLength = 100_000;
    private const long MaxGrowth = 32L << 20;
    private const string Soql = "SELECT Id, Description FROM Account WHERE External_Id__c LIKE 'FILL-%'";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_reply_that_breaks_off_midway_breaks_the_callers_too()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.Fill("Account", 100, DescriptionLength);
        app.Org.AddFaults(new FaultRule { Path = "/services/data/*", Truncate = true });

        // The status line is out by then: nothing but a broken connection can say that half is not the whole.
        await BrokenReply.ShouldBreakAsync(() => app.PostAsync("query", new { soqlQuery = Soql }));

        app.Log.Text.ShouldContain("failed midway");
    }

    [Fact]
    public async Task A_long_query_with_a_large_reply_streams_too()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.Fill("Account", 100, DescriptionLength);

        var plain = await app.PostAsync("query", new { soqlQuery = Soql });
        var lengthy = await app.PostAsync("query", new { soqlQuery = Soql + new string(' ', 20_000) });

        plain.Body.Length.ShouldBeGreaterThan(10_000_000);
        lengthy.Body.ShouldBe(plain.Body);
        app.Org.AddFaults(new FaultRule { Path = "/services/data/*", Truncate = true });
        await BrokenReply.ShouldBreakAsync(() => app.PostAsync("query", new { soqlQuery = Soql + new string(' ', 20_000) }));
    }

    [Fact]
    public async Task A_reply_of_200_MB_passes_with_less_than_32_MiB_growth_of_the_process()
    {
        await using var app = await ConnectorProcess.StartAsync();
        app.Org.Fill("Account", Records, DescriptionLength);
        for (var i = 0; i < 20; i++)
        {
            await ReadAsync(app, "SELECT Id FROM Account LIMIT 2000");
        }

        var before = app.WorkingSet;
        var (length, peak) = await ReadAsync(app, Soql);

        length.ShouldBeGreaterThan(200_000_000);
        (peak - before).ShouldBeLessThan(MaxGrowth);
    }

    private static async Task<(long Length, long Peak)> ReadAsync(ConnectorProcess app, string soql)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "query") { Content = new StringContent($$"""{"soqlQuery":"{{soql}}"}""") };
        using var response = await app.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        response.EnsureSuccessStatusCode();
        await using var body = await response.Content.ReadAsStreamAsync(Cancellation);
        var buffer = new byte[1 << 20];
        long length = 0;
        long peak = 0;
        var reads = 0;
        int read;
        while ((read = await body.ReadAsync(buffer, Cancellation)) > 0)
        {
            length += read;
            // Not at each read: to look costs more than to read.
            if (++reads % 64 == 0)
            {
                peak = Math.Max(peak, app.WorkingSet);
            }
        }

        return (length, peak);
    }
}
