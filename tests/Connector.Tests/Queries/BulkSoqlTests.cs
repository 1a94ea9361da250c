using SalesforceConnector.Salesforce.Soql;

namespace Connector.Tests.Queries;

/// <summary>What the Bulk API does not query is found in a query's words, and nowhere else.</summary>
public sealed class BulkSoqlTests
{
    [Theory]
    [InlineData("SELECT Industry FROM Account GROUP BY Industry", "GROUP BY")]
    [InlineData("select industry from account group\n  by rollup(industry)", "GROUP BY")]
    [InlineData("SELECT COUNT() FROM Account", "the aggregate function COUNT")]
    [InlineData("SELECT Max ( Amount ) biggest, min(Amount) FROM Opportunity", "the aggregate function MAX", "the aggregate function MIN")]
    [InlineData("SELECT Id FROM Account LIMIT 5 OFFSET 10", "OFFSET")]
    [InlineData("SELECT Id, (SELECT Id FROM Contacts) FROM Account", "a child subquery")]
    [InlineData("SELECT(SELECT COUNT() FROM Contacts LIMIT 2 OFFSET 1),Id FROM Account", "a child subquery")]
    [InlineData("SELECT TYPEOF What WHEN Account THEN Phone END FROM Event", "TYPEOF")]
    [InlineData("SELECT FIELDS(ALL) FROM Account LIMIT 200", "FIELDS()")]
    [InlineData("SELECT Id, BillingAddress, Owner.Address FROM Account", "the compound field BillingAddress", "the compound field Owner.Address")]
    [InlineData("SELECT AdditionalAddress, Address, MailingAddress FROM X", "the compound field AdditionalAddress", "the compound field Address", "the compound field MailingAddress")]
    [InlineData("SELECT OtherAddress, PersonMailingAddress, PersonOtherAddress FROM X", "the compound field OtherAddress", "the compound field PersonMailingAddress", "the compound field PersonOtherAddress")]
    [InlineData("SELECT QuoteToAddress, ShipFromAddress, shippingaddress FROM X", "the compound field QuoteToAddress", "the compound field ShipFromAddress", "the compound field shippingaddress")]
    [InlineData("SELECT COUNT(Id), (SELECT Id FROM Contacts), FIELDS(ALL) FROM Account WHERE Name = 'x' GROUP BY Name LIMIT 1 OFFSET 1", "the aggregate function COUNT", "a child subquery", "FIELDS()", "GROUP BY", "OFFSET")]
    public void What_is_refused_is_named(string soql, params string[] refused) => BulkSoql.FindRefused(soql).ShouldBe(refused);

    [Theory]
    [InlineData("SELECT Id FROM Account WHERE Name = 'GROUP BY x' AND Description LIKE '% OFFSET 5%'")]
    [InlineData(@"SELECT Id FROM Account WHERE Name = '\' GROUP BY (SELECT COUNT() FROM x) \\' ORDER BY Name")]
    [InlineData("SELECT Id, toLabel(Status), FORMAT(Amount) FROM Opportunity")]
    [InlineData("SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact WHERE MailingAddress != null)")]
    [InlineData("SELECT Id, Group__c, Count__c, Offset__c, Fields__c, BillingCity FROM Account WHERE Offset__c = 5")]
    [InlineData("SELECT Group, Typeof, Count, Max FROM Custom__c WHERE Offset = 'x' ORDER BY Group")]
    [InlineData("SELECT Id FROM Account WHERE CreatedDate = LAST_N_DAYS:30 AND CreatedDate > 2026-11-24T10:00:00+01:00 LIMIT 10")]
    [InlineData("SELECT Id FROM Account WHERE DISTANCE(Location__c, GEOLOCATION(37.7,-122.4), 'mi') < 20")]
    [InlineData("")]
    [InlineData("SELECT")]
    [InlineData("SELECT COUNT")]
    [InlineData(")))) GROUP")]
    public void What_only_looks_like_it_is_not(string soql) => BulkSoql.FindRefused(soql).ShouldBeEmpty();
}
