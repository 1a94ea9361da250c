namespace SalesforceSimulator.Tests;

/// <summary>What the simulator does not know of Salesforce it says, and makes nothing up.</summary>
public sealed class NotKnownTests
{
    [Theory]
    [InlineData("SELECT toLabel(Industry) FROM Account")]
    [InlineData("SELECT FORMAT(Amount) a FROM Opportunity")]
    [InlineData("SELECT FORMAT(Amount) FROM Opportunity")]
    [InlineData("SELECT convertCurrency(Amount) FROM Opportunity")]
    [InlineData("SELECT StageName, COUNT(Id) FROM Opportunity GROUP BY ROLLUP(StageName)")]
    [InlineData("SELECT StageName, COUNT(Id) FROM Opportunity GROUP BY CUBE(StageName)")]
    [InlineData("SELECT CALENDAR_YEAR(CloseDate), COUNT(Id) FROM Opportunity GROUP BY CALENDAR_YEAR(CloseDate)")]
    [InlineData("SELECT Id FROM Account WHERE DISTANCE(BillingAddress, GEOLOCATION(52.5, 13.4), 'km') < 20")]
    [InlineData("SELECT Id FROM Account ORDER BY DISTANCE(BillingAddress, GEOLOCATION(52.5, 13.4), 'km')")]
    [InlineData("SELECT Id FROM Account WHERE CALENDAR_YEAR(CreatedDate) = 2024")]
    [InlineData("SELECT Id FROM Account WHERE Industry INCLUDES ('a')")]
    [InlineData("SELECT TYPEOF Owner WHEN User THEN Name END FROM Account")]
    [InlineData("SELECT Id FROM Account USING SCOPE mine")]
    [InlineData("SELECT Id FROM Account WITH SECURITY_ENFORCED")]
    [InlineData("SELECT Id FROM Opportunity WHERE Amount > USD5000")]
    [InlineData("SELECT Id FROM Opportunity WHERE Amount > EUR-12.50")]
    [InlineData("SELECT Id FROM Invoice__c WHERE Due_Time__c > 10:00:00+01:00")]
    [InlineData("SELECT Id, (SELECT Id, (SELECT Id, (SELECT Id, (SELECT Id, (SELECT Id FROM Cases) FROM Cases) FROM Cases) FROM Cases) FROM Contacts) FROM Account")]
    public async Task A_query_of_which_it_knows_less_than_Salesforce(string soql)
    {
        await using var org = await OrgDriver.StartAsync();

        ShouldBeNotKnown(org, await org.QueryAsync(soql));
    }

    [Theory]
    [InlineData("FIND {genepoint OR nothing} RETURNING Account(Name)")]
    [InlineData("FIND {genepoint AND NOT nothing} RETURNING Account(Name)")]
    [InlineData("FIND {(genepoint)} RETURNING Account(Name)")]
    [InlineData("FIND {x} IN SIDEBAR FIELDS RETURNING Account(Name)")]
    [InlineData("FIND {x} RETURNING Account(Name) WITH DIVISION = 'a'")]
    public async Task A_search_likewise(string sosl)
    {
        await using var org = await OrgDriver.StartAsync();

        ShouldBeNotKnown(org, await org.GetAsync($"search?q={Uri.EscapeDataString(sosl)}"));
    }

    [Fact]
    public async Task What_Salesforce_does_not_support_in_words_that_are_not_known()
    {
        await using var org = await OrgDriver.StartAsync();

        ShouldBeNotKnown(org, await org.SendAsync("PATCH", "composite/sobjects/Account/Id", """{"records":[{"attributes":{"type":"Account"},"Name":"x"}]}"""));
        ShouldBeNotKnown(org, await org.SendAsync(
            "POST", "composite", $$"""{"compositeRequest":[{"method":"GET","url":"{{OrgDriver.Data}}/search?q=FIND+%7Bx%7D","referenceId":"r"}]}"""));
        ShouldBeNotKnown(org, await org.GetAsync("/services/data/v57.0/sobjects/Account/001Dn0000070000IAA.xml"));
        ShouldBeNotKnown(org, await org.GetAsync(
            $"/services/data/v57.0/query?q={Uri.EscapeDataString("SELECT Id, (SELECT Id, (SELECT Id FROM Cases) FROM Contacts) FROM Account")}"));
    }

    [Fact]
    public async Task Children_of_children_are_selected_up_to_five_levels()
    {
        await using var org = await OrgDriver.StartAsync();

        var answer = await org.QueryAsync("SELECT Name, (SELECT LastName, (SELECT CaseNumber, (SELECT Id, (SELECT Id FROM Cases) FROM Cases) FROM Cases) FROM Contacts) FROM Account WHERE Name = 'GenePoint'");

        answer.Status.ShouldBe(200, answer.Body);
        var contact = answer.Json.GetProperty("records")[0].GetProperty("Contacts").GetProperty("records")[0];
        contact.GetProperty("LastName").GetString().ShouldBe("Frank");
        (await org.QueryAsync("SELECT Id, (SELECT Id, (SELECT Id FROM Cases) FROM Contacts) FROM Account LIMIT 1")).Status.ShouldBe(200);
        (await org.QueryAsync("SELECT Id, (SELECT Id, (SELECT Id FROM Foos) FROM Contacts) FROM Account LIMIT 1")).Code.ShouldBe("INVALID_TYPE");
    }

