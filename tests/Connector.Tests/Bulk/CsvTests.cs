using System.Globalization;
using System.Text;
using Connector.Tests.Drivers;
using CsvHelper;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce.Bulk.Rows;

namespace Connector.Tests.Bulk;

/// <summary>The rows of bulk jobs: what is checked before, how they are split, and how records in JSON become CSV.</summary>
public sealed class CsvTests
{
    private const int Enough = 1_000_000;

    [Theory]
    [InlineData("Name,Phone\nA,B\n", ',', false, 11)]
    [InlineData("\uFEFFName\tPhone\r\nA\tB", '\t', true, 15)]
    [InlineData("\"Name\"|\"Account.External_Id__c\"\nA|B", '|', false, 32)]
    [InlineData("Name;Lead:Who.Email\nA;B", ';', false, 20)]
    [InlineData("Name^Phone\nA^B", '^', false, 11)]
    [InlineData("Name`Phone\nA`B", '`', false, 11)]
    [InlineData("Id", ',', false, 2)]
    public void A_header_row_tells_how_the_rows_are_separated(string csv, char delimiter, bool isCrLf, int start)
    {
        var header = CsvHeader.Read(Encoding.UTF8.GetBytes(csv), "csv");

        header.Format.ShouldBe(new CsvFormat(delimiter, isCrLf));
        header.Start.ShouldBe(start);
        header.Row[0].ShouldBe((byte)csv.TrimStart('\uFEFF')[0]);
        header.Row[^1].ShouldBe((byte)'\n');
    }

    [Theory]
    [InlineData("", "must begin with a header row")]
    [InlineData("\nName\n", "must begin with a header row")]
    [InlineData("Name\rA\r", "a carriage return alone")]
    [InlineData("Name,name\nA,B", "\"name\" twice")]
    [InlineData("Name,First name\nA,B", "got \"First name\"")]
    [InlineData("Name,\nA,B", "got \"\"")]
    [InlineData("Name, Phone\nA,B", "got \" Phone\"")]
    [InlineData("Account.Owner.Name\nA", "got \"Account.Owner.Name\"")]
    [InlineData("\"Name\nA", "whose quotes are closed")]
    [InlineData("\"First\nname\"\nA", "got \"First name\"")]
    public void A_header_row_that_Salesforce_would_not_take_is_refused(string csv, string complaint) =>
        Should.Throw<InvalidPayloadException>(() => CsvHeader.Read(Encoding.UTF8.GetBytes(csv), "csv")).Message.ShouldContain(complaint);

