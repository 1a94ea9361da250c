using Microsoft.Extensions.Time.Testing;

namespace SalesforceSimulator.Tests;

public sealed class SoqlTests
{
    [Theory]
    [InlineData("SELECT Name FROM Account WHERE Name = 'genepoint'", "GenePoint")]
    [InlineData("select name from ACCOUNT where NAME = 'GenePoint'", "GenePoint")]
    [InlineData("SELECT a.Name FROM Account a WHERE a.Name = 'GenePoint'", "GenePoint")]
    [InlineData("SELECT Account.Name FROM Account WHERE Account.Name = 'GenePoint'", "GenePoint")]
    [InlineData("SELECT Name FROM Account WHERE Name = 'O\\'Brien\\'s Bakery'", "O'Brien's Bakery")]
    [InlineData("SELECT Name FROM Account WHERE Name = 'M\\u00fcller & S\\u00F6hne GmbH'", "Müller & Söhne GmbH")]
    [InlineData("SELECT Name FROM Account WHERE Name LIKE 'united%'", "United Oil & Gas Corp.")]
    [InlineData("SELECT Name FROM Account WHERE Name LIKE '%cotton\\_co'", "100% Cotton_Co")]
    [InlineData("SELECT Name FROM Account WHERE Name LIKE '100\\%%'", "100% Cotton_Co")]
    [InlineData("SELECT Name FROM Account WHERE Name LIKE 'GeneP_int'", "GenePoint")]
    [InlineData("SELECT Name FROM Account WHERE Name LIKE 'GeneP\\_int'")]
    [InlineData("SELECT Name FROM Account WHERE Name LIKE '%'' OR Name != ''", null)]
    [InlineData("SELECT Name FROM Account WHERE NumberOfEmployees > 30000", "United Oil & Gas Corp.", "University of Arizona")]
    [InlineData("SELECT Name FROM Account WHERE AnnualRevenue = 1234567.890", "University of Arizona")]
    [InlineData("SELECT Name FROM Account WHERE NumberOfEmployees <= 48", "Müller & Söhne GmbH", "O'Brien's Bakery")]
    [InlineData("SELECT Name FROM Account WHERE NumberOfEmployees <= 48 AND NOT Name LIKE 'O%'", "Müller & Söhne GmbH")]
    [InlineData("SELECT Name FROM Account WHERE (Industry = 'Energy' OR Industry = 'Education') AND (NOT NumberOfEmployees = 39000)", "United Oil & Gas Corp.")]
    [InlineData("SELECT Name FROM Account WHERE Industry IN ('energy', 'Education')", "United Oil & Gas Corp.", "University of Arizona")]
    [InlineData("SELECT Name FROM Account WHERE Active__c = false AND Industry NOT IN ('Apparel', 'Agriculture')", "O'Brien's Bakery")]
    [InlineData("SELECT Name FROM Account WHERE Id = '001Dn0000070008'", "GenePoint")]
    [InlineData("SELECT Name FROM Account WHERE Id IN ('001Dn0000070008IAA', '001Dn0000070007')", "University of Arizona", "GenePoint")]
    [InlineData("SELECT Name FROM Account WHERE Phone = null AND Name LIKE 'Gene%'", "GenePoint")]
    [InlineData("SELECT Name FROM Account WHERE Phone != null")]
    [InlineData("SELECT Name FROM Account WHERE Phone != 'x' AND Name LIKE 'Gene%'", "GenePoint")]
    [InlineData("SELECT Name FROM Account WHERE Owner.Manager.Name = 'Amara Okafor' AND Name LIKE 'Gene%'", "GenePoint")]
    [InlineData("SELECT Name FROM Contact WHERE Account.Name = 'GenePoint'", "Edna Frank")]
    [InlineData("SELECT Name FROM Contact WHERE AccountId IN (SELECT Id FROM Account WHERE Industry = 'Energy')", "Stella Pavlova", "Arthur Song")]
    [InlineData("SELECT Name FROM Account WHERE Id NOT IN (SELECT AccountId FROM Contact)", "O'Brien's Bakery", "100% Cotton_Co")]
    [InlineData("SELECT Name FROM Opportunity WHERE CloseDate = 2024-12-24", "Dickenson Mobile Generators")]
    [InlineData("SELECT Name FROM Opportunity WHERE CloseDate < 2024-02-01", "United Oil Standby Generators")]
    [InlineData("SELECT Name FROM Account WHERE CreatedDate < 2024-01-22T10:30:00+01:00", "Express Logistics and Transport")]
    [InlineData("SELECT Name FROM Account WHERE CreatedDate >= 2024-04-01T09:30:00.000+0000", "100% Cotton_Co")]
    [InlineData("SELECT Name FROM Account ORDER BY NumberOfEmployees DESC LIMIT 1 OFFSET 1", "University of Arizona")]
    [InlineData("SELECT Name FROM Account ORDER BY Industry, Name DESC LIMIT 3", "Müller & Söhne GmbH", "Burlington Textiles Corp of America", "100% Cotton_Co")]
    [InlineData("SELECT Name FROM User ORDER BY Manager.Name NULLS LAST, Name LIMIT 2", "Jonas Weber", "Mei Tanaka")]
    [InlineData("SELECT Name FROM User ORDER BY Manager.Name DESC, Name LIMIT 1", "Amara Okafor")]
    [InlineData("SELECT Name FROM User WHERE IsActive = false FOR UPDATE", "Freya Lindqvist")]
    [InlineData("SELECT Name FROM Invoice__c WHERE Account__r.Name LIKE 'edge%' AND Paid__c = true", "INV-0004")]
    public async Task A_query_finds(string soql, params string[]? names)
    {
        await using var org = await OrgDriver.StartAsync();

        var answer = await org.QueryAsync(soql);

        if (names is null)
        {
            answer.Code.ShouldBe("MALFORMED_QUERY");
            return;
        }

        answer.Status.ShouldBe(200, answer.Body);
        answer.Column("Name").ShouldBe(names);
    }

