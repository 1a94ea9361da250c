namespace Infra.Tests;

/// <summary>Every query is one that Azure takes: its syntax, its functions, its tables and their columns.</summary>
public sealed class KustoTests(Bicep bicep, KustoChecker kusto)
{
    [Theory]
    [InlineData("default")]
    [InlineData("operated")]
    [InlineData("events")]
    public async Task Alerts_and_workbook_ask_for_tables_columns_and_functions_that_there_are(string parameters)
    {
        var deployment = await bicep.DeployAsync(parameters);
        var queries = Queries.OfAlerts(deployment).Concat(Queries.OfWorkbook(deployment))
            .Select(query => KeyValuePair.Create(query.Key, Queries.Filled(query.Value))).ToArray();

        queries.Length.ShouldBeGreaterThan(15);
        queries.ShouldAllBe(query => !query.Value.Contains('{'), "a placeholder is left");
        (await kusto.CheckAsync(queries)).ShouldBeEmpty();
    }

    [Fact]
    public async Task So_do_the_queries_that_the_pages_show()
    {
        var queries = Queries.OfPages();

        queries.ShouldNotBeEmpty();
        (await kusto.CheckAsync(queries)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("customMetrics | where nam == 'x'", "KS142")]
    [InlineData("customMetrics | where name = 'x'", "Error")]
    [InlineData("customMetric | where name == 'x'", "KS204")]
    [InlineData("customMetrics | summarize percentil(value, 95)", "KS211")]
    [InlineData("traces | where message > 5", "Error")]
    [InlineData("customMetrics | where customDimensions.queue has", "Error")]
    public async Task The_checker_sees_mistakes(string query, string code) =>
        (await kusto.CheckAsync([KeyValuePair.Create("query", query)])).ShouldContain(code);
}
