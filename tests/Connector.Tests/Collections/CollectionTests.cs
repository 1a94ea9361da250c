using System.Net;
using System.Text.Json.Nodes;
using Connector.Tests.Drivers;

namespace Connector.Tests.Collections;

/// <summary>Many records in one payload.</summary>
public sealed class CollectionTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Ten_thousand_records_are_created_in_fifty_calls_of_one_login_and_their_order_is_kept()
    {
        await using var app = await ConnectorApp.StartAsync();
        var before = app.Org.Stats;

        var reply = await app.PostAsync("collections/create", new
        {
            objectType = "Account",
            records = Enumerable.Range(0, 10_000).Select(i => new { Name = $"Account {i}", External_Id__c = $"many-{i:D5}" }),
        });

        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Body);
        reply.Headers["Content-Type"].ShouldBe("application/json;charset=UTF-8");
        reply.Headers["Sforce-Limit-Info"].ShouldStartWith("api-usage=");
        var results = reply.Json.AsArray();
        results.Count.ShouldBe(10_000);
        results.ShouldAllBe(result => (bool?)result!["success"] == true);
        (app.Org.Stats.Calls - before.Calls).ShouldBe(50);
        app.Org.Stats.Logins.ShouldBe(1);

        var created = await app.PostAsync("query", new
        {
            soqlQuery = "SELECT Id FROM Account WHERE External_Id__c LIKE 'many-%' ORDER BY External_Id__c",
            fetchAll = true,
        });
        results.Select(result => (string?)result!["id"]).ShouldBe(
            created.Json["records"]!.AsArray().Select(record => (string?)record!["Id"]));
    }

    [Fact]
    public async Task Records_are_created_got_updated_upserted_and_deleted()
    {
        await using var app = await ConnectorApp.StartAsync();

        var created = await app.PostAsync("collections/create", """
            {"records":[{"attributes":{"type":"Account"},"Name":"One","AnnualRevenue":1.50},{"attributes":{"type":"Lead"},"LastName":"Two","Company":"Acme"}]}
            """);
        var (account, lead) = (Id(created, 0), Id(created, 1));
        var updated = await app.PostAsync("collections/update", new
        {
            records = new object[]
            {
                new { attributes = new { type = "Account" }, id = account, BillingCity = "Berlin" },
                new { attributes = new { type = "Lead" }, id = lead, City = "Bern" },
            },
        });
        var upserted = await app.PostAsync("collections/upsert", new
        {
            objectType = "Account",
            externalIdField = "External_Id__c",
            records = new object[] { new { External_Id__c = "up-1", Name = "Three" }, new { External_Id__c = "up-1", Name = "Three again" } },
        });
        var got = await app.PostAsync("collections/get", new
        {
            objectType = "Account",
            objectIds = new[] { account, "001000000000999AAA", Id(upserted, 0) },
            fields = new[] { "Name", "BillingCity", "AnnualRevenue" },
        });
        var deleted = await app.PostAsync("collections/delete", new { objectIds = new[] { account, lead } });

        updated.Json.AsArray().ShouldAllBe(result => (bool?)result!["success"] == true);
        upserted.Json.AsArray().Select(result => (bool?)result!["created"]).ShouldBe([true, false]);
        var records = got.Json.AsArray();
        ((string?)records[0]!["BillingCity"]).ShouldBe("Berlin");
        records[1].ShouldBeNull();
        ((string?)records[2]!["Name"]).ShouldBe("Three again");
        deleted.Json.AsArray().ShouldAllBe(result => (bool?)result!["success"] == true);
        app.LastCall.Query.ShouldBe($"ids={account},{lead}&allOrNone=false");
    }

    [Fact]
    public async Task Records_travel_byte_for_byte_and_take_the_payloads_type_where_they_have_none()
    {
        await using var app = await ConnectorApp.StartAsync();

        await app.PostAsync(
            "collections/create",
            """{"objectType":"Account","records":[ { "Name" : "A" , "AnnualRevenue":1.50}, {},{"attributes":{"type":"Lead"},"LastName":"\u00e9"} ]}""");

        app.LastCall.Body.ShouldBe(
            """{"allOrNone":false,"records":[{"attributes":{"type":"Account"}, "Name" : "A" , "AnnualRevenue":1.50},{"attributes":{"type":"Account"}},{"attributes":{"type":"Lead"},"LastName":"\u00e9"}]}""");
    }

    [Fact]
    public async Task A_record_that_Salesforce_refuses_is_told_in_its_place()
    {
        await using var app = await ConnectorApp.StartAsync();

        var reply = await app.PostAsync("collections/create", new
        {
            objectType = "Account",
            records = new object[] { new { Name = "One" }, new { BillingCity = "nameless" }, new { Name = "Three" } },
        });

        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Body);
        reply.Json.AsArray().Select(result => (bool?)result!["success"]).ShouldBe([true, false, true]);
        ((string?)reply.Json[1]!["errors"]![0]!["statusCode"]).ShouldBe("REQUIRED_FIELD_MISSING");
    }

    [Fact]
    public async Task All_or_none_is_within_one_call()
    {
        await using var app = await ConnectorApp.StartAsync();
        var before = app.Org.Stats.Records["Account"];
        static object Payload(int count) => new
        {
            objectType = "Account",
            allOrNone = true,
            records = Enumerable.Range(0, count).Select(i => i == 1 ? (object)new { BillingCity = "x" } : new { Name = $"{i}" }),
        };

        var rolledBack = await app.PostAsync("collections/create", Payload(200));
        var tooMany = await app.PostAsync("collections/create", Payload(201));
        var tooManyTypes = await app.PostAsync("collections/create", new
        {
            allOrNone = true,
            records = Enumerable.Range(0, 11).Select(i => i % 2 == 0
                ? (object)new { attributes = new { type = "Account" }, Name = "x" }
                : new { attributes = new { type = "Lead" }, LastName = "x", Company = "x" }),
        });

        rolledBack.Json.AsArray().Select(result => (string?)result!["errors"]![0]!["statusCode"]).Distinct().ShouldBe(
            ["ALL_OR_NONE_OPERATION_ROLLED_BACK", "REQUIRED_FIELD_MISSING"], ignoreOrder: true);
        app.Org.Stats.Records["Account"].ShouldBe(before);
        foreach (var reply in (Reply[])[tooMany, tooManyTypes])
        {
            ((string?)reply.ShouldBeProblem(400, "INVALID_MEMBER")["errors"]![0]!["fields"]![0]).ShouldBe("allOrNone");
        }

        app.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task No_call_has_more_than_ten_changes_of_sObject()
    {
        await using var app = await ConnectorApp.StartAsync();

        var reply = await app.PostAsync("collections/create", new
        {
            records = Enumerable.Range(0, 25).Select(i => i % 2 == 0
                ? (object)new { attributes = new { type = "Account" }, Name = $"{i}" }
                : new { attributes = new { type = "Lead" }, LastName = $"{i}", Company = "x" }),
        });

        reply.Json.AsArray().ShouldAllBe(result => (bool?)result!["success"] == true);
        app.Calls.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData("create", """{"records":[]}""", "records")]
    [InlineData("create", """{"records":{}}""", "records")]
    [InlineData("create", """{"objectType":"Account","records":[{},7]}""", "records")]
    [InlineData("create", """{"objectType":"Account","records":[{},null]}""", "records")]
    [InlineData("create", """{"records":[{"attributes":{"type":"Account"}},{"Name":"x"}]}""", "records[1].attributes.type")]
    [InlineData("create", """{"objectType":"Account","records":[{"attributes":{}}]}""", "records")]
    [InlineData("create", """{"records":[{"attributes":{"type":"../x"}}]}""", "records")]
    [InlineData("upsert", """{"externalIdField":"External_Id__c","records":[{"attributes":{"type":"Account"}}]}""", "objectType")]
    [InlineData("upsert", """{"objectType":"Account","records":[{}]}""", "externalIdField")]
    [InlineData("delete", """{"objectIds":[]}""", "objectIds")]
    [InlineData("delete", """{"objectIds":["001000000000001AAA",null]}""", "objectIds")]
    [InlineData("delete", """{"objectIds":["001000000000001AAA","../x"]}""", "objectIds")]
    [InlineData("get", """{"objectType":"Account","objectIds":["001000000000001AAA"]}""", "fields")]
    [InlineData("get", """{"objectType":"Account","objectIds":["001000000000001AAA"],"fields":[]}""", "fields")]
    [InlineData("get", """{"objectType":"Account","objectIds":["001000000000001AAA"],"fields":[null]}""", "fields")]
    [InlineData("get", """{"objectType":"Account","objectIds":["001000000000001AAA"],"fields":["Name"," "]}""", "fields")]
    public async Task What_cannot_be_used_is_refused_by_name(string route, string payload, string member)
    {
        await using var app = await ConnectorApp.StartAsync();

        var reply = await app.PostAsync($"collections/{route}", payload);

        reply.Status.ShouldBe(HttpStatusCode.BadRequest, reply.Body);
        ((string?)reply.Problem["errors"]![0]!["fields"]![0]).ShouldBe(member, reply.Body);
        app.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task More_than_ten_thousand_are_refused()
    {
        await using var app = await ConnectorApp.StartAsync();

        var reply = await app.PostAsync("collections/create", new { objectType = "Account", records = Enumerable.Repeat(new { Name = "x" }, 10_001) });

        ((string?)reply.ShouldBeProblem(400, "INVALID_MEMBER")["detail"]).ShouldNotBeNull().ShouldContain("1 to 10000");
    }

    [Fact]
    public async Task More_records_than_one_call_gets_come_as_one_array()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.Fill("Account", 4_500);
        var all = await app.PostAsync("query", new { soqlQuery = "SELECT Id FROM Account WHERE External_Id__c LIKE 'FILL-%'", fetchAll = true });
        var ids = all.Json["records"]!.AsArray().Select(record => (string?)record!["Id"]).ToArray();
        var calls = app.Calls.Count;

        var reply = await app.PostAsync("collections/get", new { objectType = "Account", objectIds = ids, fields = new[] { "Id" } });

        reply.Status.ShouldBe(HttpStatusCode.OK);
        reply.Json.AsArray().Select(record => (string?)record!["Id"]).ShouldBe(ids);
        (app.Calls.Count - calls).ShouldBe(3);
    }

    [Fact]
    public async Task Records_come_by_queue_once()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["CreateRecords"]);
        var before = app.Org.Stats.Records["Account"];
        const string Message = """{"correlationId":"many","payload":{"objectType":"Account","records":[{"Name":"One"},{"Name":"Two"}]}}""";

        await app.Queues.SendAsync("salesforce-create-records", Message);
        var first = await app.Queues.ReceiveResultAsync("many");
        await app.Queues.SendAsync("salesforce-create-records", Message);
        var second = await app.Queues.ReceiveResultAsync("many");

        first["body"]!.AsArray().Count.ShouldBe(2);
        JsonNode.DeepEquals(first, second).ShouldBeTrue();
        app.Org.Stats.Records["Account"].ShouldBe(before + 2);
    }

    private static string Id(Reply reply, int place) =>
        (string?)reply.Json[place]!["id"] ?? throw new InvalidOperationException(reply.Body);
}
