using System.Net;
using Connector.Tests.Drivers;
using SalesforceSimulator;

namespace Connector.Tests.Collections;

/// <summary>Of records of the same id, the last one in the payload is the one that stays.</summary>
public sealed class RecordOrderTests
{
    private const string Collections = "/services/data/*/composite/sobjects*";
    private const string Locked = """{"success":false,"errors":[{"statusCode":"CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY","message":"CustomTrigger: execution of AfterUpdate caused by: UNABLE_TO_LOCK_ROW, unable to obtain exclusive access to this record","fields":[]}]}""";

    // The second call, of 200 to 399, is slow.
    private static readonly FaultRule[] SecondCallIsSlow =
    [
        new() { Path = Collections, DelayMs = 1, Times = 1 },
        new() { Path = Collections, DelayMs = 1_500, Times = 1 },
    ];

    [Fact]
    public async Task An_upsert_waits_for_the_calls_before_it_that_have_its_records()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(SecondCallIsSlow);

        var reply = await app.PostAsync("collections/upsert", new
        {
            objectType = "Account",
            externalIdField = "External_Id__c",
            // Salesforce takes external ids in any case.
            records = Enumerable.Range(0, 600).Select(i => new { External_Id__c = i < 400 ? $"id-{i}" : $"ID-{i - 200}", Name = $"{i}" }),
        });

        reply.Json.AsArray().ShouldAllBe(result => (bool?)result!["success"] == true);
        var got = await app.PostAsync("query", new { soqlQuery = "SELECT External_Id__c, Name FROM Account WHERE External_Id__c LIKE 'id-%'", fetchAll = true });
        var names = got.Json["records"]!.AsArray().ToDictionary(record => ((string?)record!["External_Id__c"])!.ToUpperInvariant(), record => (string?)record!["Name"]);
        names.Count.ShouldBe(400);
        for (var i = 200; i < 400; i++)
        {
            names[$"ID-{i}"].ShouldBe($"{i + 200}");
        }
    }

    [Fact]
    public async Task An_update_waits_as_well()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.Fill("Account", 400);
        var ids = (await app.PostAsync("query", new { soqlQuery = "SELECT Id FROM Account WHERE External_Id__c LIKE 'FILL-%'", fetchAll = true }))
            .Json["records"]!.AsArray().Select(record => (string)record!["Id"]!).ToArray();
        app.Org.AddFaults(SecondCallIsSlow);

        var reply = await app.PostAsync("collections/update", new
        {
            objectType = "Account",
            // With the three characters that check the others, and without.
            records = Enumerable.Range(0, 600).Select(i => new { id = i < 400 ? ids[i] : ids[i - 200][..15], BillingCity = $"{i}" }),
        });

        reply.Json.AsArray().ShouldAllBe(result => (bool?)result!["success"] == true);
        var got = await app.PostAsync("collections/get", new { objectType = "Account", objectIds = ids[200..], fields = new[] { "BillingCity" } });
        got.Json.AsArray().Select(record => (string?)record!["BillingCity"]).ShouldBe(Enumerable.Range(400, 200).Select(i => $"{i}"));
    }

    [Fact]
    public async Task Calls_that_share_no_record_go_at_the_same_time()
    {
        await using var app = await ConnectorApp.StartAsync();
        var time = TimeProvider.System.GetTimestamp();
        app.Org.AddFaults(new FaultRule { Path = Collections, DelayMs = 1, Times = 1 }, new FaultRule { Path = Collections, DelayMs = 1_000 });

        var reply = await app.PostAsync("collections/upsert", new
        {
            objectType = "Account",
            externalIdField = "External_Id__c",
            records = Enumerable.Range(0, 1_000).Select(i => new { External_Id__c = $"id-{i}", Name = "x" }),
        });

        reply.Json.AsArray().ShouldAllBe(result => (bool?)result!["success"] == true);
        // Four seconds, one after the other.
        TimeProvider.System.GetElapsedTime(time).ShouldBeLessThan(TimeSpan.FromSeconds(3.5));
    }

    [Fact]
    public async Task A_record_whose_row_a_trigger_found_locked_is_tried_again_before_a_later_one_of_its_id()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = Collections, Status = 200, Body = $"[{string.Join(',', Enumerable.Repeat(Locked, 200))}]", Times = 1 });

        var reply = await app.PostAsync("collections/upsert", new
        {
            objectType = "Account",
            externalIdField = "External_Id__c",
            records = Enumerable.Range(0, 201).Select(i => new { External_Id__c = i == 200 ? "id-7" : $"id-{i}", Name = $"{i}" }),
        });

        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Body);
        reply.Json.AsArray().ShouldAllBe(result => (bool?)result!["success"] == true);
        ((bool?)reply.Json[7]!["created"]).ShouldBe(true);
        ((bool?)reply.Json[200]!["created"]).ShouldBe(false);
        var got = await app.PostAsync("records/get", new { objectType = "Account", externalIdField = "External_Id__c", externalId = "id-7" });
        ((string?)got.Json["Name"]).ShouldBe("200");
    }

    [Fact]
    public async Task A_call_that_fails_as_a_whole_has_a_result_for_each_of_several_records_of_one_id()
    {
        await using var app = await ConnectorApp.StartAsync(new Dictionary<string, string?> { ["Salesforce__MaxRetries"] = "1" });
        app.Org.AddFaults(
            new FaultRule { Path = Collections, DelayMs = 1, Times = 1 },
            new FaultRule { Path = Collections, Status = 400, ErrorCode = "UNABLE_TO_LOCK_ROW", Message = "unable to obtain exclusive access" });

        var reply = await app.PostAsync("collections/upsert", new
        {
            objectType = "Account",
            externalIdField = "External_Id__c",
            records = Enumerable.Range(0, 202).Select(i => new { External_Id__c = i < 200 ? $"id-{i}" : "same", Name = "x" }),
        });

        reply.Json.AsArray().Select(result => (string?)result!["errors"]!.AsArray().FirstOrDefault()?["statusCode"]).ShouldBe(
            [.. Enumerable.Repeat<string?>(null, 200), "UNABLE_TO_LOCK_ROW", "UNABLE_TO_LOCK_ROW"]);
    }

    [Fact]
    public async Task A_record_that_waits_for_one_that_stays_locked_says_why()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = Collections, Status = 200, Body = $"[{Locked}]" });
        static object Payload(int count) => new
        {
            objectType = "Account",
            externalIdField = "External_Id__c",
            records = Enumerable.Repeat(new { External_Id__c = "same", Name = "x" }, count),
        };

        var one = await app.PostAsync("collections/upsert", Payload(1));

        ((string?)one.Json[0]!["errors"]![0]!["statusCode"]).ShouldBe("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY");
        app.Calls.Count.ShouldBe(4);

        app.Org.ClearFaults();
        app.Org.AddFaults(new FaultRule { Path = Collections, Status = 200, Body = $"[{string.Join(',', Enumerable.Repeat(Locked, 200))}]", Times = 1 });
        await using var impatient = await app.StartInstanceAsync(new Dictionary<string, string?> { ["Salesforce__MaxRetries"] = "0" });
        var many = (await impatient.PostAsync("collections/upsert", Payload(201))).Json.AsArray();
        ((string?)many[200]!["errors"]![0]!["statusCode"]).ShouldBe("UNABLE_TO_LOCK_ROW");
        ((string?)many[200]!["errors"]![0]!["message"]).ShouldNotBeNull().ShouldContain("of the same id before it");
    }
}
