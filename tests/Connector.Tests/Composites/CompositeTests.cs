using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Connector.Tests.Drivers;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Operations;
using SalesforceConnector.Salesforce.Client.Requests;
using SalesforceSimulator;

namespace Connector.Tests.Composites;

public sealed class CompositeTests
{
    [Fact]
    public async Task A_later_request_refers_to_an_earlier_ones_result()
    {
        await using var app = await ConnectorApp.StartAsync();

        var reply = await app.PostAsync("composite", """
            {
              "allOrNone": true,
              "compositeRequest": [
                { "method": "POST", "url": "/services/data/v67.0/sobjects/Account", "referenceId": "account", "body": { "Name": "Acme" } },
                { "method": "POST", "url": "/services/data/v67.0/sobjects/Contact", "referenceId": "contact", "body": { "LastName": "Doe", "AccountId": "@{account.id}" } },
                { "method": "GET", "url": "/services/data/v67.0/sobjects/Contact/@{contact.id}?fields=LastName,AccountId", "referenceId": "both" }
              ]
            }
            """);

        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Body);
        var subreplies = reply.Json["compositeResponse"]!.AsArray();
        subreplies.Select(subreply => (int?)subreply!["httpStatusCode"]).ShouldBe([201, 201, 200]);
        ((string?)subreplies[2]!["body"]!["AccountId"]).ShouldBe((string?)subreplies[0]!["body"]!["id"]);
        JsonNode.Parse(app.LastCall.Body)!["allOrNone"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Theory]
    [InlineData("https://evil.example/services/data/v67.0/limits")]
    [InlineData("//evil.example/services/data/v67.0/limits")]
    [InlineData("/services/apexrest/Anything")]
    [InlineData("/services/data/")]
    [InlineData("services/data/v67.0/limits")]
    [InlineData("/services/data/v67.0/../../apexrest")]
    [InlineData("/services/data/v67.0/%2e%2e/%2E./apexrest")]
    [InlineData("/services/data/v67.0/%252e%252e/apexrest")]
    [InlineData("/services/data/v67.0/%25252e%25252e/apexrest")]
    [InlineData("/services/data/v67.0/..;a=b/apexrest")]
    [InlineData("/services/data/v67.0/%2e%2e%3ba/apexrest")]
    [InlineData("/services/data/v67.0/..%2fapexrest")]
    [InlineData("/services/data/v67.0\\..\\apexrest")]
    [InlineData("/services/data/v67.0/%5c..%5capexrest")]
    [InlineData("/services/data/v67.0/sobjects#x")]
    [InlineData("/services/data/v67.0/sobjects/\u0000")]
    [InlineData("/services/data/v67.0x/sobjects")]
    public async Task A_URL_that_leads_out_of_the_REST_API_is_refused(string url)
    {
        await using var app = await ConnectorApp.StartAsync();

        var reply = await app.PostAsync("composite", new { compositeRequest = new[] { new { method = "GET", url, referenceId = "r" } } });

        var problem = reply.ShouldBeProblem(400, "INVALID_MEMBER");
        ((string?)problem["errors"]![0]!["fields"]![0]).ShouldBe("compositeRequest");
        ((string?)problem["detail"]).ShouldNotBeNull().ShouldContain("[0].url");
        app.Calls.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/services/data/v67.0/sobjects/Account/External_Id__c/a%2Fb")]
    [InlineData("/services/data/v67.0/sobjects/Account/@{ref.id}")]
    [InlineData("/services/data/v67.0/query?q=SELECT+Id+FROM+Account+WHERE+Name+=+'../..'")]
    [InlineData("/services/data/v67.0")]
    [InlineData("/services/data/v67.0/sobjects/Account/External_Id__c/100%25")]
    [InlineData("/services/data/v67.0/sobjects/Account/External_Id__c/..a")]
    public void A_URL_that_stays_is_not(string url) => RestUrl.Complaint(url).ShouldBeNull();

    [Theory]
    [InlineData(16_384, 0, false)]
    [InlineData(16_385, 0, true)]
    [InlineData(100, 999_900, false)]
    [InlineData(100, 999_901, true)]
    public void A_URL_has_at_most_16384_characters_before_its_parameters_and_a_million_in_all(int path, int query, bool isRefused)
    {
        var url = "/services/data/v67.0/".PadRight(path, 'x') + (query == 0 ? "" : "?".PadRight(query, 'x'));

        RestUrl.Complaint(url).ShouldBe(isRefused ? "must have at most 16384 characters before its ?, and 1000000 in all" : null);
    }

    [Theory]
    [InlineData("?_HttpMethod=PATCH")]
    [InlineData("?fields=Id&_httpmethod=DELETE")]
    [InlineData("?fields=Id&%5FHttpMethod=DELETE")]
    [InlineData("?fields=Id&%255FHttpMethod=DELETE")]
    [InlineData("?fields=Id%26_HttpMethod=DELETE")]
    [InlineData("?%20_HttpMethod%20=DELETE")]
    [InlineData("?_HttpMethod")]
    public async Task A_GET_does_not_say_that_it_is_another_method(string query)
    {
        await using var app = await ConnectorApp.StartAsync();
        var url = $"/services/data/v67.0/sobjects/Account/001Dn0000070000IAA{query}";

        var problem = (await app.PostAsync("composite", new { compositeRequest = new[] { new { method = "GET", url, referenceId = "r" } } }))
            .ShouldBeProblem(400, "INVALID_MEMBER");

        ((string?)problem["errors"]![0]!["fields"]![0]).ShouldBe("compositeRequest");
        ((string?)problem["detail"]).ShouldNotBeNull().ShouldContain("[0].url must not have the parameter _HttpMethod");
        app.Calls.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/services/data/v67.0/sobjects/Account/1?fields=_HttpMethod")]
    [InlineData("/services/data/v67.0/query?q=SELECT+Id+FROM+Account+WHERE+Name='_HttpMethod'")]
    [InlineData("/services/data/v67.0/sobjects/Account/_HttpMethod=x")]
    public void A_GET_may_have_the_words_as_a_value(string url) => RestUrl.ComplaintOfRead(url).ShouldBeNull();

    [Theory]
    [InlineData("/services/data/v67.0/%", "25")]
    [InlineData("/services/data/v67.0/sobjects/", "/..a")]
    [InlineData("/services/data/v67.0/query?q=%", "25")]
    public async Task A_URL_of_100_KB_is_answered_within_100_ms(string begin, string repeated)
    {
        await using var app = await ConnectorApp.StartAsync();
        var url = begin + string.Concat(Enumerable.Repeat(repeated, 100_000 / repeated.Length));
        // The quickest of several, as others run on this machine too.
        var quickest = Enumerable.Range(0, 5).Min(_ =>
        {
            var started = TimeProvider.System.GetTimestamp();
            RestUrl.Complaint(url);
            return TimeProvider.System.GetElapsedTime(started);
        });

        var reply = await app.PostAsync("composite", new { compositeRequest = new[] { new { method = "GET", url, referenceId = "r" } } });

        quickest.ShouldBeLessThan(TimeSpan.FromMilliseconds(100));
        if (!begin.Contains('?'))
        {
            reply.ShouldBeProblem(400, "INVALID_MEMBER");
            app.Calls.ShouldBeEmpty();
        }
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(20, true)]
    public async Task A_path_that_is_encoded_again_and_again_is_refused(int times, bool isRefused)
    {
        await using var app = await ConnectorApp.StartAsync();
        var url = $"/services/data/v67.0/sobjects/Account/External_Id__c/%{string.Concat(Enumerable.Repeat("25", times))}20";

        var reply = await app.PostAsync("composite", new { compositeRequest = new[] { new { method = "GET", url, referenceId = "r" } } });

        if (isRefused)
        {
            ((string?)reply.ShouldBeProblem(400, "INVALID_MEMBER")["detail"]).ShouldNotBeNull().ShouldContain("4 times");
        }
        else
        {
            reply.Status.ShouldBe(HttpStatusCode.OK, reply.Body);
        }
    }

    [Theory]
    [InlineData("[]", "1 to 25")]
    [InlineData("{}", "1 to 25")]
    [InlineData("[7]", "[0] is not one")]
    [InlineData("""[{"method":"GET","url":"/services/data/v67.0/limits"}]""", "referenceId")]
    [InlineData("""[{"method":5,"url":"/services/data/v67.0/limits","referenceId":"r"}]""", "method, a non-empty string")]
    [InlineData("""[{"method":"GET","url":["/services/data/v67.0/limits"],"referenceId":"r"}]""", "url, a non-empty string")]
    [InlineData("""[{"method":"GET","url":"/services/data/v67.0/limits","referenceId":""}]""", "referenceId, a non-empty string")]
    [InlineData("""[{"method":"OPTIONS","url":"/services/data/v67.0/limits","referenceId":"r"}]""", "OPTIONS")]
    [InlineData("""[{"method":"GET","url":"/services/data/v67.0/limits","referenceId":"r","headers":{}}]""", "headers")]
    public async Task A_wrong_subrequest_is_refused_with_what_is_allowed(string subrequests, string words)
    {
        await using var app = await ConnectorApp.StartAsync();

        var problem = (await app.PostAsync("composite", $$"""{"compositeRequest":{{subrequests}}}""")).ShouldBeProblem(400, "INVALID_MEMBER");

        ((string?)problem["detail"]).ShouldNotBeNull().ShouldContain(words);
    }

    [Fact]
    public async Task More_than_25_are_refused()
    {
        await using var app = await ConnectorApp.StartAsync();
        var one = new { method = "GET", url = "/services/data/v67.0/limits", referenceId = "r" };

        (await app.PostAsync("composite", new { compositeRequest = Enumerable.Repeat(one, 26) })).ShouldBeProblem(400, "INVALID_MEMBER");
    }

    [Fact]
    public async Task Reads_alone_are_tried_again_and_writes_are_not()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = "/services/data/*", Reset = true, AfterExecution = true, Times = 2 });
        static object Of(string method, object? body) => new
        {
            compositeRequest = new[] { new { method, url = "/services/data/v67.0/sobjects/Account", referenceId = "r", body } },
        };

        var write = await app.PostAsync("composite", Of("POST", new { Name = "Acme" }));
        var read = await app.PostAsync("composite", Of("GET", null));

        write.ShouldBeProblem(502, "SALESFORCE_BROKEN_REPLY", retryable: true, outcomeUnknown: true);
        read.Status.ShouldBe(HttpStatusCode.OK, read.Body);
        app.Calls.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData("GET", "GET", true)]
    [InlineData("GET", "POST", false)]
    public void Reads_alone_are_repeated_after_an_attempt_that_was_abandoned(string first, string second, bool isRepeated)
    {
        var payload = JsonSerializer.Deserialize(
            $$"""
            {"compositeRequest":[
              {"method":"{{first}}","url":"/services/data/v67.0/sobjects/Account","referenceId":"a"},
              {"method":"{{second}}","url":"/services/data/v67.0/sobjects/Account","referenceId":"b"}]}
            """,
            OperationJson.Default.CompositePayload)!;

        payload.Repetition.ShouldBe(isRepeated ? Repetition.Idempotent : Repetition.NotIdempotent);
    }
}
