namespace SalesforceSimulator.Tests;

public sealed class PagingTests
{
    private static readonly (string, string) SmallPages = ("Sforce-Query-Options", "batchSize=200");

    [Fact]
    public async Task A_long_result_comes_in_pages_of_the_size_asked_for()
    {
        await using var org = await OrgDriver.StartAsync();
        org.Simulator.Fill("Contact", 487);

        List<string> ids = [];
        List<int> sizes = [];
        var page = await org.GetAsync($"query?q={Uri.EscapeDataString("SELECT Id FROM Contact")}", SmallPages);
        var next = page.Json.GetProperty("nextRecordsUrl").GetString()!;
        next.ShouldMatch($@"^{OrgDriver.Data}/query/01g\w{{15}}-200$");
        while (true)
        {
            page.Json.GetProperty("totalSize").GetInt32().ShouldBe(500);
            ids.AddRange(page.Column("Id"));
            sizes.Add(page.Column("Id").Count());
            if (page.Json.GetProperty("done").GetBoolean())
            {
                break;
            }

            page = await org.GetAsync(page.Json.GetProperty("nextRecordsUrl").GetString()!);
        }

        sizes.ShouldBe([200, 200, 100]);
        ids.Distinct().Count().ShouldBe(500);
        page.Json.TryGetProperty("nextRecordsUrl", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("batchSize=1", 200)]
    [InlineData("batchSize=300", 300)]
    [InlineData("batchSize=9999", 2000)]
    [InlineData("nonsense", 2000)]
    public async Task The_page_size_stays_within_Salesforces_bounds(string option, int size)
    {
        await using var org = await OrgDriver.StartAsync();
        org.Simulator.Fill("Account", 2500);

        var page = await org.GetAsync("query?q=SELECT+Id+FROM+Account", ("Sforce-Query-Options", option));

        page.Column("Id").Count().ShouldBe(size);
    }

    [Fact]
    public async Task A_locator_is_good_only_in_the_session_that_got_it()
    {
        await using var org = await OrgDriver.StartAsync();
        org.Simulator.Fill("Account", 2500);
        var next = (await org.QueryAsync("SELECT Id FROM Account")).Json.GetProperty("nextRecordsUrl").GetString()!;

        await org.LoginAsync();

        var answer = await org.GetAsync(next);
        (answer.Status, answer.Error).ShouldBe((400, "INVALID_QUERY_LOCATOR: invalid query locator"));
        (await org.GetAsync("query/nonsense")).Code.ShouldBe("INVALID_QUERY_LOCATOR");
    }

    [Fact]
    public async Task Children_count_towards_the_page_and_have_pages_of_their_own()
    {
        await using var org = await OrgDriver.StartAsync();
        org.Simulator.Fill("Contact", 12 * 300);

        var page = await org.GetAsync($"query?q={Uri.EscapeDataString("SELECT Id, (SELECT Id FROM Contacts) FROM Account")}", SmallPages);

        page.Column("Id").Count().ShouldBe(1);
        var children = page.Json.GetProperty("records")[0].GetProperty("Contacts");
        children.GetProperty("totalSize").GetInt32().ShouldBe(302);
        children.GetProperty("done").GetBoolean().ShouldBeFalse();
        children.GetProperty("records").GetArrayLength().ShouldBe(200);
        var rest = await org.GetAsync(children.GetProperty("nextRecordsUrl").GetString()!);
        rest.Column("Id").Count().ShouldBe(102);
        rest.Json.GetProperty("done").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Records_that_are_equal_in_order_stay_in_the_order_of_the_table()
    {
        await using var org = await OrgDriver.StartAsync();
        org.Simulator.Fill("Lead", 300);

        var answer = await org.QueryAsync("SELECT External_Id__c FROM Lead WHERE External_Id__c LIKE 'FILL-%' ORDER BY CreatedDate DESC LIMIT 4");

        answer.Column("External_Id__c").ShouldBe(["FILL-12", "FILL-13", "FILL-14", "FILL-15"]);
    }

    [Fact]
    public async Task A_million_records_cost_little_and_can_be_filtered()
    {
        await using var org = await OrgDriver.StartAsync();
        var before = GC.GetTotalMemory(forceFullCollection: true);

        org.Simulator.Fill("Account", 1_000_000);

        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(16 * 1024 * 1024);
        (await org.QueryAsync("SELECT COUNT() FROM Account")).Json.GetProperty("totalSize").GetInt32().ShouldBe(1_000_012);
        var answer = await org.QueryAsync("SELECT External_Id__c FROM Account WHERE NumberOfEmployees > 1000010 ORDER BY Name DESC");
        answer.Column("External_Id__c").ShouldBe(["FILL-1000011"]);
        (await org.SendAsync("PATCH", "sobjects/Account/External_Id__c/FILL-999999", """{"Phone":"1"}""")).Status.ShouldBe(200);
        (await org.QueryAsync("SELECT Name FROM Account WHERE Phone = '1'")).Column("Name").ShouldBe(["Generated Account 999999"]);
    }

    [Fact]
    public async Task A_page_of_200_MB_is_sent_without_being_built_first()
    {
        await using var org = await OrgDriver.StartAsync();
        org.Simulator.Fill("Account", 1988, descriptionLength: 100_000);
        var request = new HttpRequestMessage(HttpMethod.Get, $"{OrgDriver.Data}/query?q=SELECT+Description+FROM+Account");
        var before = GC.GetTotalMemory(forceFullCollection: true);

        using var response = await org.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var buffer = new byte[1024 * 1024];
        var total = 0L;
        var growth = 0L;
        while (await body.ReadAsync(buffer, TestContext.Current.CancellationToken) is > 0 and var read)
        {
            if (total < 100_000_000 && total + read >= 100_000_000)
            {
                growth = GC.GetTotalMemory(forceFullCollection: true) - before;
            }

            total += read;
        }

        total.ShouldBeGreaterThan(198_800_000);
        growth.ShouldBeLessThan(64 * 1024 * 1024);
    }
}
