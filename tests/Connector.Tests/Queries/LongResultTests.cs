using System.Diagnostics;
using System.Net;
using System.Text;
using Connector.Tests.Drivers;
using SalesforceSimulator;

namespace Connector.Tests.Queries;

/// <summary>A result of a million records: the memory that it takes.</summary>
public sealed class LongResultTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static readonly byte[] Mark = Encoding.UTF8.GetBytes("\"attributes\"");

    [Fact]
    public async Task A_million_records_pass_with_less_than_32_MiB_growth_of_the_process()
    {
        const int Records = 1_000_000;
        const string Soql = "SELECT Id, Name FROM Account WHERE External_Id__c LIKE 'FILL-%'";
        await using var app = await ConnectorProcess.StartAsync();
        app.Org.Fill("Account", Records);
        for (var i = 0; i < 3; i++)
        {
            await ReadAsync(app, $"{Soql} LIMIT 20000");
        }

        var before = app.WorkingSet;
        var watch = Stopwatch.StartNew();
        var (records, peak) = await ReadAsync(app, Soql);
        var merged = watch.Elapsed;
        var pages = await ReadPageByPageAsync(app.Org, Soql);
        var apart = watch.Elapsed - merged;

        records.ShouldBe(Records);
        pages.ShouldBe(500);
        (peak - before).ShouldBeLessThan(32L << 20);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{Records} records: {merged.TotalSeconds:F1} s as one, {apart.TotalSeconds:F1} s page by page; growth {(peak - before) >> 20} MiB");
    }

    private static async Task<(int Records, long Peak)> ReadAsync(ConnectorProcess app, string soql)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "query") { Content = new StringContent($$"""{"soqlQuery":"{{soql}}","fetchAll":true}""") };
        using var response = await app.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        response.EnsureSuccessStatusCode();
        await using var body = await response.Content.ReadAsStreamAsync(Cancellation);
        var buffer = new byte[1 << 20];
        var records = 0;
        var kept = 0;
        long peak = 0;
        var reads = 0;
        int read;
        while ((read = await body.ReadAsync(buffer.AsMemory(kept), Cancellation)) > 0)
        {
            var bytes = buffer.AsSpan(0, kept + read);
            records += Count(bytes);
            kept = Math.Min(bytes.Length, Mark.Length - 1);
            bytes[^kept..].CopyTo(buffer);
            // Not at each read: to look costs more than to read.
            if (++reads % 64 == 0)
            {
                peak = Math.Max(peak, app.WorkingSet);
            }
        }

        return (records, peak);
    }

    // What is kept of the bytes before is shorter than the mark, so that none is counted twice.
    private static int Count(ReadOnlySpan<byte> bytes)
    {
        var count = 0;
        int at;
        while ((at = bytes.IndexOf(Mark)) >= 0)
        {
            count++;
            bytes = bytes[(at + Mark.Length)..];
        }

        return count;
    }

    /// <summary>What a plain client does: one page after the other.</summary>
    private static async Task<int> ReadPageByPageAsync(Simulator org, string soql)
    {
        using var connections = new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.All };
        using var client = new HttpClient(connections) { BaseAddress = org.BaseUrl };
        client.DefaultRequestHeaders.Authorization = new("Bearer", await ConnectorApp.LogInAsync(org));
        var url = $"/services/data/v67.0/query?q={Uri.EscapeDataString(soql)}";
        var pages = 0;
        while (url is not null)
        {
            using var page = System.Text.Json.JsonDocument.Parse(
                await client.GetByteArrayAsync(new Uri(url, UriKind.Relative), Cancellation));
            url = page.RootElement.TryGetProperty("nextRecordsUrl", out var next) ? next.GetString() : null;
            pages++;
        }

        return pages;
    }
}
