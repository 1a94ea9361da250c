namespace SalesforceSimulator.Tests;

public sealed class CompositeTests
{
    [Fact]
    public async Task A_request_uses_what_those_before_it_gave()
    {
        await using var org = await OrgDriver.StartAsync();

        var answer = await org.SendAsync("POST", "composite", $$$"""
            {"compositeRequest":[
              {"method":"POST","url":"{{{OrgDriver.Data}}}/sobjects/Account","referenceId":"account","body":{"Name":"Ref","NumberOfEmployees":7}},
              {"method":"GET","url":"{{{OrgDriver.Data}}}/sobjects/Account/@{account.id}?fields=NumberOfEmployees","referenceId":"read"},
              {"method":"POST","url":"{{{OrgDriver.Data}}}/sobjects/Account","referenceId":"copy","body":{"Name":"Copy of @{account.id}","NumberOfEmployees":"@{read.NumberOfEmployees}"}},
              {"method":"PATCH","url":"{{{OrgDriver.Data}}}/sobjects/Account/@{copy.id}","referenceId":"change","body":{"Phone":"1"}},
              {"method":"GET","url":"{{{OrgDriver.Data}}}/sobjects/Account/@{nothing.id}","referenceId":"lost"}]}
            """);

        answer.Status.ShouldBe(200);
        var results = answer.Json.GetProperty("compositeResponse").EnumerateArray().ToList();
        results.Select(result => result.GetProperty("httpStatusCode").GetInt32()).ShouldBe([201, 200, 201, 204, 400]);
        results[0].EnumerateObject().Select(member => member.Name).ShouldBe(["body", "httpHeaders", "httpStatusCode", "referenceId"]);
        results[0].GetProperty("httpHeaders").GetProperty("Location").GetString().ShouldStartWith($"{OrgDriver.Data}/sobjects/Account/001");
        results[3].GetProperty("body").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        results[4].GetProperty("body")[0].ToString()
            .ShouldBe("""{"message":"Invalid reference specified. No value for nothing.id found in nothing","errorCode":"PROCESSING_HALTED"}""");
        (await org.QueryAsync("SELECT Phone FROM Account WHERE Name LIKE 'Copy of 001%' AND NumberOfEmployees = 7")).Column("Phone").ShouldBe(["1"]);
        org.Simulator.Stats.Calls.ShouldBe(2);
    }

    [Fact]
    public async Task All_or_none_takes_everything_back()
    {
        await using var org = await OrgDriver.StartAsync();

        var answer = await org.SendAsync("POST", "composite", $$$"""
            {"allOrNone":true,"compositeRequest":[
              {"method":"POST","url":"{{{OrgDriver.Data}}}/sobjects/Account","referenceId":"one","body":{"Name":"One"}},
              {"method":"POST","url":"{{{OrgDriver.Data}}}/sobjects/Account","referenceId":"two","body":{}},
              {"method":"POST","url":"{{{OrgDriver.Data}}}/sobjects/Account","referenceId":"three","body":{"Name":"Three"}}]}
            """);

        var codes = answer.Json.GetProperty("compositeResponse").EnumerateArray().Select(result => result.GetProperty("body")[0].GetProperty("errorCode").GetString());
        codes.ShouldBe(["PROCESSING_HALTED", "REQUIRED_FIELD_MISSING", "PROCESSING_HALTED"]);
        org.Simulator.Stats.Records["Account"].ShouldBe(12);
    }

    [Fact]
    public async Task A_query_too_long_for_a_URI_goes_in_a_composite_call()
    {
        await using var org = await OrgDriver.StartAsync();
        var soql = $"SELECT Name FROM Account WHERE Name IN ('GenePoint',{string.Join(',', Enumerable.Range(0, 3000).Select(i => $"'no{i}'"))})";

        var answer = await org.SendAsync("POST", "composite", $$"""
            {"compositeRequest":[{"method":"GET","url":"{{OrgDriver.Data}}/query?q={{Uri.EscapeDataString(soql)}}","referenceId":"q"}]}
            """);

        answer.Json.GetProperty("compositeResponse")[0].GetProperty("body").GetProperty("records")[0].GetProperty("Name").GetString().ShouldBe("GenePoint");
    }

    [Theory]
    [InlineData("{}", "JSON_PARSER_ERROR: 'compositeRequest' is a required field.")]
    [InlineData("""{"compositeRequest":[{"method":"GET","url":"/services/data/v67.0/limits"}]}""", "JSON_PARSER_ERROR: 'referenceId' is a required field.")]
    [InlineData("""{"compositeRequest":[{"method":"GET","url":"x","referenceId":"a"},{"method":"GET","url":"x","referenceId":"a"}]}""", "JSON_PARSER_ERROR: Duplicate referenceId provided in composite request: a")]
    public async Task A_malformed_composite_call_is_refused(string json, string error)
    {
        await using var org = await OrgDriver.StartAsync();

        var answer = await org.SendAsync("POST", "composite", json);

        (answer.Status, answer.Error).ShouldBe((400, error));
    }

    [Fact]
    public async Task More_than_25_requests_are_too_many()
    {
        await using var org = await OrgDriver.StartAsync();
        var requests = Enumerable.Range(0, 26).Select(i => $$"""{"method":"GET","url":"/services/data/v67.0/limits","referenceId":"r{{i}}"}""");

        (await org.SendAsync("POST", "composite", $$"""{"compositeRequest":[{{string.Join(',', requests)}}]}""")).Status.ShouldBe(400);
    }

    [Fact]
    public async Task A_batch_runs_its_requests_on_their_own_and_may_halt()
    {
        await using var org = await OrgDriver.StartAsync();
        const string Requests = """[{"method":"GET","url":"v67.0/sobjects/Account/nonsense"},{"method":"POST","url":"v67.0/sobjects/Account","richInput":{"Name":"B"}}]""";

        var going = await org.SendAsync("POST", "composite/batch", $$"""{"batchRequests":{{Requests}}}""");
        var halting = await org.SendAsync("POST", "composite/batch", $$"""{"haltOnError":true,"batchRequests":{{Requests}}}""");

        going.Json.GetProperty("hasErrors").GetBoolean().ShouldBeTrue();
        going.Json.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("statusCode").GetInt32()).ShouldBe([404, 201]);
        halting.Json.GetProperty("results")[1].ToString()
            .ShouldBe("""{"statusCode":412,"result":[{"message":"Batch processing halted per request","errorCode":"BATCH_PROCESSING_HALTED"}]}""");
    }
}