    [Theory]
    [InlineData("TODAY", "2024-08-08")]
    [InlineData("YESTERDAY")]
    [InlineData("THIS_WEEK", "2024-08-08")]
    [InlineData("THIS_MONTH", "2024-08-08")]
    [InlineData("LAST_MONTH")]
    [InlineData("LAST_QUARTER", "2024-04-01", "2024-05-20", "2024-06-30")]
    [InlineData("THIS_QUARTER", "2024-08-08", "2024-09-30")]
    [InlineData("NEXT_QUARTER", "2024-10-10", "2024-11-11", "2024-12-24")]
    [InlineData("LAST_YEAR", "2023-12-31")]
    [InlineData("NEXT_YEAR", "2025-01-31")]
    [InlineData("LAST_N_DAYS:39", "2024-06-30", "2024-08-08")]
    [InlineData("NEXT_N_DAYS:53", "2024-09-30")]
    [InlineData("NEXT_N_DAYS:52")]
    [InlineData("LAST_N_MONTHS:2", "2024-06-30")]
    [InlineData("NEXT_N_WEEKS:8", "2024-09-30")]
    [InlineData("LAST_N_QUARTERS:1", "2024-04-01", "2024-05-20", "2024-06-30")]
    [InlineData("N_DAYS_AGO:39", "2024-06-30")]
    [InlineData("LAST_90_DAYS", "2024-05-20", "2024-06-30", "2024-08-08")]
    public async Task A_date_literal_covers_its_days(string literal, params string[] closeDates)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2024, 8, 8, 23, 59, 0, TimeSpan.Zero));
        await using var org = await OrgDriver.StartAsync(new SimulatorOptions { Time = time });

        var answer = await org.QueryAsync($"SELECT CloseDate FROM Opportunity WHERE CloseDate = {literal} ORDER BY CloseDate");

        answer.Column("CloseDate").ShouldBe(closeDates);
    }

    [Theory]
    [InlineData("<", 1)]
    [InlineData("<=", 2)]
    [InlineData("=", 1)]
    [InlineData("!=", 11)]
    [InlineData(">=", 11)]
    [InlineData(">", 10)]
    public async Task A_date_literal_compares_with_times_by_its_first_and_last_moment(string comparator, int count)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2024, 1, 22, 12, 0, 0, TimeSpan.Zero));
        await using var org = await OrgDriver.StartAsync(new SimulatorOptions { Time = time });

        var answer = await org.QueryAsync($"SELECT COUNT() FROM Account WHERE CreatedDate {comparator} TODAY");

        answer.Body.ShouldBe($$"""{"totalSize":{{count}},"done":true,"records":[]}""");
    }

    [Theory]
    [InlineData("SELECT COUNT(Id), MIN(Name) least, SUM(NumberOfEmployees) FROM Account WHERE Industry = 'Apparel'", """{"expr0":2,"least":"100% Cotton_Co","expr1":9075}""")]
    [InlineData("SELECT COUNT_DISTINCT(Industry) n, MAX(CreatedDate) FROM Account", """{"n":10,"expr0":"2024-04-01T09:30:00.000+0000"}""")]
    [InlineData("SELECT AVG(Amount) FROM Opportunity WHERE Name = 'none'", """{"expr0":null}""")]
    [InlineData("SELECT Industry, COUNT(Id) n FROM Account GROUP BY Industry HAVING COUNT(Id) > 1 ORDER BY Industry", """{"Industry":"Apparel","n":2}""", """{"Industry":"Hospitality","n":2}""")]
    [InlineData("SELECT Account.Name who, SUM(Amount) FROM Opportunity WHERE IsWon = true GROUP BY Account.Name ORDER BY SUM(Amount) DESC LIMIT 2", """{"who":"Burlington Textiles Corp of America","expr0":235000}""", """{"who":"Express Logistics and Transport","expr0":220000}""")]
    [InlineData("SELECT StageName, COUNT(Id) FROM Opportunity GROUP BY StageName HAVING StageName LIKE 'Closed%' AND COUNT(Id) >= 1 ORDER BY COUNT(Id)", """{"StageName":"Closed Lost","expr0":1}""", """{"StageName":"Closed Won","expr0":5}""")]
    public async Task Aggregates(string soql, params string[] rows)
    {
        await using var org = await OrgDriver.StartAsync();

        var answer = await org.QueryAsync(soql);

        var expected = rows.Select(row => $$"""{"attributes":{"type":"AggregateResult"},{{row[1..]}}""");
        answer.Body.ShouldBe($$"""{"totalSize":{{rows.Length}},"done":true,"records":[{{string.Join(',', expected)}}]}""");
    }

    [Theory]
    [InlineData("SELECT Foo FROM Account", "INVALID_FIELD", "\nSELECT Foo FROM Account\n       ^\nERROR at Row:1:Column:8\nNo such column 'Foo' on entity 'Account'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.")]
    [InlineData("SELECT Id\nFROM Acount", "INVALID_TYPE", "\nFROM Acount\n     ^\nERROR at Row:2:Column:6\nsObject type 'Acount' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names.")]
    [InlineData("SELECT Foo.Name FROM Account", "INVALID_FIELD", "Didn't understand relationship 'Foo' in field path.")]
    [InlineData("SELECT (SELECT Id FROM Foos) FROM Account", "INVALID_TYPE", "Didn't understand relationship 'Foos' in FROM part of query call.")]
    [InlineData("SELECT Id FROM Account WHERE", "MALFORMED_QUERY", "\nSELECT Id FROM Account WHERE\n                            ^\nERROR at Row:1:Column:29\nunexpected token: '<EOF>'")]
    [InlineData("SELECT , Id FROM Account", "MALFORMED_QUERY", "unexpected token: ','")]
    [InlineData("SELECT Id FROM Account WHERE Name = 'a' AND Name = 'b' OR Name = 'c'", "MALFORMED_QUERY", "unexpected token: 'OR'")]
    [InlineData("SELECT Id FROM Account WHERE Name = 'a\\q'", "MALFORMED_QUERY", "Illegal character sequence '\\q' in string literal")]
    [InlineData("SELECT Id FROM Account WHERE Name = 'a\nb'", "MALFORMED_QUERY", "Line breaks not allowed in string literals")]
    [InlineData("SELECT Id FROM Account WHERE Name = 'open", "MALFORMED_QUERY", "unexpected token: '''")]
    [InlineData("SELECT Id FROM Account WHERE Name = 5", "INVALID_FIELD", "value of filter criterion for field 'Name' must be of type string and should be enclosed in quotes")]
    [InlineData("SELECT Id FROM Account WHERE NumberOfEmployees = '5'", "INVALID_FIELD", "value of filter criterion for field 'NumberOfEmployees' must be of type number and should not be enclosed in quotes")]
    [InlineData("SELECT Id FROM Opportunity WHERE CloseDate = 2024-13-01", "INVALID_FIELD", "must be of type date")]
    [InlineData("SELECT Id FROM Account WHERE Description = 'x'", "INVALID_FIELD", "field 'Description' can not be filtered in a query call")]
    [InlineData("SELECT Id FROM Account WHERE Id = 'x'", "INVALID_QUERY_FILTER_OPERATOR", "invalid ID field: x")]
    [InlineData("SELECT Name n FROM Account", "MALFORMED_QUERY", "only aggregate expressions use field aliasing")]
    [InlineData("SELECT Name, COUNT(Id) FROM Account", "MALFORMED_QUERY", "Field must be grouped or aggregated: Name")]
    [InlineData("SELECT FIELDS(ALL) FROM Account", "MALFORMED_QUERY", "The SOQL FIELDS function must have a LIMIT of at most 200")]
    [InlineData("SELECT Id FROM Account OFFSET 2001", "NUMBER_OUTSIDE_VALID_RANGE", "Maximum SOQL offset allowed is 2000")]
    public async Task A_query_that_is_wrong_is_refused(string soql, string code, string message)
    {
        await using var org = await OrgDriver.StartAsync();

        var answer = await org.QueryAsync(soql);

        (answer.Status, answer.Code).ShouldBe((400, code));
        answer.Json[0].GetProperty("message").GetString()!.ShouldContain(message);
    }

    [Fact]
    public async Task Parents_are_nested_and_children_are_query_results()
    {
        await using var org = await OrgDriver.StartAsync();

        var answer = await org.QueryAsync("""
            SELECT Name, Owner.Name, Owner.Manager.Name, Parent.Name, (SELECT LastName FROM Contacts WHERE LastName > 'E' ORDER BY LastName LIMIT 1), (SELECT Id FROM Cases)
            FROM Account WHERE Name IN ('GenePoint', '100% Cotton_Co')
            """);

        var url = $"{OrgDriver.Data}/sobjects";
        answer.Body.ShouldBe(
            $$$"""{"totalSize":2,"done":true,"records":[{"attributes":{"type":"Account","url":"{{{url}}}/Account/001Dn0000070008IAA"},"Name":"GenePoint","Owner":{"attributes":{"type":"User","url":"{{{url}}}/User/005Dn0000070002IAA"},"Name":"Jonas Weber","Manager":{"attributes":{"type":"User","url":"{{{url}}}/User/005Dn0000070001IAA"},"Name":"Amara Okafor"}},"Parent":null,"Contacts":{"totalSize":1,"done":true,"records":[{"attributes":{"type":"Contact","url":"{{{url}}}/Contact/003Dn000007000BIAQ"},"LastName":"Frank"}]},"Cases":{"totalSize":1,"done":true,"records":[{"attributes":{"type":"Case","url":"{{{url}}}/Case/500Dn0000070008IAA"},"Id":"500Dn0000070008IAA"}]}},"""
            + $$$"""{"attributes":{"type":"Account","url":"{{{url}}}/Account/001Dn000007000BIAQ"},"Name":"100% Cotton_Co","Owner":{"attributes":{"type":"User","url":"{{{url}}}/User/005Dn0000070003IAA"},"Name":"Mei Tanaka","Manager":{"attributes":{"type":"User","url":"{{{url}}}/User/005Dn0000070001IAA"},"Name":"Amara Okafor"}},"Parent":null,"Contacts":null,"Cases":null}]}""");
    }

    [Fact]
    public async Task FIELDS_gives_the_fields_of_its_kind()
    {
        await using var org = await OrgDriver.StartAsync();

        var answer = await org.QueryAsync("SELECT FIELDS(CUSTOM) FROM Account LIMIT 1");

        answer.Json.GetProperty("records")[0].EnumerateObject().Select(member => member.Name)
            .ShouldBe(["attributes", "External_Id__c", "Legacy_Code__c", "Credit_Limit__c", "Active__c"]);
    }
}
