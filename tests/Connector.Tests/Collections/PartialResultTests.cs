using System.Net;
using System.Text.Json.Nodes;
using Connector.Tests.Drivers;
using SalesforceSimulator;

namespace Connector.Tests.Collections;

/// <summary>What becomes of records whose neighbours fail, are locked, or wait.</summary>
public sealed class PartialResultTests(AzuriteFixture azurite)
{
    private const string Collections = "/services/data/*/composite/sobjects*";
    private const string Locked = """{"success":false,"errors":[{"statusCode":"UNABLE_TO_LOCK_ROW","message":"locked","fields":[]}]}""";

    [Fact]
    public async Task On_a_queue_creates_are_not_repeated_as_a_whole()
    {
        await using var app = await azurite.StartAppAsync(new Dictionary<string, string?>
        {
            ["Queues__FirstRetryDelay"] = "00:00:01",
            ["Salesforce__MaxRetries"] = "0",
        }, listensTo: ["CreateRecords"]);
        var before = app.Org.Stats.Records["Account"];
        app.Org.AddFaults(
            new FaultRule { Path = Collections, DelayMs = 1, Times = 1 },
            new FaultRule { Path = Collections, Status = 503, ErrorCode = "SERVER_UNAVAILABLE", Message = "m", Times = 1 });
        var records = new JsonArray([.. Enumerable.Range(0, 300).Select(i => new JsonObject { ["Name"] = $"{i}" })]);

        await app.Queues.SendAsync(
            "salesforce-create-records", $$$"""{"correlationId":"many","payload":{"objectType":"Account","records":{{{records.ToJsonString()}}} } }""");
        var result = await app.Queues.ReceiveResultAsync("many");

        ((int?)result["attempts"]).ShouldBe(1, result.ToJsonString());
        result["body"]!.AsArray().Select(record => (string?)record!["errors"]!.AsArray().FirstOrDefault()?["statusCode"]).ShouldBe(
            [.. Enumerable.Repeat<string?>(null, 200), .. Enumerable.Repeat("SERVER_UNAVAILABLE", 100)]);
        app.Org.Stats.Records["Account"].ShouldBe(before + 200);
    }

    [Fact]
    public async Task With_allOrNone_a_locked_row_is_the_end_of_all()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = Collections, Status = 200, Body = $"[{Locked},{Locked}]" });

        var reply = await app.PostAsync("collections/create", new { objectType = "Account", allOrNone = true, records = new[] { new { Name = "One" }, new { Name = "Two" } } });

        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Body);
        app.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_pauses_before_locked_rows_are_tried_again_double()
    {
        var time = new NotedTimers(shorterThan: TimeSpan.FromSeconds(1));
        await using var app = await ConnectorApp.StartAsync(time: time);
        app.Org.AddFaults(new FaultRule { Path = Collections, Status = 200, Body = $"[{Locked}]" });

        var pending = app.PostAsync("collections/create", new { objectType = "Account", records = new[] { new { Name = "One" } } });
        for (var pause = 1; pause <= 3; pause++)
        {
            await ManualTime.UntilAsync(() => time.Pauses.Count >= pause);
            time.Advance(time.Pauses[^1]);
        }

        ((string?)(await pending).Json[0]!["errors"]![0]!["statusCode"]).ShouldBe("UNABLE_TO_LOCK_ROW");
        // The tests have one millisecond for the first.
        time.Pauses.Select(pause => pause.TotalMilliseconds).ShouldBe([1, 2, 4]);
    }

    [Fact]
    public async Task A_record_that_was_written_before_one_of_its_id_that_was_locked_is_written_again_after_it()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule
        {
            Path = Collections,
            Status = 200,
            Body = $$"""[{{Locked}},{"id":"001Dn0000070000IAA","success":true,"created":false,"errors":[]}]""",
            Times = 1,
        });

        var reply = await app.PostAsync("collections/upsert", new
        {
            objectType = "Account",
            externalIdField = "External_Id__c",
            records = new[] { new { External_Id__c = "same", Name = "first" }, new { External_Id__c = "same", Name = "last" } },
        });

        reply.Json.AsArray().ShouldAllBe(result => (bool?)result!["success"] == true);
        app.Calls.Count.ShouldBe(3);
        var got = await app.PostAsync("records/get", new { objectType = "Account", externalIdField = "External_Id__c", externalId = "same" });
        ((string?)got.Json["Name"]).ShouldBe("last");
    }

    [Fact]
    public async Task A_record_that_is_tried_again_alone_still_may_have_been_written_before()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(
            new FaultRule { Method = "PATCH", Path = Collections, Reset = true, AfterExecution = true, Times = 1 },
            new FaultRule { Path = Collections, Status = 200, Body = Failed("DUPLICATE_VALUE"), Times = 1 },
            new FaultRule { Path = Collections, Status = 200, Body = Failed("STRING_TOO_LONG"), Times = 1 });

        var reply = await app.PostAsync("collections/upsert", new
        {
            objectType = "Account",
            externalIdField = "External_Id__c",
            records = new[] { new { External_Id__c = "a", Name = "A" } },
        });

        ((string?)reply.Json[0]!["errors"]![0]!["statusCode"]).ShouldBe("STRING_TOO_LONG");
        ((bool?)reply.Json[0]!["outcomeUnknown"]).ShouldBe(true);
        app.Calls.Count.ShouldBe(3);

        static string Failed(string code) => $$"""[{"success":false,"errors":[{"statusCode":"{{code}}","message":"m","fields":[]}]}]""";
    }

    [Fact]
    public async Task A_record_that_was_deleted_by_somebody_else_is_told_and_all_or_none_is_asked_for()
    {
        await using var app = await ConnectorApp.StartAsync();
        var id = (string)(await app.PostAsync("records/create", new { objectType = "Account", fields = new { Name = "Acme" } })).Json["id"]!;
        await app.PostAsync("records/delete", new { objectType = "Account", objectId = id });

        var reply = await app.PostAsync("collections/delete", new { objectIds = new[] { id }, allOrNone = true });

        ((bool?)reply.Json[0]!["success"]).ShouldBe(false, reply.Body);
        ((string?)reply.Json[0]!["errors"]![0]!["statusCode"]).ShouldBe("ENTITY_IS_DELETED");
        app.LastCall.Query.ShouldBe($"ids={id}&allOrNone=true");
    }

    [Fact]
    public async Task Arrays_are_joined_whatever_is_around_them()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(
            new FaultRule { Path = Collections, Status = 200, Body = " [ {\"Id\":\"1\"} ]\r\n", Times = 1 },
            new FaultRule { Path = Collections, Status = 200, Body = "\n\t[{\"Id\":\"2\"}] ", Times = 1 });

        var reply = await app.PostAsync("collections/get", new { objectType = "Account", objectIds = Enumerable.Range(0, 2_001).Select(i => $"001{i:D12}"), fields = new[] { "Id" } });

        reply.Body.ShouldBe("[ {\"Id\":\"1\"} ,{\"Id\":\"2\"}]");
    }
}
