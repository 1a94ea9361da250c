using System.Text;

namespace SalesforceSimulator.Tests.Bulk;

public sealed class CsvTests
{
    [Theory]
    [InlineData("COMMA", ',')]
    [InlineData("TAB", '\t')]
    [InlineData("PIPE", '|')]
    [InlineData("SEMICOLON", ';')]
    [InlineData("CARET", '^')]
    [InlineData("BACKQUOTE", '`')]
    public async Task Every_delimiter_is_one_in_upload_and_results(string name, char delimiter)
    {
        await using var bulk = await BulkDriver.StartAsync();

        var (id, _, failed) = await bulk.RunAsync(
            $"Name{delimiter}Description\r\nX{delimiter}\"a{delimiter}b,c\"\r\n", more: [("columnDelimiter", name), ("lineEnding", "CRLF")]);

        failed.ShouldBe(0);
        (await bulk.SingleAsync("SELECT Description FROM Account WHERE Name = 'X'", "Description")).ShouldBe($"a{delimiter}b,c");
        (await bulk.ResultsAsync(id, "successfulResults")).ShouldEndWith($"{delimiter}\"true\"{delimiter}\"X\"{delimiter}\"a{delimiter}b,c\"\r\n");
    }

    [Theory]
    [InlineData("LF", "Name\r\nX\r\n")]
    [InlineData("LF", "Name,Description\nX,\"a\r\nb\"\n")]
    [InlineData("CRLF", "Name\nX\n")]
    [InlineData("CRLF", "Name,Description\r\nX,\"a\nb\"\r\n")]
    public async Task A_line_break_of_the_other_kind_fails_the_job(string lineEnding, string csv)
    {
        await using var bulk = await BulkDriver.StartAsync();

        (await bulk.FailAsync(csv, more: ("lineEnding", lineEnding)))
            .ShouldBe($"ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is {lineEnding}");

        bulk.Org.Simulator.Stats.Records["Account"].ShouldBe(12);
    }

    [Theory]
    [InlineData("Name,Nonsense\nX,1\n", "InvalidBatch : Field name not found : Nonsense")]
    [InlineData("Name|Phone\nX|1\n", "InvalidBatch : Field name not found : Name|Phone")]
    [InlineData("Name,Parent.Name\nX,1\n", "InvalidBatch : Field name not found : Parent.Name")]
    [InlineData("Name,Nobody.External_Id__c\nX,1\n", "InvalidBatch : Field name not found : Nobody.External_Id__c")]
    [InlineData("Name,Account:Parent.External_Id__c\nX,1\n", "InvalidBatch : type is not needed for non polymorphic foreign key references: Parent")]
    [InlineData("Name,Phone\nX,a\"b\n", "InvalidBatch : Failed to parse CSV. Found unescaped quote. A value with quote should be within a quote")]
    [InlineData("Name,Phone\nX,\"a\"b\n", "InvalidBatch : Failed to parse CSV. Found unescaped quote. A value with quote should be within a quote")]
    [InlineData("Name,Phone\nX, \"a\"\n", "InvalidBatch : Failed to parse CSV. Found unescaped quote. A value with quote should be within a quote")]
    [InlineData("Name,Phone\nX,\"a\n", "InvalidBatch : Failed to parse CSV. EOF reached before closing an opened quote")]
    [InlineData("Name,Phone\nX\n", "InvalidBatch : Failed to parse CSV. A row has another number of values than the header")]
    [InlineData("\uFEFFName,Phone\nX,1\n", "InvalidBatch : Field name not found : \uFEFFName")]
    [InlineData("\uFEFF\"Name\",Phone\nX,1\n", "InvalidBatch : Failed to parse CSV. Found unescaped quote. A value with quote should be within a quote")]
    [InlineData("\n\n", "InvalidBatch : Failed to parse CSV. There is no header")]
    public async Task A_file_that_cannot_be_read_fails_the_job_before_its_first_row(string csv, string message)
    {
        await using var bulk = await BulkDriver.StartAsync();

        (await bulk.FailAsync(csv)).ShouldBe(message);

        bulk.Org.Simulator.Stats.Records["Account"].ShouldBe(12);
    }

    [Fact]
    public async Task A_failed_job_lists_the_rows_that_it_did_not_process()
    {
        await using var bulk = await BulkDriver.StartAsync();
        var id = await bulk.SendAsync("Name,Nonsense\nX,1\nY,2\n");
        await bulk.EndAsync(id);

        (await bulk.ResultsAsync(id, "unprocessedrecords")).ShouldBe("\"Name\",\"Nonsense\"\n\"X\",\"1\"\n\"Y\",\"2\"\n");
    }

    [Fact]
    public async Task A_delete_has_only_ids()
    {
        await using var bulk = await BulkDriver.StartAsync();

        (await bulk.FailAsync("Id,Name\n001000000000000AAA,X\n", operation: "delete")).ShouldBe("InvalidBatch : The 'delete' batch must contain only ids.");
    }

    [Fact]
    public async Task Every_character_arrives_as_it_was_sent()
    {
        await using var bulk = await BulkDriver.StartAsync();
        string[] values =
        [
            .. Enumerable.Range(1, 31).Where(code => code is not ('\n' or '\r')).Select(code => $"a{(char)code}b"),
            "\"", "\"\"", "a\nb", "\n\n", "a\rb", "=1+1", "+1", "-1", "@x", "\u2028", "\u0085", "😀", "e\u0301", "  blanks  ", "#N/A?", "null", ",", "\\n",
        ];
        var csv = new StringBuilder("External_Id__c,Name,Description\n");
        for (var i = 0; i < values.Length; i++)
        {
            csv.Append($"char-{i},X,\"{values[i].Replace("\"", "\"\"", StringComparison.Ordinal)}\"\n");
        }

        var (_, processed, failed) = await bulk.RunAsync(csv.ToString());

        (processed, failed).ShouldBe((values.Length, 0));
        for (var i = 0; i < values.Length; i++)
        {
            (await bulk.SingleAsync($"SELECT Description FROM Account WHERE External_Id__c = 'char-{i}'", "Description")).ShouldBe(values[i], $"value {i}");
        }
    }
}
