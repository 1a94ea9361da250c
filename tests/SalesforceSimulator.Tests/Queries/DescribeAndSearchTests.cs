namespace SalesforceSimulator.Tests;

public sealed class DescribeAndSearchTests
{
    [Theory]
    [InlineData("sobjects")]
    [InlineData("sobjects/Account/describe")]
    public async Task A_describe_is_read_again_only_when_it_changed(string path)
    {
        await using var org = await OrgDriver.StartAsync();
        var changed = (await org.GetAsync(path)).ContentHeaders.LastModified!.Value.ToString("R");

        (await org.GetAsync(path, ("If-Modified-Since", changed))).Status.ShouldBe(304);
        (await org.GetAsync(path, ("If-Modified-Since", "Sat, 01 Jan 2000 00:00:00 GMT"))).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_describe_names_fields_and_relationships()
    {
        await using var org = await OrgDriver.StartAsync();

        var account = (await org.GetAsync("sobjects/Account/describe")).Json;
        var names = (await org.GetAsync("sobjects")).Json.GetProperty("sobjects").EnumerateArray().Select(type => type.GetProperty("name").GetString());

        names.ShouldBe([
                "Account", "Contact", "Opportunity", "Lead", "Case", "User", "Organization", "Invoice__c", "ContentVersion", "ContentDocument",
                "ContentDocumentLink", "Attachment", "Document",
            ]);
        account.GetProperty("keyPrefix").GetString().ShouldBe("001");
        account.GetProperty("childRelationships").EnumerateArray().Select(child => child.GetProperty("relationshipName").GetString())
            .ShouldBe(["ChildAccounts", "Contacts", "Opportunities", "Cases", "Invoices__r"]);
        var externalId = account.GetProperty("fields").EnumerateArray().Single(field => field.GetProperty("name").GetString() == "External_Id__c");
        (externalId.GetProperty("externalId").GetBoolean(), externalId.GetProperty("unique").GetBoolean()).ShouldBe((true, true));
        (await org.GetAsync("sobjects/Account")).Json.GetProperty("objectDescribe").GetProperty("name").GetString().ShouldBe("Account");
        (await org.GetAsync("sobjects/Nonsense/describe")).Code.ShouldBe("NOT_FOUND");
    }

    [Theory]
    [InlineData("FIND {express} IN ALL FIELDS RETURNING Account(Name), Opportunity(Name ORDER BY Name LIMIT 1)", "Express Logistics and Transport", "Express Logistics SLA")]
    [InlineData("FIND {expr*} RETURNING Account(Name)", "Express Logistics and Transport")]
    [InlineData("FIND {expr} RETURNING Account(Name)")]
    [InlineData("FIND {\"edge communications\"} RETURNING Account(Name)", "Edge Communications")]
    [InlineData("FIND {gonzalez@example.org} IN EMAIL FIELDS RETURNING Contact(Name), Lead(Name)", "Rose Gonzalez")]
    [InlineData("FIND {Müller} IN NAME FIELDS RETURNING Account(Name), Contact(Name) LIMIT 1", "Müller & Söhne GmbH")]
    [InlineData("FIND {generator*} RETURNING Opportunity(Name WHERE IsWon = true ORDER BY Amount LIMIT 1)", "University of AZ Portable Generators")]
    [InlineData("FIND {100\\% cotton} RETURNING Account(Name)")]
    public async Task A_search_finds(string sosl, params string[] names)
    {
        await using var org = await OrgDriver.StartAsync();

        var answer = await org.GetAsync($"search?q={Uri.EscapeDataString(sosl)}");

        answer.Status.ShouldBe(200, answer.Body);
        answer.Json.GetProperty("searchRecords").EnumerateArray().Select(record => record.GetProperty("Name").GetString()).ShouldBe(names);
    }

    [Fact]
    public async Task A_search_that_is_wrong_is_refused()
    {
        await using var org = await OrgDriver.StartAsync();

        (await org.GetAsync("search?q=FIND+express")).Code.ShouldBe("MALFORMED_QUERY");
        (await org.GetAsync("search")).Code.ShouldBe("MALFORMED_QUERY");
        (await org.GetAsync("search?q=FIND+%7Ba%7D+RETURNING+Nonsense")).Code.ShouldBe("INVALID_TYPE");
    }
}
