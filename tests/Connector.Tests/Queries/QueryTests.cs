using System.Net;
using System.Text.Json.Nodes;
using Connector.Tests.Drivers;

namespace Connector.Tests.Queries;

public sealed class QueryTests
{
    [Fact]
    public async Task A_query_is_answered_as_Salesforce_answers_it()
    {
        await using var app = await ConnectorApp.StartAsync();

        var reply = await app.PostAsync("query", new { soqlQuery = "SELECT Id, Name FROM Account ORDER BY Name LIMIT 2" });

        reply.Status.ShouldBe(HttpStatusCode.OK);
        reply.Headers["Content-Type"].ShouldBe("application/json;charset=UTF-8");
        reply.Headers["Sforce-Limit-Info"].ShouldStartWith("api-usage=");
        ((int?)reply.Json["totalSize"]).ShouldBe(2);
        ((bool?)reply.Json["done"]).ShouldBe(true);
        ((string?)reply.Json["records"]![0]!["attributes"]!["type"]).ShouldBe("Account");
    }

    [Fact]
    public async Task Any_character_of_a_query_arrives_as_it_was()
    {
        await using var app = await ConnectorApp.StartAsync();
        const string Soql = "SELECT Id FROM Account WHERE Name = 'Müller & Söhne GmbH' OR Name LIKE '100\\% +#?/=%' OR Name = '😀'";

        var reply = await app.PostAsync("query", new { soqlQuery = Soql });

        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Body);
        ((int?)reply.Json["totalSize"]).ShouldBe(1);
        app.LastCall.Method.ShouldBe("GET");
        Uri.UnescapeDataString(app.LastCall.Query).ShouldBe($"q={Soql}");
    }

    [Fact]
    public async Task A_query_too_long_for_a_URL_gets_there_and_back_all_the_same()
    {
        await using var app = await ConnectorApp.StartAsync();
        const string Short = "SELECT Id, Name, AnnualRevenue FROM Account WHERE Name != null ORDER BY Name LIMIT 5";
        var filler = string.Join(" AND ", Enumerable.Range(0, 900).Select(i => $"Name != 'nobody {i} ü'"));
        var lengthy = Short.Replace("Name != null", $"Name != null AND {filler}", StringComparison.Ordinal);

        var expected = await app.PostAsync("query", new { soqlQuery = Short });
        var reply = await app.PostAsync("query", new { soqlQuery = lengthy });

        lengthy.Length.ShouldBeGreaterThan(16_384);
        app.LastCall.Path.ShouldEndWith("/composite");
        reply.Status.ShouldBe(HttpStatusCode.OK);
        reply.Body.ShouldBe(expected.Body);
        reply.Headers["Content-Type"].ShouldBe(expected.Headers["Content-Type"]);
    }

    [Fact]
    public async Task An_error_in_a_long_query_is_the_error_of_the_plain_one()
    {
        await using var app = await ConnectorApp.StartAsync();

        var plain = await app.PostAsync("query", new { soqlQuery = "SELECT Nonsense FROM Account" });
        var lengthy = await app.PostAsync("query", new { soqlQuery = "SELECT Nonsense FROM Account" + new string(' ', 20_000) });

        plain.ShouldBeProblem(400, "INVALID_FIELD");
        lengthy.ShouldBeProblem(400, "INVALID_FIELD");
        JsonNode.DeepEquals(lengthy.Problem["errors"]![0]!["errorCode"], plain.Problem["errors"]![0]!["errorCode"]).ShouldBeTrue();
    }

    [Fact]
    public async Task Parameters_are_put_into_the_query()
    {
        await using var app = await ConnectorApp.StartAsync();

        var reply = await app.PostAsync("query", new
        {
            soqlQuery = "SELECT Name FROM Account WHERE Name = :name AND CreatedDate < TOMORROW LIMIT:most",
            soqlParameters = new { name = "O'Brien's Bakery", most = 5 },
        });

        ((string?)reply.Json["records"]![0]!["Name"]).ShouldBe("O'Brien's Bakery");
        Uri.UnescapeDataString(app.LastCall.Query).ShouldBe(
            @"q=SELECT Name FROM Account WHERE Name = 'O\'Brien\'s Bakery' AND CreatedDate < TOMORROW LIMIT 5");
    }

    [Fact]
    public async Task Parameters_that_do_not_fit_the_query_are_refused_by_name_before_anything_is_sent()
    {
        await using var app = await ConnectorApp.StartAsync();

        var problem = (await app.PostAsync("query", new
        {
            soqlQuery = "SELECT Id FROM Account WHERE Name = :name AND Industry IN :industries",
            soqlParameters = new { nam = "Acme", industries = Array.Empty<string>() },
        })).ShouldBeProblem(400, "MISSING_MEMBER");

        problem["errors"]!.AsArray().Select(error => (string?)error!["fields"]![0]).ShouldBe(
            ["soqlParameters.name", "soqlParameters.industries", "soqlParameters.nam"]);
        app.Calls.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n")]
    public async Task A_blank_query_is_refused_by_name(string soql)
    {
        await using var app = await ConnectorApp.StartAsync();

        var problem = (await app.PostAsync("query", new { soqlQuery = soql })).ShouldBeProblem(400, "INVALID_MEMBER");

        ((string?)problem["errors"]![0]!["fields"]![0]).ShouldBe("soqlQuery");
        app.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_payloads_API_version_is_used()
    {
        await using var app = await ConnectorApp.StartAsync();

        await app.PostAsync("query", new { soqlQuery = "SELECT Id FROM Account", apiVersion = "60.0" });

        app.LastCall.Path.ShouldBe("/services/data/v60.0/query");
    }
}
