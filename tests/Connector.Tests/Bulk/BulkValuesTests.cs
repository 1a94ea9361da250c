using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Connector.Tests.Drivers;
using CsvHelper;

namespace Connector.Tests.Bulk;

/// <summary>
/// 100,000 generated values, by each way to give rows: the org got them as they were sent, which it tells in the results of its
/// jobs. The org and this test read CSV with a parser that the connector does not use.
/// </summary>
public sealed class BulkValuesTests(AzuriteFixture azurite)
{
    private const int Rows = 5_000;
    private const int Seed = 17;
    private const string Key = "Name";
    private const string Clears = "#N/A";

    private static readonly string[] Columns = ["Description", "BillingStreet", "BillingState", "BillingCountry", "Website"];

    private static readonly string[] Pieces =
    [
        .. Enumerable.Range(0, 0x20).Concat(Enumerable.Range(0x7F, 0x21)).Where(c => c is not '\n').Select(c => ((char)c).ToString()),
        "\"", "\"\"", ",", ";", "\t", "|", "^", "`", "'", " ", "  ", "\u00A0", "\u2028", "\u2029", "\uFEFF", "\uFFFE", "\uFFFF",
        "😀", "👨‍👩‍👧", "e\u0301", "ß", "שלום", "\U0010FFFF", "=", "+", "-", "@", "\\", "\\n", "\\u0041", Clears, "null", "0012", "1e3", "word",
    ];

    [Fact]
    public async Task Records_arrive_as_sent() => await CheckAsync(1, rows => new { records = rows.Select(ToJson) });

    // Half as many each: the member csv takes 1,000,000 bytes.
    [Theory]
    [InlineData(2, "\n")]
    [InlineData(5, "\r\n")]
    public async Task Csv_arrives_as_sent(int way, string lineBreak) =>
        await CheckAsync(way, rows => new { csv = ToCsv(rows, ',', lineBreak) }, lineBreak, count: Rows / 2);

    [Fact]
    public async Task Json_lines_of_a_blob_arrive_as_sent() =>
        await CheckAsync(3, rows => string.Concat(rows.Select(row => ToJson(row).ToJsonString() + "\n")));

    [Fact]
    public async Task Csv_of_a_blob_arrives_as_sent() => await CheckAsync(4, rows => ToCsv(rows, '\t', "\n"), "\n", '\t');

    /// <param name="give">The rows as members of the payload, or as the text of a blob.</param>
    /// <param name="lineBreak">That of all rows; in JSON, each row can have line breaks of either kind.</param>
    private async Task CheckAsync(
        int way, Func<IReadOnlyList<Dictionary<string, string?>>, object> give, string? lineBreak = null, char delimiter = ',', int count = Rows)
    {
        await using var app = await azurite.StartAppAsync(new Dictionary<string, string?> { ["Bulk__LongestPollDelay"] = "00:00:01" }, listensTo: ["BulkWrite"]);
        var random = new Random(Seed + way);
        var rows = Enumerable.Range(0, count).Select(i => Generate(random, i, lineBreak ?? (i % 2 == 0 ? "\n" : "\r\n"))).ToArray();
        var given = give(rows);
        if (given is string text)
        {
            await app.Queues.UploadBlobAsync("salesforce-bulk", "imports/values", Encoding.UTF8.GetBytes(text));
            given = new { source = "imports/values" };
        }

        var payload = JsonSerializer.SerializeToNode(given)!.AsObject();
        (payload["objectType"], payload["operation"], payload["storeSuccessful"]) = ("Account", "insert", true);
        var result = await app.PostAsync("bulk/write", payload, ("Prefer", "wait=60"));

        result.Status.ShouldBe(HttpStatusCode.OK, result.Body);
        ((int?)result.Json["rowsSent"]).ShouldBe(count);
        result.Json["jobs"]!.AsArray().Count.ShouldBe(lineBreak is null ? 2 : 1);
        var arrived = 0;
        foreach (var blob in result.Json["successfulResults"]!.AsArray().Concat(result.Json["failedResults"]!.AsArray()))
        {
            foreach (var row in Read(await app.Queues.ReadBlobAsync((string)blob!), delimiter))
            {
                arrived++;
                var sent = rows[int.Parse(row[Key], System.Globalization.CultureInfo.InvariantCulture)];
                foreach (var column in Columns)
                {
                    (row[column] == (sent[column] ?? Clears)).ShouldBeTrue(
                        $"way {way}, row {row[Key]}, {column}: sent {JsonSerializer.Serialize(sent[column])}, arrived as {JsonSerializer.Serialize(row[column])}");
                }
            }
        }

        arrived.ShouldBe(count);
    }

    private static Dictionary<string, string?> Generate(Random random, int number, string lineBreak)
    {
        var row = new Dictionary<string, string?> { [Key] = number.ToString(System.Globalization.CultureInfo.InvariantCulture) };
        foreach (var column in Columns)
        {
            row[column] = random.Next(20) switch
            {
                0 => null,
                1 => "",
                2 => "=" + Text(random.Next(4)),
                3 => $" {Text(random.Next(4))} ",
                _ => Text(column == Columns[0] && random.Next(500) == 0 ? 10_000 : random.Next(1, 12)),
            };
        }

        return row;

        string Text(int length)
        {
            var text = string.Concat(Enumerable.Range(0, length).Select(_ => random.Next(8) == 0 ? lineBreak : Pieces[random.Next(Pieces.Length)]));
            // A carriage return before it would make another line break of a line feed.
            text = lineBreak == "\n" ? Regex.Replace(text, "\r+\n", "\n") : text;
            return text == Clears ? $"{Clears}." : text;
        }
    }

    private static JsonObject ToJson(Dictionary<string, string?> row) => new(row.Select(cell => KeyValuePair.Create(cell.Key, (JsonNode?)cell.Value)));

    private static string ToCsv(IEnumerable<Dictionary<string, string?>> rows, char delimiter, string lineBreak) => string.Concat(
        rows.Select(row => row.Values.ToArray()).Prepend([Key, .. Columns]).Select(cells =>
            string.Join(delimiter, cells.Select(cell => $"\"{(cell ?? Clears).Replace("\"", "\"\"", StringComparison.Ordinal)}\"")) + lineBreak));

    private static IEnumerable<Dictionary<string, string>> Read(string csv, char delimiter)
    {
        using var reader = CsvReader.Create(
            new MemoryStream(Encoding.UTF8.GetBytes(csv)),
            new CsvReaderOptions { HasHeader = false, Mode = CsvMode.Rfc4180, Separator = delimiter, Encoding = Encoding.UTF8 });
        string[] Row() => [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)];
        reader.Read().ShouldBeTrue();
        var header = Row();
        while (reader.Read())
        {
            yield return new Dictionary<string, string>(header.Zip(Row(), KeyValuePair.Create));
        }
    }
}