    [Fact]
    public void Another_encoding_is_refused()
    {
        Should.Throw<InvalidPayloadException>(() => CsvHeader.Read(Encoding.Unicode.GetPreamble(), "source")).Message.ShouldContain("UTF-16");
        Should.Throw<InvalidPayloadException>(() => CsvHeader.Read(Encoding.BigEndianUnicode.GetPreamble(), "source")).Message.ShouldContain("UTF-16");
        Should.Throw<InvalidPayloadException>(() => CsvHeader.Read(Encoding.Latin1.GetBytes("Näme\nA"), "source")).Message.ShouldContain("UTF-8");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(100_000)]
    public async Task Jobs_take_all_rows_in_order_and_split_none(int pieces)
    {
        const string Header = "Name,Description\n";
        var random = new Random(pieces);
        var rows = Enumerable.Range(0, 400)
            .Select(i => $"R{i},\"{string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => "a\n\"\"\r\n,é"[random.Next(6)] is '"' ? "\"\"" : "x\n"))}\"\n")
            .ToArray();
        var body = Encoding.UTF8.GetBytes(string.Concat(rows)[..^1]);

        var parts = new List<string>();
        var (position, total) = (0L, 0L);
        for (var part = new JobPart(0, 0, IsLast: false); !part.IsLast; position = part.Next)
        {
            using var upload = new MemoryStream();
            using var source = new PiecewiseStream(body.AsMemory((int)position), pieces);
            part = await CsvParts.CopyAsync(source, upload, position, Encoding.UTF8.GetBytes(Header), 1_000, "csv", TestContext.Current.CancellationToken);
            upload.Length.ShouldBeLessThanOrEqualTo(1_000);
            total += part.Rows;
            var text = Encoding.UTF8.GetString(upload.ToArray());
            text.ShouldStartWith(Header);
            parts.Add(text[Header.Length..]);
        }

        parts.Count.ShouldBeGreaterThan(5);
        string.Concat(parts).ShouldBe(Encoding.UTF8.GetString(body));
        parts.SkipLast(1).ShouldAllBe(part => part.EndsWith('\n'));
        total.ShouldBe(rows.Length);
    }

    [Theory]
    [InlineData("A\nB", 2)]
    [InlineData("A\r\nB\r\n\r\n\r\n", 2)]
    [InlineData("\nA\n\n\nB\n", 2)]
    [InlineData("\"\"\n", 1)]
    [InlineData("", 0)]
    [InlineData("\r\n\n", 0)]
    [InlineData("\"a\nb\"\n", 1)]
    public async Task Blank_lines_are_no_rows(string rows, int count)
    {
        using var source = new MemoryStream(Encoding.UTF8.GetBytes(rows));

        var part = await CsvParts.CopyAsync(source, Stream.Null, 0, "Name\n"u8.ToArray(), Enough, "csv", TestContext.Current.CancellationToken);

        part.ShouldBe(new JobPart(rows.Length, count, IsLast: true));
    }

    [Theory]
    [InlineData("A\n\"B\nC\n", 100, "at byte 2 are not closed")]
    [InlineData("A\nBBBBBBBBBBBB\n", 10, "must have rows of at most 10 bytes; one that begins at byte 2")]
    public async Task A_row_that_fits_in_no_job_is_refused(string rows, int maxBytes, string complaint)
    {
        var (position, part) = (0L, new JobPart(0, 0, IsLast: false));
        var refusal = await Should.ThrowAsync<InvalidPayloadException>(async () =>
        {
            for (; !part.IsLast; position = part.Next)
            {
                using var source = new MemoryStream(Encoding.UTF8.GetBytes(rows)[(int)position..]);
                part = await CsvParts.CopyAsync(source, Stream.Null, position, "Name\n"u8.ToArray(), maxBytes, "csv", TestContext.Current.CancellationToken);
            }
        });

        refusal.Message.ShouldContain(complaint);
    }

    [Fact]
    public async Task Values_of_records_arrive_as_sent()
    {
        var random = new Random(17);
        string[] pieces = ["a", "\"", ",", " ", "\t", "\r", "\u2028", "\u0000", "\u0001", "\u001f", "\u007f", "\ufeff", "\ufffe", "😀", "=1+1", "é", "#N/A", "'", ";", "|"];
        var values = Enumerable.Range(0, 20_000)
            .Select(i => string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => i % 3 == 0 && random.Next(3) == 0 ? "\n" : i % 3 == 1 && random.Next(3) == 0 ? "\r\n" : pieces[random.Next(pieces.Length)])))
            .Select(value => value == "#N/A" ? "#N/A " : value.Replace("\r\r\n", "\r\n", StringComparison.Ordinal))
            .Where(value => LineBreaksOf.Value(value) is not (LineBreaks.Lf | LineBreaks.CrLf))
            .ToArray();
        var lines = string.Concat(values.Select((value, i) => $"{{\"Key__c\":{i},\"Text__c\":{System.Text.Json.JsonSerializer.Serialize(value)},\"None__c\":null}}\n"));

        var read = await ConvertAsync(lines);

        read.Count.ShouldBe(values.Length);
        foreach (var row in read)
        {
            row["Text__c"].ShouldBe(values[int.Parse(row["Key__c"], CultureInfo.InvariantCulture)]);
            row["None__c"].ShouldBe("#N/A");
        }
    }

    [Fact]
    public async Task Fields_of_all_records_are_columns_and_parents_are_named_by_external_ids()
    {
        var read = await ConvertAsync(
            """
            {"attributes":{"type":"contact"},"LastName":"Levy","Rate__c":1.50,"Active__c":true}
            {"lastname":"Bö","Account":{"External_Id__c":"order/4711"},"When__c":"2026-11-24T10:00:00+01:00"}
            {"LastName":"","Who":{"attributes":{"type":"Lead"},"Email":"a@example.com"},"Account.External_Id__c":null,"Rate__c":1e400}
            """,
            "Contact");

        read.Select(row => row["LastName"]).ShouldBe(["Levy", "Bö", ""]);
        read.Select(row => row["Rate__c"]).ShouldBe(["1.50", "", "1e400"]);
        read.Select(row => row["Active__c"]).ShouldBe(["true", "", ""]);
        read.Select(row => row["Account.External_Id__c"]).ShouldBe(["", "order/4711", "#N/A"]);
        read.Select(row => row["Lead:Who.Email"]).ShouldBe(["", "", "a@example.com"]);
        read.Select(row => row["When__c"]).ShouldBe(["", "2026-11-24T10:00:00+01:00", ""]);
    }

    [Fact]
    public async Task One_empty_cell_is_a_row()
    {
        var read = await ConvertAsync("{\"Name\":\"\"}\n{\"Name\":\"A\"}\n{}\n");

        read.Select(row => row["Name"]).ShouldBe(["", "A", ""]);
    }

    [Theory]
    [InlineData("""{"Name":["A"]}""", "records[0].Name must be a string, a number, a boolean, null")]
    [InlineData("""{"Name":"#N/A"}""", "records[0].Name must not be the text #N/A")]
    [InlineData("""{"Name":"\ud800"}""", "records[0].Name must be valid Unicode")]
    [InlineData("""{"Name":"A","name":"B"}""", "records[0].name must be there once")]
    [InlineData("""{"Account":{"A__c":1,"B__c":2}}""", "records[0].Account must have one field")]
    [InlineData("""{"Account":{}}""", "records[0].Account must have one field")]
    [InlineData("""{"attributes":{"type":"Contact"}}""", "records[0].attributes.type must be Account")]
    [InlineData("""{"attributes":5,"Name":"A"}""", "records[0].attributes.type must be Account")]
    [InlineData("""{"attributes":{"type":"Account","type":"Contact"},"Name":"A"}""", "records[0] must be one JSON object")]
    [InlineData("""{"attributes":{"type":5}}""", "records[0].attributes.type must be Account")]
    [InlineData("""{"Who":{"attributes":{"type":5},"Email":"a@example.com"}}""", "records[0].Who.attributes.type must be the API name of an sObject")]
    [InlineData("""{"First name":"A"}""", "got \"First name\"")]
    [InlineData("""{"Name":"a\nb\r\nc"}""", "records[0] must not have both LF and CRLF")]
    [InlineData("3", "records[0] must be an object")]
    [InlineData("{", "records[0] must be one JSON object")]
    public void A_record_that_no_row_can_be_is_refused_by_name(string record, string complaint) =>
        Should.Throw<ConnectorException>(() => new JsonParts("Account", "records").Survey(Encoding.UTF8.GetBytes(record + "\n")))
            .Problem.Detail.ShouldContain(complaint);

    private static async Task<List<IDictionary<string, string>>> ConvertAsync(string lines, string objectType = "Account")
    {
        var bytes = Encoding.UTF8.GetBytes(lines);
        var parts = new JsonParts(objectType, "records");
        var facts = await parts.SurveyAsync(new MemoryStream(bytes), TestContext.Current.CancellationToken);
        var rows = new List<IDictionary<string, string>>();
        foreach (var isCrLf in facts.HasCrLf ? [false, true] : new[] { false })
        {
            using var upload = new MemoryStream();
            var part = await parts.CopyAsync(
                new PiecewiseStream(bytes, 1_009), upload, 0, facts.Columns, new CsvFormat(',', isCrLf), int.MaxValue, TestContext.Current.CancellationToken);
            var read = Read(upload.ToArray());
            read.Count.ShouldBe((int)part.Rows);
            rows.AddRange(read);
        }

        return rows;
    }

    // A parser that the connector does not use. It finds names whatever their case.
    private static List<IDictionary<string, string>> Read(byte[] csv)
    {
        using var reader = CsvReader.Create(
            new MemoryStream(csv), new CsvReaderOptions { HasHeader = false, Mode = CsvMode.Rfc4180, Separator = ',', Encoding = Encoding.UTF8 });
        string[] Row() => [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)];
        reader.Read().ShouldBeTrue();
        var header = Row();
        var rows = new List<IDictionary<string, string>>();
        while (reader.Read())
        {
            rows.Add(new Dictionary<string, string>(header.Zip(Row(), KeyValuePair.Create), StringComparer.OrdinalIgnoreCase));
        }

        return rows;
    }
}
