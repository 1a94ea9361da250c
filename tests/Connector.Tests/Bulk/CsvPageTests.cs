using System.Text;
using Connector.Tests.Drivers;
using SalesforceConnector.Salesforce.Bulk.Pages;

namespace Connector.Tests.Bulk;

/// <summary>Pages of a query's results in CSV, whichever way they end and in whatever pieces they come.</summary>
public sealed class CsvPageTests
{
    [Theory]
    [InlineData("Id,Name", "Id,Name\n", "", 0)]
    [InlineData("Id,Name\n", "Id,Name\n", "", 0)]
    [InlineData("Id,Name\r\n", "Id,Name\r\n", "", 0)]
    [InlineData("Id,Name\nA,B", "Id,Name\n", "A,B\n", 1)]
    [InlineData("Id,Name\nA,B\n", "Id,Name\n", "A,B\n", 1)]
    [InlineData("Id,\"Na\nme\"\nA,\"B\n\"\nC,D", "Id,\"Na\nme\"\n", "A,\"B\n\"\nC,D\n", 2)]
    [InlineData("", "", "", 0)]
    public async Task A_page_is_copied_with_its_last_row_ended(string page, string header, string rows, int count)
    {
        foreach (var piece in (int[])[1, 3, 1_000])
        {
            (await CopyAsync(page, withHeader: true, piece)).ShouldBe((header + rows, count));
            (await CopyAsync(page, withHeader: false, piece)).ShouldBe((rows, count));
        }
    }

    [Theory]
    [InlineData("Id,Name", "Id,Name\r\n", true)]
    [InlineData("Id,Name", "Id,Name\nA,B\n", true)]
    [InlineData("Id,Name\n", "Name,Id\n", false)]
    public async Task Pages_of_the_same_columns_have_the_same_header_however_it_ends(string one, string other, bool same) =>
        (await HeaderAsync(one) == await HeaderAsync(other)).ShouldBe(same);

    [Theory]
    [InlineData("Id,\"Name\nA,B\n")]
    [InlineData("Id,Name\nA,\"B")]
    public async Task A_page_that_ends_inside_quotes_is_none(string page) =>
        await Should.ThrowAsync<InvalidDataException>(() => CopyAsync(page, withHeader: true, piece: 1_000));

    private static async Task<(string Text, long Rows)> CopyAsync(string page, bool withHeader, int piece)
    {
        using var source = new PiecewiseStream(Encoding.UTF8.GetBytes(page), piece);
        using var destination = new MemoryStream();
        var copy = await CsvPage.CopyAsync(source, destination, withHeader, TestContext.Current.CancellationToken);
        return (Encoding.UTF8.GetString(destination.ToArray()), copy.Rows);
    }

    private static async Task<string> HeaderAsync(string page)
    {
        using var source = new MemoryStream(Encoding.UTF8.GetBytes(page));
        return (await CsvPage.CopyAsync(source, Stream.Null, withHeader: true, TestContext.Current.CancellationToken)).Header;
    }
}