    [Theory]
    [InlineData("PATCH", "composite/sobjects/Account/External_Id__c", 45)]
    [InlineData("POST", "composite/sobjects", 41)]
    [InlineData("POST", "composite", 37)]
    [InlineData("POST", "composite/batch", 33)]
    public async Task A_version_before_a_resource_has_none(string method, string path, int version)
    {
        await using var org = await OrgDriver.StartAsync();

        (await org.SendAsync(method, $"/services/data/v{version}.0/{path}", "{}")).Error.ShouldBe("NOT_FOUND: The requested resource does not exist");
        (await org.SendAsync(method, $"/services/data/v{version + 1}.0/{path}", "{}")).Code.ShouldBe("JSON_PARSER_ERROR");
        org.Simulator.UnexpectedRequests.ShouldBeEmpty();
    }

    [Fact]
    public async Task updateOnly_means_nothing_before_v61()
    {
        await using var org = await OrgDriver.StartAsync();
        const string Path = "sobjects/Account/External_Id__c/none?updateOnly=true";

        (await org.SendAsync("PATCH", $"/services/data/v61.0/{Path}", """{"Name":"X"}""")).Code.ShouldBe("NOT_FOUND");
        (await org.SendAsync("PATCH", $"/services/data/v60.0/{Path}", """{"Name":"X"}""")).Status.ShouldBe(201);
    }

    [Fact]
    public async Task The_end_of_a_path_is_a_format_before_v58()
    {
        await using var org = await OrgDriver.StartAsync();
        await org.SendAsync("PATCH", "sobjects/Account/External_Id__c/order", """{"Name":"order"}""");
        await org.SendAsync("PATCH", "sobjects/Account/External_Id__c/order.json", """{"Name":"order.json"}""");

        (await org.GetAsync("/services/data/v57.0/sobjects/Account/External_Id__c/order.json")).Json.GetProperty("Name").GetString().ShouldBe("order");
        (await org.GetAsync("/services/data/v58.0/sobjects/Account/External_Id__c/order.json")).Json.GetProperty("Name").GetString().ShouldBe("order.json");
    }

    [Fact]
    public async Task The_cursors_of_children_end_when_the_next_page_of_their_parents_is_asked_for()
    {
        await using var org = await OrgDriver.StartAsync();
        foreach (var name in (string[])["Parent 0", "Parent 1"])
        {
            var parent = (await org.SendAsync("POST", "sobjects/Account", $$"""{"Name":"{{name}}"}""")).Id;
            foreach (var _ in Enumerable.Range(0, 2))
            {
                var contacts = string.Join(',', Enumerable.Repeat($$$"""{"attributes":{"type":"Contact"},"LastName":"x","AccountId":"{{{parent}}}"}""", 150));
                await org.SendAsync("POST", "composite/sobjects", $$"""{"records":[{{contacts}}]}""");
            }
        }

        async Task<(string Parents, string Children)> QueryAsync()
        {
            var soql = Uri.EscapeDataString("SELECT Id, (SELECT Id FROM Contacts) FROM Account WHERE Name LIKE 'Parent _'");
            var page = (await org.GetAsync($"query?q={soql}", ("Sforce-Query-Options", "batchSize=200"))).Json;
            return (page.GetProperty("nextRecordsUrl").GetString()!, page.GetProperty("records")[0].GetProperty("Contacts").GetProperty("nextRecordsUrl").GetString()!);
        }

        var (parents, children) = await QueryAsync();
        (await org.GetAsync(children)).Status.ShouldBe(200);
        (await org.GetAsync(parents)).Status.ShouldBe(200);
        (await org.GetAsync(children)).Code.ShouldBe("INVALID_QUERY_LOCATOR");
    }

    [Theory]
    [InlineData("""{"Name":"\ud800"}""")]
    [InlineData("""{"Name":"\udc00 x"}""")]
    [InlineData("""{"\ud800":"x"}""")]
    [InlineData("""{"Name":"x","attributes":{"a":["\ud800"]}}""")]
    public async Task A_surrogate_without_its_other_half_is_no_JSON_of_Salesforces(string fields)
    {
        await using var org = await OrgDriver.StartAsync();

        var answer = await org.SendAsync("POST", "sobjects/Account", fields);

        (answer.Status, answer.Code).ShouldBe((400, "JSON_PARSER_ERROR"));
        (await org.SendAsync("POST", "sobjects/Account", """{"Name":"\ud83d\ude00"}""")).Status.ShouldBe(201);
    }

    [Fact]
    public async Task Times_of_day_are_compared()
    {
        await using var org = await OrgDriver.StartAsync();
        await org.SendAsync("POST", "sobjects/Invoice__c", """{"Account__r":{"External_Id__c":"ACC-ELT-12300"},"Due_Time__c":"10:30:00.000Z"}""");

        (await org.QueryAsync("SELECT Due_Time__c FROM Invoice__c WHERE Due_Time__c >= 10:00:00.000Z AND Due_Time__c < 10:30:00.001Z"))
            .Column("Due_Time__c").ShouldBe(["10:30:00.000Z"]);
        (await org.QueryAsync("SELECT Id FROM Invoice__c WHERE Due_Time__c = '10:30'")).Code.ShouldBe("INVALID_FIELD");
    }

    private static void ShouldBeNotKnown(OrgDriver org, Answer answer)
    {
        answer.Status.ShouldBe(501, answer.Body);
        answer.ContentHeaders.ContentType!.MediaType.ShouldBe("text/plain");
        answer.Body.ShouldStartWith("The simulator does not know ");
        org.Simulator.NotKnownRequests.ShouldNotBeEmpty();
    }
}
