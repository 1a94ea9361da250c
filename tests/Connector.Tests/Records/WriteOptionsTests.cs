using System.Net;
using Connector.Tests.Drivers;
using SalesforceSimulator;

namespace Connector.Tests.Records;

/// <summary>How Salesforce's own rules apply to a write, and conditions of a read.</summary>
public sealed class WriteOptionsTests
{
    private const string Lead = """{"LastName":"Doe","Company":"Acme","Email":"doe@example.com"}""";

    [Fact]
    public async Task Duplicates_are_a_problem_that_lists_them_and_can_be_saved_all_the_same()
    {
        await using var app = await ConnectorApp.StartAsync();
        var first = await CreateLeadAsync(app, "");
        first.Status.ShouldBe(HttpStatusCode.Created, first.Body);

        var problem = (await CreateLeadAsync(app, "")).ShouldBeProblem(400, "DUPLICATES_DETECTED");
        var saved = await CreateLeadAsync(app, ""","duplicateRule":{"allowSave":true,"includeRecordDetails":false}""");

        ((string?)problem["matches"]!.AsArray().ShouldHaveSingleItem()).ShouldEndWith($"/sobjects/Lead/{first.Json["id"]}");
        saved.Status.ShouldBe(HttpStatusCode.Created, saved.Body);
        app.LastCall.Headers["Sforce-Duplicate-Rule-Header"].ShouldBe("allowSave=true; includeRecordDetails=false");
    }

    [Theory]
    [InlineData("duplicateResut")]
    [InlineData("duplicateResult")]
    public async Task Both_spellings_of_the_finding_are_read(string member)
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule
        {
            Path = "/services/data/*",
            Status = 400,
            Body = """[{"errorCode":"DUPLICATES_DETECTED","message":"Use one of these records?","MEMBER":{"matchResults":[{"matchRecords":[{"record":{"attributes":{"type":"Lead","url":"/services/data/v67.0/sobjects/Lead/00Q1"},"Id":"00Q1"}},{"record":null},7]},{"matchRecords":[{"record":{"attributes":{"type":"Lead","url":"/services/data/v67.0/sobjects/Lead/00Q2"}}},{"record":{"attributes":{"type":"Lead","url":"/services/data/v67.0/sobjects/Lead/00Q1"}}}]}]}}]"""
                .Replace("MEMBER", member, StringComparison.Ordinal),
        });

        var problem = (await CreateLeadAsync(app, "")).ShouldBeProblem(400, "DUPLICATES_DETECTED");

        problem["matches"]!.AsArray().Select(match => (string?)match).ShouldBe(
            ["/services/data/v67.0/sobjects/Lead/00Q1", "/services/data/v67.0/sobjects/Lead/00Q2"]);
    }

    [Theory]
    [InlineData("records/create", "")]
    [InlineData("records/update", ""","objectId":"00Q000000000001EAA" """)]
    [InlineData("records/upsert", ""","externalIdField":"External_Id__c","externalId":"x" """)]
    public async Task Options_are_headers_of_every_write(string route, string more)
    {
        await using var app = await ConnectorApp.StartAsync();
        async Task<RecordedRequest> CallAsync(string options)
        {
            await app.PostAsync(route, $$"""{"objectType":"Lead","fields":{{Lead}}{{more}}{{options}}}""");
            return app.LastCall;
        }

        (await CallAsync("")).Headers.Keys.ShouldNotContain(name => name.StartsWith("Sforce-", StringComparison.OrdinalIgnoreCase));
        (await CallAsync(""","duplicateRule":{},"assignmentRule":null""")).Headers.Keys.ShouldNotContain(name => name.StartsWith("Sforce-", StringComparison.OrdinalIgnoreCase));
        (await CallAsync(""","assignmentRule":true""")).Headers["Sforce-Auto-Assign"].ShouldBe("TRUE");
        (await CallAsync(""","assignmentRule":false""")).Headers["Sforce-Auto-Assign"].ShouldBe("FALSE");
        (await CallAsync(""","assignmentRule":"01Q000000000001EAA" """)).Headers["Sforce-Auto-Assign"].ShouldBe("01Q000000000001EAA");
        (await CallAsync(""","duplicateRule":{"runAsCurrentUser":true}""")).Headers["Sforce-Duplicate-Rule-Header"].ShouldBe("runAsCurrentUser=true");
    }

    [Theory]
    [InlineData("\"assignmentRule\":\"yes\\r\\nX: y\"", "assignmentRule")]
    [InlineData("\"assignmentRule\":1", "assignmentRule")]
    [InlineData("\"duplicateRule\":{\"allowSave\":\"yes\"}", "duplicateRule.allowSave")]
    [InlineData("\"duplicateRule\":{\"allow\":true}", "duplicateRule.allow")]
    public async Task Wrong_options_are_refused_by_name(string option, string member)
    {
        await using var app = await ConnectorApp.StartAsync();

        var reply = await CreateLeadAsync(app, "," + option);

        reply.Status.ShouldBe(HttpStatusCode.BadRequest);
        ((string?)reply.Problem["errors"]![0]!["fields"]![0]).ShouldBe(member);
        app.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_record_that_has_not_changed_since_is_304_without_a_body()
    {
        await using var app = await ConnectorApp.StartAsync();
        var id = (string)(await app.PostAsync("records/create", new { objectType = "Account", fields = new { Name = "Acme" } })).Json["id"]!;

        var got = await app.PostAsync("records/get", new { objectType = "Account", objectId = id });
        var unchanged = await app.PostAsync("records/get", new { objectType = "Account", objectId = id, ifModifiedSince = got.Headers["Last-Modified"] });
        var changed = await app.PostAsync("records/get", new { objectType = "Account", objectId = id, ifModifiedSince = "2001-01-01T00:00:00+01:00" });

        unchanged.Status.ShouldBe(HttpStatusCode.NotModified);
        unchanged.Body.ShouldBeEmpty();
        changed.Status.ShouldBe(HttpStatusCode.OK);
        app.LastCall.Headers["If-Modified-Since"].ShouldBe("Sun, 31 Dec 2000 23:00:00 GMT");
    }

    [Theory]
    [InlineData("yesterday")]
    [InlineData("2026-11-24")]
    [InlineData("2026-13-01T00:00:00Z")]
    public async Task What_is_no_time_is_refused(string time)
    {
        await using var app = await ConnectorApp.StartAsync();

        var reply = await app.PostAsync("records/get", new { objectType = "Account", objectId = "001000000000001AAA", ifModifiedSince = time });

        ((string?)reply.ShouldBeProblem(400, "INVALID_MEMBER")["errors"]![0]!["fields"]![0]).ShouldBe("ifModifiedSince");
    }

    private static Task<Reply> CreateLeadAsync(ConnectorApp app, string options) =>
        app.PostAsync("records/create", $$"""{"objectType":"Lead","fields":{{Lead}}{{options}}}""");
}
