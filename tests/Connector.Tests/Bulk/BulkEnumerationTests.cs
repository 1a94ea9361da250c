using System.Text;

namespace Connector.Tests.Bulk;

/// <summary>Whatever fails at whatever step of a bulk operation, it is done once and wholly, and the result says so.</summary>
public sealed class BulkEnumerationTests(ITestOutputHelper output)
{
    private const string Source = "imports/accounts.csv";

    // Four rows in two jobs, of which one is refused.
    private static readonly byte[] Rows = Encoding.UTF8.GetBytes(
        "Name,NumberOfEmployees,Description\n" + string.Concat(Enumerable.Range(0, 4).Select(i => $"Row {i},{(i == 1 ? -1 : i)},{new string('x', 30_000)}\n")));

    [Theory]
    [InlineData("queue")]
    [InlineData("HTTP")]
    public async Task Whatever_fails_wherever_each_row_is_written_once(string door)
    {
        var before = 0;
        var runs = new BulkEnumeration(
            "BulkWrite",
            "salesforce-bulk-write",
            """{"objectType":"Account","operation":"insert","source":"imports/accounts.csv"}""",
            new Dictionary<string, string?> { ["Bulk__MaxJobBytes"] = "100000" },
            output)
        {
            Prepare = (app, org) =>
            {
                app.BulkBlobs.Put(Source, Rows);
                before = org.Stats.Records["Account"];
            },
            Check = (app, org, body, text) =>
            {
                ((int?)body["rowsSent"], (int?)body["successful"], (int?)body["failed"], (int?)body["unprocessed"]).ShouldBe((4, 3, 1, 0), text);
                (org.Stats.Records["Account"] - before).ShouldBe(3);
                Encoding.UTF8.GetString(app.BulkBlobs.All.Single(blob => blob.Key.EndsWith("failed-1.csv", StringComparison.Ordinal)).Value).ShouldContain("\"Row 1\"");
            },
        };

        await runs.RunAsync(door);
    }

    [Theory]
    [InlineData("queue", "csv")]
    [InlineData("HTTP", "jsonl")]
    public async Task Whatever_fails_wherever_the_blob_of_a_query_has_the_same_bytes(string door, string format)
    {
        string? undisturbed = null;
        var runs = new BulkEnumeration(
            "BulkQuery",
            "salesforce-bulk-query",
            $$"""{"soqlQuery":"SELECT Id, Name, Industry, Description FROM Account ORDER BY Id","format":"{{format}}"}""",
            // The sample data's 12 accounts in three pages.
            new Dictionary<string, string?> { ["Bulk__QueryPageRows"] = "5" },
            output)
        {
            Check = (app, _, body, text) =>
            {
                ((int?)body["rows"]).ShouldBe(12, text);
                var blob = app.BulkBlobs.All[(string)body["blob"]!];
                ((int?)body["bytes"]).ShouldBe(blob.Length);
                app.BulkBlobs.All.Count.ShouldBe(1);
                var content = Encoding.UTF8.GetString(blob);
                if (undisturbed is null)
                {
                    content.ShouldContain("GenePoint");
                    app.Steps.All.Count(step => step.Name.EndsWith("/results", StringComparison.Ordinal)).ShouldBe(3);
                    undisturbed = content;
                }

                content.ShouldBe(undisturbed);
            },
        };

        await runs.RunAsync(door);
    }
}
