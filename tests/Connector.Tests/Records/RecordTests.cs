using System.Net;
using Connector.Tests.Drivers;

namespace Connector.Tests.Records;

public sealed class RecordTests
{
    private const string Unknown = "001000000000000AAA";

    [Theory]
    [InlineData("_HttpMethod")]
    [InlineData("_httpmethod")]
    [InlineData(" _HttpMethod ")]
    public async Task A_get_does_not_say_that_it_is_another_method(string parameter)
    {
        await using var app = await ConnectorApp.StartAsync();

        var problem = (await app.PostAsync(
            "records/get", $$$"""{"objectType":"Account","objectId":"001Dn0000070000IAA","queryParameters":{"fields":"Id","{{{parameter}}}":"DELETE"}}"""))
            .ShouldBeProblem(400, "INVALID_MEMBER");

        ((string?)problem["errors"]![0]!["fields"]![0]).ShouldBe("queryParameters");
        ((string?)problem["detail"]).ShouldNotBeNull().ShouldContain("_HttpMethod");
        app.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_record_is_created()
    {
        await using var app = await ConnectorApp.StartAsync();

        var reply = await app.PostAsync("records/create", new { objectType = "Account", fields = new { Name = "Acme" } });

        reply.Status.ShouldBe(HttpStatusCode.Created, reply.Body);
        var id = (string?)reply.Json["id"];
        ((bool?)reply.Json["success"]).ShouldBe(true);
        reply.Json["errors"]!.AsArray().ShouldBeEmpty();
        reply.Headers["Location"].ShouldBe($"/services/data/v67.0/sobjects/Account/{id}");
        app.LastCall.Method.ShouldBe("POST");
        app.LastCall.Path.ShouldBe("/services/data/v67.0/sobjects/Account");
    }

    [Theory]
    [InlineData("""{"Name":"Acme","AnnualRevenue":1234567.80,"NumberOfEmployees":12,"Description":null}""")]
    [InlineData("""{ "Name" : "Caf\u00e9 \u0026 Bar", "AnnualRevenue" : 1E+2 }""")]
    [InlineData("""{"Name":"Großhandel 😀","AnnualRevenue":100000000000000000.10}""")]
    public async Task Fields_arrive_byte_for_byte(string fields)
    {
        await using var app = await ConnectorApp.StartAsync();

        var reply = await app.PostAsync("records/create", $$"""{"objectType":"Account","fields":{{fields}}}""");

        reply.Status.ShouldBe(HttpStatusCode.Created, reply.Body);
        app.LastCall.Body.ShouldBe(fields);
    }

    [Fact]
    public async Task A_record_is_got_with_the_fields_asked_for()
    {
        await using var app = await ConnectorApp.StartAsync();
        var id = await CreateAsync(app, "Acme & Söhne");

        var reply = await app.PostAsync(
            "records/get", new { objectType = "Account", objectId = id, queryParameters = new { fields = new[] { "Name", "Industry" } } });

        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Body);
        ((string?)reply.Json["Name"]).ShouldBe("Acme & Söhne");
        ((string?)reply.Json["attributes"]!["url"]).ShouldBe($"/services/data/v67.0/sobjects/Account/{id}");
        reply.Json["BillingCity"].ShouldBeNull();
        reply.Headers.ShouldContainKey("ETag");
        reply.Headers.ShouldContainKey("Last-Modified");
        app.LastCall.Query.ShouldBe("fields=Name%2CIndustry");
    }

    [Fact]
    public async Task A_15_character_id_is_sent_as_it_is()
    {
        await using var app = await ConnectorApp.StartAsync();
        var id = await CreateAsync(app, "Acme");

        var reply = await app.PostAsync("records/get", new { objectType = "Account", objectId = id[..15] });

        ((string?)reply.Json["Id"]).ShouldBe(id);
        app.LastCall.Path.ShouldEndWith($"/Account/{id[..15]}");
    }

    [Fact]
    public async Task Query_parameters_may_be_strings_numbers_booleans_and_lists()
    {
        await using var app = await ConnectorApp.StartAsync();
        var id = await CreateAsync(app, "Acme");

        await app.PostAsync(
            "records/get",
            $$"""{"objectType":"Account","objectId":"{{id}}","queryParameters":{"fields":"Name","a b":1.50,"c":true,"d":["x","y&z"],"e":null} }""");

        app.LastCall.Query.ShouldBe("fields=Name&a%20b=1.50&c=true&d=x%2Cy%26z");
    }

