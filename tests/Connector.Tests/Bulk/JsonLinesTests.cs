using System.Text;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce.Bulk.Rows;

namespace Connector.Tests.Bulk;

/// <summary>Lines of JSON as they come from storage, in pieces of any size.</summary>
public sealed class JsonLinesTests
{
    private const int Begin = 1_000;

    [Fact]
    public async Task Lines_longer_than_the_buffer_are_read_whole_with_their_places()
    {
        var lines = new[] { "{\"A\":1}", new string('x', 300_000), " \t\r", new string('y', 1_500_000) + "\r", "last" };
        var text = string.Join('\n', lines);

        var read = await ReadAsync(text);

        read.Select(line => line.Text).ShouldBe([lines[0], lines[1], lines[3], lines[4]]);
        foreach (var (line, start, next) in read)
        {
            text.Substring((int)start - Begin, line.Length).ShouldBe(line);
            (next - Begin).ShouldBe(Math.Min(start - Begin + line.Length + 1, text.Length));
        }
    }

    [Fact]
    public async Task A_line_that_no_record_can_have_is_refused_with_its_place() =>
        (await Should.ThrowAsync<InvalidPayloadException>(() => ReadAsync("{}\n" + new string('x', 5_000_000))))
            .Message.ShouldContain($"must have lines of at most 4000000 bytes; one that begins at byte {Begin + 3} is longer");

    [Fact]
    public async Task A_row_of_CSV_that_no_record_can_have_is_refused()
    {
        using var source = new MemoryStream(Encoding.UTF8.GetBytes($"A\n\"{new string('x', 5_000_000)}"));

        (await Should.ThrowAsync<InvalidPayloadException>(() => CsvParts.CopyAsync(
            source, Stream.Null, 0, "Name\n"u8.ToArray(), int.MaxValue, "source", TestContext.Current.CancellationToken)))
            .Message.ShouldContain("4000000");
    }

    private static async Task<List<(string Text, long Start, long Next)>> ReadAsync(string text)
    {
        using var source = new MemoryStream(Encoding.UTF8.GetBytes(text));
        var read = new List<(string, long, long)>();
        await foreach (var (line, start, next) in JsonLines.ReadAsync(source, Begin, TestContext.Current.CancellationToken))
        {
            read.Add((Encoding.UTF8.GetString(line.Span), start, next));
        }

        return read;
    }
}
