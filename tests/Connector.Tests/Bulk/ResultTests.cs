using System.Text;
using SalesforceConnector.Salesforce.Bulk.Rows;

namespace Connector.Tests.Bulk;

/// <summary>The CSV of a job's results, on its way into a blob.</summary>
public sealed class ResultTests
{
    [Fact]
    public async Task Rows_and_errors_are_counted_while_the_result_is_stored()
    {
        const string Csv = "\"sf__Id\";\"sf__Error\";\"Name\"\n\"\";\"REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --\";\"\"\n\"\";\"A:b\"\"c:--\";\"x\ny\"\n\"\";\"A:d:--\";\";\"\n";
        var tally = new ErrorTally([]);
        using var blob = new MemoryStream();
        await using var tee = new ResultTee(blob, tally, ';');

        foreach (var piece in Encoding.UTF8.GetBytes(Csv).Chunk(7))
        {
            await tee.WriteAsync(piece, TestContext.Current.CancellationToken);
        }

        (await tee.CompleteAsync()).ShouldBe(3);
        Encoding.UTF8.GetString(blob.ToArray()).ShouldBe(Csv);
        tally.All.Select(errors => (errors.ErrorCode, errors.Count, errors.Message)).ShouldBe(
            [("REQUIRED_FIELD_MISSING", 1, "Required fields are missing: [Name]:Name"), ("A", 2, "b\"c")]);
    }

    [Fact]
    public async Task What_is_no_CSV_is_no_result()
    {
        using var blob = new MemoryStream();
        await using var tee = new ResultTee(blob, errors: null, ',');

        await tee.WriteAsync("\"Name\"\n\"a\",\"b\"\n"u8.ToArray(), TestContext.Current.CancellationToken);

        await Should.ThrowAsync<InvalidDataException>(tee.CompleteAsync);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"Name\"\n")]
    public async Task A_result_can_be_without_rows(string csv)
    {
        using var blob = new MemoryStream();
        await using var tee = new ResultTee(blob, errors: null, ',');

        await tee.WriteAsync(Encoding.UTF8.GetBytes(csv), TestContext.Current.CancellationToken);

        (await tee.CompleteAsync()).ShouldBe(0);
    }
}