    [Fact]
    public async Task A_to_many_relationship_is_a_query_result()
    {
        await using var app = await ConnectorApp.StartAsync();
        var account = await AccountWithContactsAsync(app);

        var reply = await app.PostAsync(
            "records/get", new { objectType = "Account", objectId = account, relationshipFieldName = "Contacts" });

        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Body);
        ((int?)reply.Json["totalSize"]).ShouldNotBeNull().ShouldBeGreaterThan(0);
        ((string?)reply.Json["records"]![0]!["attributes"]!["type"]).ShouldBe("Contact");
    }

    [Fact]
    public async Task A_chain_of_to_one_relationships_leads_to_a_record()
    {
        await using var app = await ConnectorApp.StartAsync();
        var contact = await FirstIdAsync(app, "SELECT Id FROM Contact WHERE AccountId != null LIMIT 1");

        var reply = await app.PostAsync(
            "records/get", new { objectType = "Contact", objectId = contact, relationshipFieldName = "Account/Owner" });

        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Body);
        ((string?)reply.Json["attributes"]!["type"]).ShouldBe("User");
        app.LastCall.Path.ShouldEndWith($"/Contact/{contact}/Account/Owner");
    }

    [Fact]
    public async Task A_relationship_chained_by_a_dot_is_refused_with_a_hint()
    {
        await using var app = await ConnectorApp.StartAsync();

        var problem = (await app.PostAsync(
            "records/get", new { objectType = "Account", objectId = Unknown, relationshipFieldName = "Owner.Manager" }))
            .ShouldBeProblem(400, "INVALID_MEMBER");

        ((string?)problem["detail"]).ShouldNotBeNull().ShouldContain("did you mean \"Owner/Manager\"?");
    }

    [Fact]
    public async Task Fields_too_many_for_a_URL_get_there_all_the_same()
    {
        await using var app = await ConnectorApp.StartAsync();
        var id = await CreateAsync(app, "Acme");
        var fields = Enumerable.Repeat("Name", 3_000).ToArray();

        var reply = await app.PostAsync("records/get", new { objectType = "Account", objectId = id, queryParameters = new { fields } });

        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Body);
        ((string?)reply.Json["Name"]).ShouldBe("Acme");
        app.LastCall.Path.ShouldEndWith("/composite");
    }

    [Fact]
    public async Task An_update_is_answered_without_a_body_and_null_clears_a_field()
    {
        await using var app = await ConnectorApp.StartAsync();
        var id = await CreateAsync(app, "Acme");
        await app.PostAsync("records/update", new { objectType = "Account", objectId = id, fields = new { BillingCity = "Paris" } });

        var reply = await app.PostAsync(
            "records/update", $$"""{"objectType":"Account","objectId":"{{id}}","fields":{"BillingCity":null,"Name":"Acme 2"} }""");

        reply.Status.ShouldBe(HttpStatusCode.NoContent, reply.Body);
        reply.Body.ShouldBeEmpty();
        app.LastCall.Method.ShouldBe("PATCH");
        app.LastCall.Body.ShouldBe("""{"BillingCity":null,"Name":"Acme 2"}""");
        var record = await app.PostAsync("records/get", new { objectType = "Account", objectId = id });
        ((string?)record.Json["Name"]).ShouldBe("Acme 2");
        record.Json["BillingCity"].ShouldBeNull();
    }

    [Fact]
    public async Task A_record_is_deleted_once()
    {
        await using var app = await ConnectorApp.StartAsync();
        var id = await CreateAsync(app, "Acme");

        var reply = await app.PostAsync("records/delete", new { objectType = "Account", objectId = id });
        reply.Status.ShouldBe(HttpStatusCode.NoContent, reply.Body);
        reply.Body.ShouldBeEmpty();

        (await app.PostAsync("records/delete", new { objectType = "Account", objectId = id })).ShouldBeProblem(404, "ENTITY_IS_DELETED");
    }

    [Theory]
    [InlineData("return=representation")]
    [InlineData("respond-later, RETURN=representation; q=1")]
    [InlineData("return = representation")]
    public async Task Who_prefers_a_representation_of_a_write_gets_one(string preference)
    {
        await using var app = await ConnectorApp.StartAsync();
        var id = await CreateAsync(app, "Acme");

        var updated = await app.PostAsync(
            "records/update", new { objectType = "Account", objectId = id[..15], fields = new { Name = "Acme 2" } }, ("Prefer", preference));
        var deleted = await app.PostAsync("records/delete", new { objectType = "Account", objectId = id }, ("Prefer", preference));

        foreach (var reply in new[] { updated, deleted })
        {
            reply.Status.ShouldBe(HttpStatusCode.OK, reply.Body);
            reply.Body.ShouldBe($$"""{"id":"{{id}}","success":true,"errors":[]}""");
            reply.Headers["Preference-Applied"].ShouldBe("return=representation");
        }
    }

    [Fact]
    public async Task Replies_that_have_a_body_are_no_other_for_who_prefers_a_representation()
    {
        await using var app = await ConnectorApp.StartAsync();

        var reply = await app.PostAsync(
            "records/create", new { objectType = "Account", fields = new { Name = "Acme" } }, ("Prefer", "return=representation"));

        reply.Status.ShouldBe(HttpStatusCode.Created);
        reply.Headers.ShouldNotContainKey("Preference-Applied");
    }

    [Fact]
    public async Task Custom_objects_and_fields_are_like_any_other()
    {
        await using var app = await ConnectorApp.StartAsync();
        var id = await FirstIdAsync(app, "SELECT Id FROM Invoice__c LIMIT 1");

        var reply = await app.PostAsync(
            "records/get", new { objectType = "Invoice__c", objectId = id, relationshipFieldName = "Account__r" });

        ((string?)reply.Json["attributes"]!["type"]).ShouldBe("Account");
    }

    private static async Task<string> CreateAsync(ConnectorApp app, string name)
    {
        var reply = await app.PostAsync("records/create", new { objectType = "Account", fields = new { Name = name } });
        return (string?)reply.Json["id"] ?? throw new InvalidOperationException(reply.Body);
    }

    private static async Task<string> FirstIdAsync(ConnectorApp app, string soql)
    {
        var reply = await app.PostAsync("query", new { soqlQuery = soql });
        return (string?)reply.Json["records"]?[0]?["Id"] ?? throw new InvalidOperationException(reply.Body);
    }

    private static async Task<string> AccountWithContactsAsync(ConnectorApp app)
    {
        var reply = await app.PostAsync("query", new { soqlQuery = "SELECT AccountId FROM Contact WHERE AccountId != null LIMIT 1" });
        return (string?)reply.Json["records"]?[0]?["AccountId"] ?? throw new InvalidOperationException(reply.Body);
    }
}
