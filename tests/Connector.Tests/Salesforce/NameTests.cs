using SalesforceConnector.Contracts.Payloads;

namespace Connector.Tests.Salesforce;

public sealed class NameTests
{
    [Theory]
    [InlineData("Account")]
    [InlineData("Invoice__c")]
    [InlineData("ns__Invoice__c")]
    public void API_names_of_sObjects_are_taken(string name) => SObjectName.Parse(name).ToString().ShouldBe(name);

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("Account/001")]
    [InlineData("Account?x=1")]
    [InlineData("Account%2F..")]
    [InlineData("1Account")]
    [InlineData("_Account")]
    [InlineData("Konto\u00e4")]
    [InlineData("Account\n")]
    public void Anything_else_is_no_sObject(string name) =>
        Should.Throw<FormatException>(() => SObjectName.Parse(name)).Message.ShouldContain("API name of an sObject");

    [Fact]
    public void An_sObjects_name_has_at_most_80_characters()
    {
        SObjectName.Parse(new string('A', 80));
        Should.Throw<FormatException>(() => SObjectName.Parse(new string('A', 81)));
    }

    [Theory]
    [InlineData("Opportunities")]
    [InlineData("Account/Owner")]
    [InlineData("A/B__r/C/D/E")]
    public void Relationships_may_be_chained_up_to_five(string path) => RelationshipPath.Parse(path).ToString().ShouldBe(path);

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("Account/")]
    [InlineData("/Account")]
    [InlineData("Account//Owner")]
    [InlineData("Account/..")]
    [InlineData("A/B/C/D/E/F")]
    [InlineData("Account?fields=Id")]
    public void Other_paths_are_no_relationships(string path) =>
        Should.Throw<FormatException>(() => RelationshipPath.Parse(path)).Message.ShouldNotContain("did you mean");

    [Fact]
    public void A_relationship_chained_by_dots_is_refused_with_a_hint() =>
        Should.Throw<FormatException>(() => RelationshipPath.Parse("Owner.Manager")).Message.ShouldContain("did you mean \"Owner/Manager\"?");

    [Theory]
    [InlineData("v67.0", "v67.0")]
    [InlineData("67.0", "v67.0")]
    [InlineData("V31.0", "v31.0")]
    [InlineData("100.0", "v100.0")]
    public void API_versions_may_lack_the_v(string text, string version) => ApiVersion.Parse(text).ToString().ShouldBe(version);

    [Theory]
    [InlineData("")]
    [InlineData("67")]
    [InlineData("v67")]
    [InlineData("67.1")]
    [InlineData("067.0")]
    [InlineData("v67.0/..")]
    [InlineData("latest")]
    public void Other_API_versions_are_refused(string text) =>
        Should.Throw<FormatException>(() => ApiVersion.Parse(text)).Message.ShouldContain("v67.0");
}
